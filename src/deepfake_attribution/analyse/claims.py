"""Enrolled attacks under a head that decides by itself: the nearest known crops name them.

Binary and Attribution cannot learn a class without training, so their scores and thresholds stay.
A person whose nearest known crops are mostly of an enrolled attack is claimed by this attack: a
fake gets its name, and a person who scores as real is not known.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from deepfake_attribution.evaluate.open_set.distances import Known

Array = NDArray[np.float64]


@dataclass(frozen=True)
class Claims:
    """The known crops with their classes.

    Attributes:
        known: prepared for comparison, N crops.
        labels: (N,) their classes.
        classes: all classes; of equal ones the first wins, so a class trained on comes first.
        enrolled: those that can claim somebody.
        neighbours: number of nearest crops that vote.
    """

    known: Known
    labels: NDArray[np.str_]
    classes: Sequence[str]
    enrolled: Sequence[str]
    neighbours: int

    def votes(self, embeddings: ArrayLike) -> Array:
        """Return the share of each class among the nearest known crops of each crop, (F, C).

        Args:
            embeddings: (F, D) of crops.
        """
        from sklearn.neighbors import NearestNeighbors

        count = min(self.neighbours, len(self.labels))
        search = NearestNeighbors(n_neighbors=count, algorithm="brute").fit(self.known.vectors)
        near = search.kneighbors(self.known.ready(embeddings), return_distance=False)
        of = self.labels[near]  # (F, k)
        return np.stack([(of == name).mean(axis=1) for name in self.classes], axis=1)

    def named(self, votes: Array) -> str | None:
        """Return the enrolled attack that claims a person; None if none does.

        Args:
            votes: (F, C) of the person's crops, from `votes`.
        """
        name = self.classes[int(votes.mean(axis=0).argmax())]
        return name if name in self.enrolled else None


def why_not_real(claimed: str) -> str:
    """Return why a person who scores as real, but is claimed by an attack, is not known."""
    return f"it scores as real, but its nearest known crops are of the enrolled attack {claimed}"
