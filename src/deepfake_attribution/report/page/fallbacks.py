"""Pictures of what scripts draw, for print and for a page without them: DET and histograms."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import ceil
from pathlib import Path
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from deepfake_attribution.figures import style
from deepfake_attribution.figures.roc import LINES
from deepfake_attribution.report.page import thinning

COLUMNS = 4


@dataclass(frozen=True)
class Picture:
    """A picture of the page: its file relative to the page, title and caption."""

    file: str
    title: str
    caption: str


def draw(video: Mapping[str, Any], page: Path) -> dict[str, list[Picture]]:
    """Write the pictures below the page's folder; return them by figure: ``det``, ``histograms``.

    Args:
        video: `score_figures.summary` of the video level.
        page: the folder of the page's files.
    """
    with style.drawing():
        made: dict[str, list[Picture]] = {"det": [], "histograms": []}
        det = _det(video)
        if det is not None:
            style.save(det, page / "pictures" / "det.png")
            made["det"] = [Picture(f"{page.name}/pictures/det.png", "DET", DET)]
        for number, database in enumerate(video["databases"]):
            if not database["approaches"]:
                continue
            file = page / "pictures" / f"histograms-{number}.png"
            style.save(_histograms(database), file)
            title = f"Scores on {database['name']}"
            made["histograms"].append(
                Picture(f"{page.name}/pictures/{file.name}", title, HISTOGRAM)
            )
    return made


DET = (
    "Both axes are stretched as normal deviates, so that small rates can be told apart; down and "
    "to the left is better. Such an axis has no place for 0 and 100 %: they are drawn on the outer "
    "lines. A dot: at the threshold. Video level."
)
HISTOGRAM = (
    "Percent of the real (blue) and of the fake (orange) videos; what is to the right of the line, "
    "the threshold, is called real. Video level."
)


def _det(video: Mapping[str, Any]) -> Figure | None:
    lines: dict[str, list[tuple[int, Mapping[str, Any], str]]] = {}
    for place, database in enumerate(video["databases"]):
        for one in database["approaches"]:
            if one["fpr"] is not None:
                label = f"{database['name']}: {one['real']} real, {one['fake']} fake"
                lines.setdefault(one["name"], []).append((place, one, label))
    if not lines:
        return None
    rows = ceil(len(lines) / COLUMNS)
    figure = style.new(height=1.3 + 2.4 * rows)
    panels = list(figure.subplots(rows, COLUMNS, squeeze=False, sharey=True).flat)
    for axes, (approach, own) in zip(panels, lines.items(), strict=False):
        for place, one, label in own:
            colour, dashes = LINES[place % len(LINES)]
            axes.plot(one["det_fpr"], one["det_fnr"], linestyle=dashes, color=colour, label=label)
            axes.plot(*one["det_point"], "o", color=colour, markeredgecolor="white", zorder=3)
        _frame(axes, approach, video["ticks"], video["borders"])
    for axes in panels[len(lines) :]:
        axes.set_visible(False)
    first = {line.get_label(): line for axes in panels for line in axes.lines}
    shown = {label: line for label, line in first.items() if not str(label).startswith("_")}
    figure.legend(list(shown.values()), list(shown), loc="outside lower center", ncols=2)
    below = "video level, test part; FNR over FPR, percent; a dot: at the threshold"
    style.head_line(figure, "DET", below)
    return figure


def _frame(
    axes: Axes,
    approach: str,
    ticks: Sequence[tuple[float, str]],
    borders: Sequence[tuple[float, str]],
) -> None:
    for at, _ in borders:
        axes.axvline(at, color="#cccccc", linewidth=0.8, zorder=0)
        axes.axhline(at, color="#cccccc", linewidth=0.8, zorder=0)
    # beside the edge there is no room for the name of the smallest rate
    places, names = zip(borders[0], *ticks[1:], borders[1], strict=True)
    axes.set_xticks(places, names, fontsize=7.5)
    axes.set_yticks(places, names, fontsize=7.5)
    edge = 1.05 * abs(thinning.deviates([0.0])[0])
    axes.set_xlim(-edge, edge)
    axes.set_ylim(-edge, edge)
    axes.set_aspect("equal")
    axes.set_title(approach, fontsize=9.5, loc="left")


def _histograms(database: Mapping[str, Any]) -> Figure:
    rows = ceil(len(database["approaches"]) / COLUMNS)
    figure = style.new(height=0.8 + 1.6 * rows)
    panels = list(figure.subplots(rows, COLUMNS, squeeze=False).flat)
    for axes, one in zip(panels, database["approaches"], strict=False):
        edges = np.linspace(one["edges"][0], one["edges"][1], len(one["reals"]) + 1)
        for name, colour in (("reals", style.REAL_COLOUR), ("fakes", style.FAKE_COLOUR)):
            share = 100 * np.asarray(one[name]) / max(sum(one[name]), 1)
            axes.stairs(share, edges, fill=True, color=colour, alpha=0.6)
        axes.axvline(one["threshold"], color=style.INK, linewidth=1)
        axes.set_title(one["name"], fontsize=9.5, loc="left")
    for axes in panels[len(database["approaches"]) :]:
        axes.set_visible(False)
    one = database["approaches"][0]
    below = f"video level, test part; {one['real']} real (blue), {one['fake']} fake (orange)"
    style.head_line(figure, f"Scores on {database['name']}", below)
    return figure
