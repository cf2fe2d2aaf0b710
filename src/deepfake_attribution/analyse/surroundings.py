"""Where crops lie among those that are known: how far off, next to which videos, where on the map.

Distances are those of the stage ``open_set`` (`open_set.distances`).
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from deepfake_attribution.analyse.bundle.loaded import Bundle
from deepfake_attribution.analyse.results import Neighbour
from deepfake_attribution.core.outputs import EMBEDDING
from deepfake_attribution.evaluate.open_set.distances import Known

ON_MAP = 10  # nearest crops on the map whose middle is a crop's place
SPARE = 5  # candidates beyond the nearest videos that are named, for exact distances
Array = NDArray[np.float64]


@dataclass(frozen=True)
class Where:
    """What `Surroundings.of` returns; the attributes are those of `results.Said`."""

    distance: float | None
    unlike: float | None
    neighbours: tuple[Neighbour, ...]
    place: tuple[float, float] | None


class Surroundings:
    """The known crops of an approach, ready to be compared with.

    Args:
        bundle: the approach.
        neighbours: how many of the nearest videos are named.
    """

    def __init__(self, bundle: Bundle, neighbours: int) -> None:
        self._k, self._named = bundle.record.neighbours, neighbours
        self._distances = bundle.distances
        angular = bundle.description.output == EMBEDDING
        self.unit = "degrees" if angular else "deviations"
        table = bundle.known.reset_index(drop=True)
        measured = (table["split"] == "val").to_numpy()
        self._known: Known | None = None
        self._none = "no crop is known"
        if measured.any():
            vectors = np.stack(table["embedding"].to_list())
            self._known = Known.of(vectors[measured], angular)
            self._none = self._known.why_none(self._k)
            self._vectors = self._known.ready(vectors)
            self._squares = np.einsum("nd,nd->n", self._vectors, self._vectors)
        self._videos, self._video = _numbered(table)
        self._map = np.flatnonzero(table["x"].notna())
        self._places = table.loc[self._map, ["x", "y"]].to_numpy(np.float64)

    def of(self, embeddings: NDArray[np.float32]) -> Where:
        """Return where the crops of one person lie, (F, D) embeddings."""
        if self._known is None or self._none:
            return Where(None, None, (), None)
        distance = float(self._known.distances(embeddings, self._k).mean())
        unlike = None
        if len(self._distances):
            unlike = float(np.searchsorted(self._distances, distance) / len(self._distances))
        asked = self._known.ready(embeddings)
        lengths = self._lengths(asked)
        neighbours = self._nearest(self._known, asked, lengths)
        return Where(distance, unlike, neighbours, self._place(lengths))

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
        told = known.in_unit(nearest[order])
        rows = self._videos.iloc[order].itertuples(index=False)
        return tuple(
            Neighbour(str(row.video), str(row.attack), str(row.dataset), float(distance))
            for row, distance in zip(rows, told, strict=True)
        )

    def _exact(self, asked: NDArray[np.float32], number: int) -> float:
        """Return the distance to a known video; `_lengths` differs in the sixth digit by chance.

        It depends on how the product of the matrices is spread over threads.
        """
        own = self._vectors[self._video == number].astype(np.float64)
        apart = asked.astype(np.float64)[:, None] - own  # (F, n, D)
        return float(np.sqrt((apart**2).sum(axis=2).min()))

    def _place(self, lengths: Array) -> tuple[float, float] | None:
        """Return the middle of the crops' places, each that of its nearest crops on the map."""
        if not len(self._map):
            return None
        own = lengths[:, self._map]
        near = np.argsort(own, axis=1, kind="stable")[:, :ON_MAP]
        x, y = np.median(np.median(self._places[near], axis=1), axis=0)
        return float(x), float(y)


def _numbered(table: pd.DataFrame) -> tuple[pd.DataFrame, NDArray[np.intp]]:
    """Return the known videos, and the number among them of each crop's."""
    numbers, _ = pd.factorize(table["video"])
    return table.drop_duplicates("video")[["video", "attack", "dataset"]], numbers
