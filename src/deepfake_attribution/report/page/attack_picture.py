"""FPR of each attack as a picture: for a paper, for print, without scripts."""

from collections.abc import Collection
from pathlib import Path

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from deepfake_attribution.figures import style
from deepfake_attribution.report.page import attack_plots
from deepfake_attribution.report.page.attack_plots import NEW, REALS
from deepfake_attribution.report.page.fallbacks import COLUMNS, Picture, grid, saved

TITLE = "Fakes called real (FPR) of each attack"
CAPTION = (
    "Percent of an attack's fakes that are called real at the threshold, with the interval. Blue: "
    "trained on, orange: never trained on. Grey: the reals of the database that are called fake "
    "(FNR). Video level."
)
COLOURS = {NEW: style.FAKE_COLOUR, REALS: style.FAINT}
LONGEST = 34  # characters of a row's name


def draw(figures: pd.DataFrame, new: Collection[str], page: Path) -> list[Picture]:
    """Write the picture below the page's folder; without a figure there is none.

    Args:
        figures, new: as for `attack_plots.section`.
        page: the folder of the page's files.
    """
    rows = attack_plots.rows(figures, new)
    if rows.empty:
        return []
    with style.drawing():
        return [saved(_figure(rows), page, "attacks", TITLE, CAPTION)]


def _figure(rows: pd.DataFrame) -> Figure:
    keys = ["database", "group", "attack"]
    order = {
        key: place for place, key in enumerate(dict.fromkeys(map(tuple, _ordered(rows, keys))))
    }
    approaches = list(rows["approach"].unique())
    figure, panels = grid(
        len(approaches), top=0.75, row=0.55 + 0.15 * len(order), sharex=True, sharey=True
    )
    for place, (axes, approach) in enumerate(zip(panels, approaches, strict=True)):
        own = rows[rows["approach"] == approach]
        at = np.array([order[tuple(key)] for key in own[keys].to_numpy()])
        _bars(axes, own, at)
        axes.set_title(approach, fontsize=9.5, loc="left")
        axes.tick_params(axis="x", labelbottom=True)
        if place % COLUMNS == 0:
            names = [style.shortened(f"{one}: {attack}", LONGEST) for one, _, attack in order]
            axes.set_yticks(range(len(order)), names, fontsize=style.SMALLEST)
    panels[0].set_ylim(len(order) - 0.4, -0.6)
    panels[0].set_xlim(0, min(100.0, 1.05 * float(rows[["value", "high"]].max(axis=None)) + 2))
    below = "video level, percent; blue: trained on, orange: never trained on; grey: FNR of reals"
    style.head_line(figure, TITLE, below)
    return figure


def _ordered(rows: pd.DataFrame, keys: list[str]) -> np.ndarray:
    """Return database, group and attack of all rows: the reals of each database first."""
    places = {name: place for place, name in enumerate(rows["database"].unique())}
    by = rows["database"].map(places) * 2 + (rows["group"] != REALS)
    return rows.loc[by.sort_values(kind="stable").index, keys].to_numpy()


def _bars(axes: Axes, own: pd.DataFrame, at: np.ndarray) -> None:
    colours = [COLOURS.get(group, style.REAL_COLOUR) for group in own["group"]]
    axes.barh(at, own["value"], height=0.7, color=colours)
    axes.hlines(at, own["low"], own["high"], color=style.INK, linewidth=0.8)
    axes.tick_params(axis="y", length=0)
