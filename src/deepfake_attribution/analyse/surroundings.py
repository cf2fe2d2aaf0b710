"""Compares crops with the known crops: distance, nearest videos, position on the map.

Distances are those of the stage ``open_set`` (`open_set.distances`).
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from deepfake_attribution.analyse.bundle.loaded import Bundle
from deepfake_attribution.analyse.claims import Claims
from deepfake_attribution.analyse.results import Neighbour
from deepfake_attribution.evaluate.open_set.distances import Known

ON_MAP = 10  # a crop's place is the median of so many nearest crops on the map
SPARE = 5  # further candidates for the nearest videos, which are ordered by exact distances
Array = NDArray[np.float64]


@dataclass(frozen=True)
class Where:
    """The result of `Surroundings.of`; the attributes are those of `results.PersonResult`.

    ``claimed`` is the enrolled attack that the nearest known crops are of (`claims`), if any.
    """

    distance: float | None
    unlike: float | None
    neighbours: tuple[Neighbour, ...]
    place: tuple[float, float] | None
    claimed: str | None = None


class Surroundings:
    """The known crops of an approach, prepared for comparison.

    Args:
        bundle: the approach.
        neighbours: number of nearest videos in the result.
    """

    def __init__(self, bundle: Bundle, neighbours: int) -> None:
        self._k, self._named = bundle.record.neighbours, neighbours
        self._distances = bundle.distances
        angular = bundle.description.by_direction
        self.unit = "degrees" if angular else "deviations"
        table = bundle.known.reset_index(drop=True)
        measured = (table["split"] == "val").to_numpy()
        self._known: Known | None = None
        self._claims: Claims | None = None
        self._none = "no crop is known"
        if measured.any():
            vectors = np.stack(table["embedding"].to_list())
            self._known = Known.of(vectors[measured], angular)
            self._none = self._known.why_none(self._k)
            self._vectors = self._known.ready(vectors)
            self._squares = np.einsum("nd,nd->n", self._vectors, self._vectors)
            self._claims = _claims(bundle, self._known, table.loc[measured, "attack"])
        self._videos, self._video = _numbered(table)
        self._map = np.flatnonzero(table["x"].notna())
        self._places = table.loc[self._map, ["x", "y"]].to_numpy(np.float64)

    def of(self, embeddings: NDArray[np.float32]) -> Where:
        """Compare the crops of one person, (F, D) embeddings, with the known crops."""
        if self._known is None or self._none:
            return Where(None, None, (), None)
        distance = float(self._known.distances(embeddings, self._k).mean())
        unlike = None
        if len(self._distances):
            unlike = float(np.searchsorted(self._distances, distance) / len(self._distances))
        asked = self._known.ready(embeddings)
        lengths = self._lengths(asked)
        neighbours = self._nearest(self._known, asked, lengths)
        claims = self._claims
        claimed = None if claims is None else claims.named(claims.votes(embeddings))
        return Where(distance, unlike, neighbours, self._place(lengths), claimed)

    def _lengths(self, asked: NDArray[np.float32]) -> Array:
        """Return the Euclidean distances of crops to all known ones, (F, N)."""
        squares = np.einsum("fd,fd->f", asked, asked)[:, None] + self._squares
        return np.sqrt(np.maximum(squares - 2 * (asked @ self._vectors.T), 0)).astype(np.float64)

    def _nearest(
        self, known: Known, asked: NDArray[np.float32], lengths: Array
    ) -> tuple[Neighbour, ...]:
        nearest = np.full(len(self._videos), np.inf)
        np.minimum.at(nearest, self._video, lengths.min(axis=0))
        order = np.argsort(nearest, kind="stable")[: self._named + SPARE]
        nearest[order] = [self._exact(asked, number) for number in order]
        order = order[np.argsort(nearest[order], kind="stable")][: self._named]
        distances = known.in_unit(nearest[order])
        rows = self._videos.iloc[order].itertuples(index=False)
        return tuple(
            Neighbour(str(row.video), str(row.attack), str(row.dataset), float(distance))
            for row, distance in zip(rows, distances, strict=True)
        )

    def _exact(self, asked: NDArray[np.float32], number: int) -> float:
        """Return the exact distance to a known video; `_lengths` may differ in the sixth digit.

        That difference depends on how the matrix product is distributed over threads.
        """
        own = self._vectors[self._video == number].astype(np.float64)
        apart = asked.astype(np.float64)[:, None] - own  # (F, n, D)
        return float(np.sqrt((apart**2).sum(axis=2).min()))

    def _place(self, lengths: Array) -> tuple[float, float] | None:
        """Return the median place of the crops; each has the place of its nearest mapped crops."""
        if not len(self._map):
            return None
        own = lengths[:, self._map]
        near = np.argsort(own, axis=1, kind="stable")[:, :ON_MAP]
        x, y = np.median(np.median(self._places[near], axis=1), axis=0)
        return float(x), float(y)


def _numbered(table: pd.DataFrame) -> tuple[pd.DataFrame, NDArray[np.intp]]:
    """Return the known videos, and for each crop the number of its video."""
    numbers, _ = pd.factorize(table["video"])
    return table.drop_duplicates("video")[["video", "attack", "dataset"]], numbers


def _claims(bundle: Bundle, known: Known, labels: pd.Series) -> Claims | None:
    """Return the votes for enrolled attacks; None without any, or if a classifier knows them."""
    record = bundle.record
    if bundle.classifier is not None or not record.enrolled:
        return None
    names = [one.name for one in record.enrolled]
    return Claims(known, labels.to_numpy(str), record.every_class, names, record.neighbours)
