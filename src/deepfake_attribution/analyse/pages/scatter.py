"""The map of known crops as a drawing, with the place of a video among them."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from deepfake_attribution.analyse.bundle.loaded import Bundle
from deepfake_attribution.analyse.results import Neighbour, PersonResult
from deepfake_attribution.figures.style import Classes
from deepfake_attribution.report.page.map_symbols import outline

MARKS = 1200  # crops on the map, at most: it stands in the page of every video
WIDTH, EDGE = 1000, 40  # of the drawing, in its own unit


class Scatter:
    """The known crops that have a place on the map, drawn once for all videos of a model.

    Args:
        bundle: the model; its classes keep the colours and shapes of the pipeline's report.
    """

    def __init__(self, bundle: Bundle) -> None:
        known = bundle.known[bundle.known["x"].notna() & bundle.known["y"].notna()]
        trained = bundle.record.classes
        others = sorted(set(known["attack"]) - set(trained))
        self.classes = Classes(trained, others)
        self.total, self.shown = len(known), 0
        self.height = WIDTH
        self.groups: list[dict[str, Any]] = []
        self._videos = pd.DataFrame(columns=["x", "y"])
        if not len(known):
            return
        self._low = np.array([known["x"].min(), known["y"].min()], dtype=np.float64)
        high = np.array([known["x"].max(), known["y"].max()], dtype=np.float64)
        span = high - self._low
        self._unit = (WIDTH - 2 * EDGE) / (span.max() or 1.0)
        self.height = round(span[1] * self._unit) + 2 * EDGE
        self._left = (WIDTH - 2 * EDGE - span[0] * self._unit) / 2
        self._videos = known.groupby("video", sort=False)[["x", "y"]].median()
        self.groups = self._grouped(known)

    def places(self, people: Sequence[PersonResult]) -> list[dict[str, Any]]:
        """Return where people lie, whose place is known."""
        found = []
        for person in people:
            if person.place is not None and self.groups:
                x, y = self._at(*person.place)
                found.append({"x": x, "y": y, "person": person.person + 1})
        return found

    def rings(self, neighbours: Sequence[Neighbour]) -> list[dict[str, Any]]:
        """Return where the nearest known videos lie; those without a place are left out."""
        found = []
        for rank, neighbour in enumerate(neighbours, start=1):
            if neighbour.video in self._videos.index:
                row = self._videos.loc[neighbour.video]
                x, y = self._at(float(row["x"]), float(row["y"]))
                found.append({"x": x, "y": y, "rank": rank, "video": neighbour.video})
        return found

    def _grouped(self, known: pd.DataFrame) -> list[dict[str, Any]]:
        """Return the marks of each class; of many crops some, evenly from all classes."""
        ordered = known.sort_values("attack", kind="stable")
        count = min(len(ordered), MARKS)
        chosen = ordered.iloc[np.linspace(0, len(ordered) - 1, count).round().astype(int)]
        self.shown = len(chosen)
        groups = []
        for name in self.classes.names():
            own = chosen[chosen["attack"] == name]
            points = [self._at(x, y) for x, y in zip(own["x"], own["y"], strict=True)]
            if points:
                about = {"name": name, "label": self.classes.label(name), "marks": len(points)}
                look = {
                    "colour": self.classes.colour(name),
                    "shape": outline(self.classes.marker(name)),
                }
                path = "M" + "L".join(f"{x} {y}" for x, y in points)
                groups.append(about | look | {"path": path})
        return groups

    def _at(self, x: float, y: float) -> tuple[int, int]:
        """Return a place of the map in the drawing, whose y points down."""
        across = EDGE + self._left + (x - self._low[0]) * self._unit
        up = EDGE + (y - self._low[1]) * self._unit
        low, wide, high = 6, WIDTH - 6, self.height - 6
        return (
            round(min(max(across, low), wide)),
            round(min(max(self.height - up, low), high)),
        )
