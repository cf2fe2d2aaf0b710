"""A network and the classifiers on it, as one function from crops to scores."""

from collections.abc import Sequence
from typing import Protocol

import numpy as np

from deepfake_attribution.classify.fitted import Fitted
from deepfake_attribution.core.outputs import SELF_SCORING
from deepfake_attribution.evidence_maps.occlusion import Floats, Image
from deepfake_attribution.model.probabilities import probabilities

AT_ONCE = 6  # crops: what a few need fits into a CPU's cache; a tenth less time than with 27


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
        starts = range(0, max(len(images), 1), AT_ONCE)
        last = np.concatenate([self.network.run(images[at : at + AT_ONCE])[1] for at in starts])
        if self.output in SELF_SCORING:
            return probabilities(self.output, last)[None, :, 0].astype(np.float64)
        return np.stack([fitted.score(last) for fitted in self.classifiers])
