"""What classifiers are fitted on: embeddings of crops with what they show."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from deepfake_attribution.core.video import REAL


@dataclass(frozen=True)
class Crops:
    """Embeddings of crops with what they show.

    Attributes:
        embeddings: (N, D) finite floats.
        labels: (N,) class names; ``real`` is one.
        groups: (N,) keys that folds keep together: the source videos (`core.sources`).
    """

    embeddings: NDArray[np.float64]
    labels: NDArray[np.str_]
    groups: NDArray[np.str_]

    @classmethod
    def of(cls, embeddings: ArrayLike, labels: ArrayLike, groups: ArrayLike) -> "Crops":
        """Return checked crops.

        Raises:
            ValueError: the lengths differ, or an embedding is not finite.
        """
        crops = cls(
            np.asarray(embeddings, dtype=np.float64),
            np.asarray(labels, dtype=str),
            np.asarray(groups, dtype=str),
        )
        if crops.embeddings.ndim != 2 or not (
            len(crops.embeddings) == len(crops.labels) == len(crops.groups)
        ):
            raise ValueError("expected (N, D) embeddings with N labels and N groups")
        if not np.isfinite(crops.embeddings).all():
            raise ValueError("an embedding is not finite")
        return crops

    def __len__(self) -> int:
        return len(self.labels)

    @property
    def real(self) -> NDArray[np.bool_]:
        """(N,) True where the crop is real."""
        return np.asarray(self.labels == REAL)

    def take(self, rows: NDArray[np.intp]) -> "Crops":
        """Return the crops at positions ``rows``."""
        return Crops(self.embeddings[rows], self.labels[rows], self.groups[rows])
