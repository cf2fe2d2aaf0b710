"""A trained approach in memory, from a bundle or from the project itself."""

from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import numpy as np
import pandas as pd
import pyarrow as pa
from numpy.typing import NDArray

from deepfake_attribution.analyse.bundle.record import Record
from deepfake_attribution.classify.fitted import Fitted
from deepfake_attribution.model.description import Description

# Known crops: those of the validation split, which distances are measured to, and those of the test
# split, which have a place on the map.
KNOWN_SCHEMA = pa.schema(
    [
        ("video", pa.string()),
        ("slot", pa.int32()),
        ("person", pa.int32()),
        ("dataset", pa.string()),
        ("attack", pa.string()),  # real, or the attack
        ("split", pa.string()),  # val or test
        ("embedding", pa.list_(pa.float32())),
        ("x", pa.float32()),  # place on the map; null: none
        ("y", pa.float32()),
    ]
)


class Network(Protocol):
    """A trained head: by ONNX Runtime (`onnx_model.OnnxModel`), or by PyTorch."""

    def run(self, images: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Return the layer before the head, (B, D), and the head's output, (B, O), of crops.

        Args:
            images: (B, 3, S, S) uint8 RGB.
        """
        ...


@dataclass(frozen=True)
class Namer:
    """A further approach, which names the attacks of what is called fake.

    Attributes:
        description, network, classifier, known: as in `Bundle`.
    """

    description: Description
    network: Network
    classifier: Fitted | None
    known: pd.DataFrame


@dataclass(frozen=True)
class Bundle:
    """A trained approach, ready for use.

    Attributes:
        record: description of the approach.
        description: of its network.
        network: runs it.
        classifier: decides by the embeddings; None if the head itself does.
        known: rows of `KNOWN_SCHEMA`; the last ones of the validation split are those of enrolled
            attacks.
        distances: (V,) distance of each known test video (of the databases and classes trained on)
            to the known crops of the validation split, sorted; as in the stage ``open_set``.
        detector: folder of the face finder's weights.
        gallery: rows of `gallery.GALLERY_SCHEMA`, one for each known validation crop, in their
            order; None if there is none.
        namer: names attacks (`Record.attributing`); None: the approach itself, if it names any.
    """

    record: Record
    description: Description
    network: Network
    classifier: Fitted | None
    known: pd.DataFrame
    distances: NDArray[np.float64]
    detector: Path
    gallery: pd.DataFrame | None = None
    namer: Namer | None = None
