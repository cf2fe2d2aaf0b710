"""Scores as ridges, as a picture for a paper, for print and for a page without scripts."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from deepfake_attribution.figures import style
from deepfake_attribution.report.page.fallbacks import Picture, grid, saved
from deepfake_attribution.report.page.ridge_plots import KINDS, approaches, outline, rows

TITLE = "Scores of real and fake videos"
CAPTION = (
    "A row is a database; blue: real, orange: fake, each scaled to its own highest bar. The line "
    "is the approach's threshold: what is to its right is called real. Video level."
)
BELOW = "test part; a line: the threshold, above it is called real; *: not trained on"
COLOURS = dict(zip(KINDS, (style.REAL_COLOUR, style.FAKE_COLOUR), strict=True))
LONGEST = 22  # characters of a database's name


def draw(video: Mapping[str, Any], page: Path) -> list[Picture]:
    """Write the picture below the page's folder; without a score there is none.

    Args:
        video: `score_figures.summary` of the video level.
        page: the folder of the page's files.
    """
    if not approaches(video):
        return []
    with style.drawing():
        return [saved(_figure(video), page, "ridges", TITLE, CAPTION)]


def _figure(video: Mapping[str, Any]) -> Figure:
    names = approaches(video)
    most = max(len(rows(video, name)) for name in names)
    figure, panels = grid(len(names), top=0.7, row=0.55 + 0.34 * most)
    for place, (axes, name) in enumerate(zip(panels, names, strict=True)):
        _panel(axes, name, video, place % 4 == 0)
    style.head_line(figure, TITLE, BELOW)
    return figure


def _panel(axes: Axes, approach: str, video: Mapping[str, Any], named: bool) -> None:
    shown = rows(video, approach)
    for place, (_, one) in enumerate(shown):
        base = len(shown) - 1 - place
        for kind, colour in COLOURS.items():
            x, y = outline(one, kind)
            axes.fill_between(x, base, [base + each for each in y], color=colour, alpha=0.5, lw=0)
        axes.axhline(base, color="#cccccc", linewidth=0.6, zorder=0)
    axes.axvline(shown[0][1]["threshold"], color=style.INK, linewidth=1)
    axes.set_ylim(-0.08, len(shown))
    axes.set_xlim(*shown[0][1]["edges"])
    texts = [
        style.shortened(database["name"], LONGEST) + ("" if database["seen"] else " *")
        for database, _ in reversed(shown)
    ]
    axes.set_yticks(range(len(shown)), texts if named else [], fontsize=7.5)
    axes.tick_params(axis="y", length=0)
    axes.spines["left"].set_visible(False)
    axes.set_title(approach, fontsize=9.5, loc="left")
