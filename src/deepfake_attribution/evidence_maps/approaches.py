"""A project's approaches as functions from crops to scores."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np

from deepfake_attribution.classify import classifier_files
from deepfake_attribution.classify.classifiers import Fitted
from deepfake_attribution.core import paths
from deepfake_attribution.core.outputs import SELF_SCORING
from deepfake_attribution.evidence_maps.occlusion import Floats, Image
from deepfake_attribution.heads.registry import about
from deepfake_attribution.model.description import load_description
from deepfake_attribution.model.onnx_model import load_onnx
from deepfake_attribution.model.probabilities import probabilities

CLASSIFIERS = ("nn", "lr", "svm")


class Network(Protocol):
    """A trained head, such as `onnx_model.OnnxModel`."""

    def run(self, images: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Return the layer before the head, (B, D), and the head's output, (B, O), of crops."""
        ...


class Scorer:
    """Scores crops with all approaches on a head; its network runs once for all of them.

    Args:
        network: the head.
        output: what it gives (`core.outputs`).
        classifiers: on its embeddings; empty if it scores by itself.
    """

    def __init__(self, network: Network, output: str, classifiers: Sequence[Fitted]) -> None:
        self.network = network
        self.output = output
        self.classifiers = classifiers

    def __call__(self, images: Image) -> Floats:
        """Return P(real), or decision values, of crops (B, 3, S, S): (A, B) of A approaches."""
        _, last = self.network.run(images)
        if self.output in SELF_SCORING:
            return probabilities(self.output, last)[None, :, 0].astype(np.float64)
        return np.stack([fitted.score(last) for fitted in self.classifiers])


@dataclass(frozen=True)
class OfHead:
    """All approaches on one head.

    Attributes:
        names: as in the tables.
        size: pixels per side of the crops that the network takes.
        score: their scores; None if the head has no ONNX file.
    """

    names: Sequence[str]
    size: int
    score: Scorer | None


def of_head(name: str, seed: int) -> OfHead:
    """Return the approaches on a head that was trained with ``seed``.

    Raises:
        UserError: a file is missing, damaged, or of another model.
    """
    head, folder = about(name), paths.model(name, seed)
    description = load_description(folder)
    kinds = CLASSIFIERS if head.fitted else ()
    names = [f"{head.title}-{kind.upper()}" for kind in kinds] or [head.title]
    score = None
    if description.onnx:
        network = load_onnx(folder, description)
        fitted = [classifier_files.load(paths.classifier(name, kind, seed)) for kind in kinds]
        score = Scorer(network, description.output, fitted)
    return OfHead(names, int(description.backbone["input_size"]), score)
