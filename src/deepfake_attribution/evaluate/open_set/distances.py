"""How far a crop is out of distribution: the distance to its k-th nearest known crop.

As in Sun et al., "Out-of-distribution detection with deep nearest neighbors", ICML 2022: it assumes
nothing about the distribution of the known crops. The distance follows the training of the head:

- TripletLoss and ArcFaceMod use only the direction of an embedding: the angle, in degrees;
- TripletLoss with ``triplet.normalised: false`` uses its length, too: as for the next two;
- for Binary and Attribution the embedding is the layer before the last, whose dimensions have
  different scales: Euclidean, each dimension standardised by the known crops.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

Vectors = NDArray[np.float32]
Array = NDArray[np.float64]
STILL = 1e-6  # a dimension that varies by less than this share of its size counts as constant


@dataclass(frozen=True)
class Known:
    """Known crops, prepared for comparison.

    Memory: their vectors twice, in float32, 51 MB for 100,000 of 64 dimensions, and some 10 MB per
    core while distances are computed; never a matrix of all pairs.

    Attributes:
        vectors: (N, D) float32: unit vectors, or standardised vectors without the constant
            dimensions, which have no scale.
        angular: whether distances are angles.
        moving: (D0,) which dimensions of an embedding vary.
        mean: (D0,) of the known embeddings; zeros for angles.
        scale: (D0,) their standard deviation; ones for angles.
    """

    vectors: Vectors
    angular: bool
    moving: NDArray[np.bool_]
    mean: Array
    scale: Array

    @classmethod
    def of(cls, embeddings: ArrayLike, angular: bool) -> "Known":
        """Return ``embeddings``, (N, D0), prepared for comparison.

        Args:
            embeddings: of the known crops; N at least 1.
            angular: compare by the angle; else by the standardised Euclidean distance.

        Raises:
            ValueError: no embedding, or one that is not finite.
        """
        known = _checked(embeddings)
        if not len(known):
            raise ValueError("there is no known embedding")
        if angular:
            all_of_them = np.ones(known.shape[1], dtype=bool)
            zeros, ones = np.zeros(known.shape[1]), np.ones(known.shape[1])
            return cls(_directions(known), True, all_of_them, zeros, ones)
        mean, scale = known.mean(axis=0, dtype=np.float64), known.std(axis=0, dtype=np.float64)
        moving = scale > STILL * np.abs(known).max(axis=0)
        return cls(_standardised(known, moving, mean, scale), False, moving, mean, scale)

    def why_none(self, neighbours: int) -> str:
        """Return why distances to the ``neighbours``-th crop are meaningless; empty if not."""
        if len(self.vectors) < neighbours:
            return (
                f"{len(self.vectors)} known crops are fewer than the {neighbours} of "
                "open_set.neighbours"
            )
        if not self.moving.any() or np.ptp(self.vectors, axis=0).max() <= STILL:
            return f"all {len(self.vectors)} known crops have one and the same embedding"
        return ""

    def distances(self, embeddings: ArrayLike, neighbours: int) -> Array:
        """Return the distance of each of ``embeddings``, (M, D0), to its k-th nearest known crop.

        (M,), in degrees for angles, else in standard deviations. A vector of zeros has no
        direction: it is 90 degrees from all.

        Args:
            embeddings: of the crops to measure.
            neighbours: k, from 1 to the number of known crops.

        Raises:
            ValueError: the number of dimensions differs, an embedding is not finite, or k is
                larger than the number of known crops.
        """
        asked = _checked(embeddings)
        if asked.shape[1] != len(self.moving):
            raise ValueError(f"expected {len(self.moving)} dimensions, found {asked.shape[1]}")
        if not 1 <= neighbours <= len(self.vectors):
            raise ValueError(f"no neighbour {neighbours} among {len(self.vectors)} known crops")
        if not len(asked):
            return np.empty(0)
        found = self.in_unit(self._kth(self.ready(asked), neighbours))
        return np.where(np.any(asked, axis=1), found, 90.0) if self.angular else found

    def ready(self, embeddings: ArrayLike) -> Vectors:
        """Return ``embeddings``, (M, D0), in the form of `vectors`, for measuring distances."""
        asked = _checked(embeddings)
        if self.angular:
            return _directions(asked)
        return _standardised(asked, self.moving, self.mean, self.scale)

    def in_unit(self, lengths: Array) -> Array:
        """Return Euclidean distances between `ready` vectors in the unit of `distances`."""
        if self.angular:
            return np.degrees(2 * np.arcsin(np.clip(lengths / 2, 0, 1)))
        return lengths

    def _kth(self, asked: Vectors, neighbours: int) -> Array:
        """Return the Euclidean distance of each to its k-th nearest; exact, block by block."""
        from sklearn.neighbors import NearestNeighbors

        search = NearestNeighbors(n_neighbors=neighbours, algorithm="brute").fit(self.vectors)
        distances, _ = search.kneighbors(asked)
        return np.asarray(distances[:, -1], dtype=np.float64)


def _checked(embeddings: ArrayLike) -> Vectors:
    vectors = np.asarray(embeddings, dtype=np.float32)
    if vectors.ndim != 2:
        raise ValueError(f"expected (N, D) embeddings, found {vectors.shape}")
    if not np.isfinite(vectors).all():
        raise ValueError("an embedding is not finite")
    return vectors


def _directions(vectors: Vectors) -> Vectors:
    """Return unit vectors; vectors of zeros stay."""
    from sklearn.preprocessing import normalize

    return normalize(vectors.astype(np.float64)).astype(np.float32)


def _standardised(
    vectors: Vectors, moving: NDArray[np.bool_], mean: Array, scale: Array
) -> Vectors:
    shifted = vectors[:, moving] - mean[moving]
    return (shifted / scale[moving]).astype(np.float32)
