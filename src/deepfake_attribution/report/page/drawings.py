"""Small drawings of bars and marks, as HTML and SVG: they need no script."""

from collections.abc import Sequence
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Bar:
    """A row of a drawing; places are in the unit of its axis.

    Attributes:
        name: of the row.
        text: its figures, with their n.
        parts: kind and size of each part of the bar, from the left; kinds are those of the legend.
        mark: where a mark is, instead of a bar; None: there is none.
        kind: of the mark.
        interval: both ends of a line through the mark.
    """

    name: str
    text: str
    parts: Sequence[tuple[str, float]] = ()
    mark: float | None = None
    kind: str = ""
    interval: tuple[float, float] | None = None


@dataclass(frozen=True)
class Drawing:
    """Rows in groups, on one axis.

    Attributes:
        label: what the figures are; heads their column.
        caption: how to read it.
        low, high: ends of the axis.
        groups: heading and rows of each.
        legend: kind and name of each part or mark; empty: the rows' names tell enough.
        line: place and name of a line through all rows, such as chance.
    """

    label: str
    caption: str
    low: float
    high: float
    groups: Sequence[tuple[str, Sequence[Bar]]]
    legend: Sequence[tuple[str, str]] = field(default=())
    line: tuple[float, str] | None = None

    def place(self, value: float) -> float:
        """Return where a value is on the axis, in percent of its length."""
        share = (value - self.low) / (self.high - self.low)
        return round(100 * min(max(share, 0.0), 1.0), 2)

    def segments(self, bar: Bar) -> list[tuple[str, float, float]]:
        """Return kind, beginning and length of each part of a bar, in percent of the axis."""
        found, start = [], self.low
        for kind, size in bar.parts:
            left = self.place(start)
            start += size
            found.append((kind, left, round(self.place(start) - left, 2)))
        return [part for part in found if part[2] > 0]
