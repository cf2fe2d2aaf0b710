"""A picture with a panel for each approach and a line for each database in it."""

from collections.abc import Callable, Sequence
from typing import Any, Protocol, TypeVar

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from deepfake_attribution.figures import style
from deepfake_attribution.figures.roc import LINES
from deepfake_attribution.report.page.fallbacks import grid


class Curve(Protocol):
    """A curve of one approach on one database."""

    @property
    def approach(self) -> str:
        """Its panel."""

    @property
    def database(self) -> str:
        """Its colour and dash."""


C = TypeVar("C", bound=Curve)


def figure(
    curves: Sequence[C],
    line: Callable[[Axes, C, dict[str, Any]], None],
    *,
    title: str,
    below: str,
    highest: float,
) -> Figure:
    """Return the figure; call it inside `style.drawing`.

    Args:
        curves: at least one.
        line: draws a curve with the given colour and dash, and labels it with what the legend says.
        title, below: the two lines above the panels.
        highest: end of the vertical axis; the horizontal one ends at 103 percent.
    """
    approaches = list(dict.fromkeys(one.approach for one in curves))
    databases = list(dict.fromkeys(one.database for one in curves))
    drawn, panels = grid(len(approaches), top=1.3, row=1.9, sharey=True)
    for axes, approach in zip(panels, approaches, strict=True):
        for one in (curve for curve in curves if curve.approach == approach):
            colour, dashes = LINES[databases.index(one.database) % len(LINES)]
            line(axes, one, {"color": colour, "linestyle": dashes})
        axes.set_title(approach, fontsize=9.5, loc="left")
        axes.set_xlim(0, 103)
        axes.set_ylim(0, highest)
    lines = {line.get_label(): line for axes in panels for line in axes.lines}
    shown = {label: line for label, line in lines.items() if not str(label).startswith("_")}
    drawn.legend(list(shown.values()), list(shown), loc="outside lower center", ncols=2)
    style.head_line(drawn, title, below)
    return drawn
