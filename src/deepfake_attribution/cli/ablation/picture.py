"""The differences of a comparison as a picture: a point with its interval for each."""

import math
import textwrap
from collections.abc import Iterable, Mapping
from pathlib import Path

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from deepfake_attribution.cli.ablation.comparison import HELPS, HURTS, Difference
from deepfake_attribution.figures import style

COLOURS = {HELPS: style.REAL_COLOUR, HURTS: style.FAKE_COLOUR}
LETTERS = 40  # of a line of a row's name
ROW, LINE = 0.16, 0.12  # inches of a row, and of each line of its name
Panels = Mapping[str, Mapping[str, Difference]]  # panel -> row -> difference


def write(panels: Panels, names: Iterable[str], title: str, below: str, path: Path) -> None:
    """Draw the differences and write them to ``path`` as PNG.

    Args:
        panels: side by side, with the same rows in the same places; a row may lack some.
        names: of the rows, from above; those without any difference are left out.
        title, below: the lines above them.
        path: of the picture.
    """
    with style.drawing():
        style.save(draw(panels, names, title, below), path)


def draw(panels: Panels, names: Iterable[str], title: str, below: str) -> Figure:
    """Return the picture; arguments as for `write`."""
    names = [name for name in names if any(name in rows for rows in panels.values())]
    labels = [textwrap.fill(name, LETTERS) for name in names]
    inches = sum(ROW + LINE * (label.count("\n") + 1) for label in labels)
    figure = style.new(height=style.HEAD + 0.75 + inches)
    axes = figure.subplots(1, len(panels), sharex=True, sharey=True, squeeze=False)[0]
    for panel, (name, rows) in zip(axes, panels.items(), strict=True):
        _panel(panel, [rows.get(row) for row in names])
        panel.set_title(name, loc="left")
    axes[0].set_yticks(range(len(names)), labels)
    axes[0].set_ylim(len(names) - 0.5, -0.5)
    figure.supxlabel("difference of AUC, points", fontsize=8)
    style.head_line(figure, title, below)
    return figure


def _panel(axes: Axes, rows: list[Difference | None]) -> None:
    axes.axvline(0, color=style.FAINT, linewidth=0.8)
    axes.grid(axis="y", color="#eeeeee", linewidth=0.8)
    axes.set_axisbelow(True)
    axes.tick_params(axis="y", length=0)
    axes.xaxis.set_major_locator(MaxNLocator(5, integer=True))
    for place, difference in enumerate(rows):
        if difference is None:
            continue
        found, colour = difference.found, COLOURS.get(difference.verdict)
        if math.isfinite(found.low):
            axes.plot([found.low, found.high], [place, place], color=colour or style.FAINT)
        face = colour or "white"
        axes.plot(found.value, place, "o", color=colour or style.QUIET, markerfacecolor=face)
