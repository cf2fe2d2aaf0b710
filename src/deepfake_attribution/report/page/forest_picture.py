"""Differences to the best approach as pictures: for a paper, for print, without scripts."""

from collections.abc import Sequence
from math import isnan
from pathlib import Path

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from deepfake_attribution.figures import style
from deepfake_attribution.report import forest
from deepfake_attribution.report.better import KINDS
from deepfake_attribution.report.forest import Panel
from deepfake_attribution.report.page.fallbacks import Picture, grid, saved
from deepfake_attribution.report.page.forest_plots import WORSE

CAPTION = (
    "Each approach minus the best one of the database, percentage points; {worse}. Bars: "
    "{confidence:g} % confidence interval. Grey and hollow: not significantly different; blue: "
    "significantly. Black diamond: the best."
)
SIGNIFICANT = "#0b63a5"  # the accent of page.css
LONGEST = 24  # characters of a database's name


def draw(
    figures: pd.DataFrame, differences: pd.DataFrame, seen: Sequence[str], page: Path
) -> list[Picture]:
    """Write a picture of each measure below the page's folder, as PNG and PDF.

    Args:
        figures, differences, seen: as for `forest.panels`.
        page: the folder of the page's files.
    """
    made = []
    with style.drawing():
        for measure, named in KINDS.items():
            panels = forest.panels(figures, differences, seen, measure)
            if not panels:
                continue
            confidence = float(differences["confidence"].iloc[0])
            title = f"{named}: differences to the best approach"
            caption = CAPTION.format(worse=WORSE[measure], confidence=confidence)
            caption = f"{caption} {forest.notes(panels, differences, measure)}".strip()
            figure = _figure(panels, title, measure)
            made.append(saved(figure, page, f"forest-{measure}", title, caption))
    return made


def _figure(panels: Sequence[Panel], title: str, measure: str) -> Figure:
    most = max(len(panel.lines) for panel in panels)
    figure, drawn = grid(
        len(panels), top=0.75, row=0.6 + 0.17 * most, sharex=True, sharey=_same(panels)
    )
    ends = forest.span(panels)
    for axes, panel in zip(drawn, panels, strict=True):
        _panel(axes, panel)
        axes.set_xlim(*ends)
    below = f"video level, percentage points; {WORSE[measure]}; *: database not trained on"
    style.head_line(figure, title, below)
    return figure


def _same(panels: Sequence[Panel]) -> bool:
    """Return whether all panels have the same approaches, so that one list of names is enough."""
    return len({tuple(line.approach for line in panel.lines) for panel in panels}) == 1


def _panel(axes: Axes, panel: Panel) -> None:
    axes.axvline(0, color=style.FAINT, linewidth=0.8, zorder=0)
    for place, line in enumerate(panel.lines):
        colour = SIGNIFICANT if line.significant else style.FAINT
        if not isnan(line.low):
            width = 1.6 if line.significant else 0.9
            axes.hlines(place, line.low, line.high, color=colour, linewidth=width)
        if line.best:
            axes.plot(0, place, "D", color=style.INK, markersize=5)
        else:
            face = colour if line.significant else "white"
            axes.plot(line.difference, place, "o", color=colour, markerfacecolor=face, markersize=5)
    axes.set_yticks(range(len(panel.lines)), [line.approach for line in panel.lines], fontsize=7.5)
    axes.set_ylim(len(panel.lines) - 0.4, -0.6)
    axes.tick_params(axis="y", length=0)
    axes.tick_params(axis="x", labelbottom=True)
    axes.spines["left"].set_visible(False)
    star = "" if panel.seen else " *"
    name = style.shortened(panel.database, LONGEST) + star
    axes.set_title(f"{name}\n{panel.n_real} real, {panel.n_fake} fake", fontsize=8, loc="left")
