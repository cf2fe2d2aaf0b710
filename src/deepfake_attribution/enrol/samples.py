"""Crops with what they show: what classifiers are refitted on, and figures are of."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from deepfake_attribution.analyse.bundle.loaded import Bundle
from deepfake_attribution.core.video import REAL

Vectors = NDArray[np.float64]
Texts = NDArray[np.str_]


@dataclass(frozen=True)
class Samples:
    """N crops.

    Attributes:
        vectors: (N, D) embeddings.
        labels: (N,) ``real``, or the attack.
        sources: (N,) what must not be both fitted on and tested on.
        videos: (N,) key of the video.
        people: (N,) number of the person in the video.
        shares: (N, C) P(class) of the network, real first; None if a classifier decides.
    """

    vectors: Vectors
    labels: Texts
    sources: Texts
    videos: Texts
    people: NDArray[np.int64]
    shares: Vectors | None

    @classmethod
    def of(cls, known: pd.DataFrame, gallery: pd.DataFrame) -> "Samples":
        """Return crops as samples.

        Args:
            known: N rows of `loaded.KNOWN_SCHEMA`.
            gallery: N rows of `gallery.GALLERY_SCHEMA`, in the same order.
        """
        shares = gallery["shares"].to_list()
        return cls(
            np.stack(known["embedding"].to_list()).astype(np.float64),
            known["attack"].to_numpy(str),
            gallery["source"].to_numpy(str),
            known["video"].to_numpy(str),
            known["person"].to_numpy(np.int64),
            np.stack(shares).astype(np.float64) if len(shares) and shares[0] is not None else None,
        )

    def __len__(self) -> int:
        return len(self.labels)

    @property
    def real(self) -> NDArray[np.bool_]:
        """(N,) True where the crop is real."""
        return np.asarray(self.labels == REAL)

    def take(self, rows: NDArray[np.intp] | NDArray[np.bool_]) -> "Samples":
        """Return the crops at positions, or where a mask is true."""
        return Samples(
            self.vectors[rows],
            self.labels[rows],
            self.sources[rows],
            self.videos[rows],
            self.people[rows],
            None if self.shares is None else self.shares[rows],
        )

    def plus(self, others: "Samples") -> "Samples":
        """Return these crops, then the others."""
        shares = None
        if self.shares is not None and others.shares is not None:
            shares = np.concatenate([self.shares, others.shares])
        return Samples(
            np.concatenate([self.vectors, others.vectors]),
            np.concatenate([self.labels, others.labels]),
            np.concatenate([self.sources, others.sources]),
            np.concatenate([self.videos, others.videos]),
            np.concatenate([self.people, others.people]),
            shares,
        )


def of_bundle(bundle: Bundle) -> Samples:
    """Return the known validation crops of a bundle with a gallery, with enrolled ones."""
    assert bundle.gallery is not None
    return Samples.of(bundle.known[bundle.known["split"] == "val"], bundle.gallery)
