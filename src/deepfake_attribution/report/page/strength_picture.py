"""AUC against the strength of attacks, as a picture for print and for a page without scripts."""

from math import ceil
from pathlib import Path

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from deepfake_attribution.figures import style
from deepfake_attribution.report.page.approach_look import look
from deepfake_attribution.report.page.fallbacks import Picture, saved
from deepfake_attribution.report.page.strength_plots import ends, heading, shifts
from deepfake_attribution.report.results import CHANCE

TITLE = "AUC against attack strength"
CAPTION = (
    "Percent, of the fakes of each third of the strengths against all reals of the database; a "
    "mark is at the mean strength of its part. Each panel has its own axis. Bars: {confidence:g} % "
    "confidence interval. Video level, mean over the seeds."
)
COLUMNS = 2
LONGEST = 24  # characters of a database's name


def draw(strengths: pd.DataFrame, page: Path) -> list[Picture]:
    """Write the picture below the page's folder.

    Args:
        strengths: of ``data/uncertainty``; without rows there is no picture.
        page: the folder of the page's files.
    """
    if strengths.empty:
        return []
    caption = CAPTION.format(confidence=float(strengths["confidence"].iloc[0]))
    with style.drawing():
        figure = _figure(strengths[strengths["measure"] == "auc"])
        return [saved(figure, page, "strength", TITLE, caption)]


def _figure(rows: pd.DataFrame) -> Figure:
    databases = list(rows.groupby("database", sort=False))
    lines = ceil(len(databases) / COLUMNS)
    figure = style.new(height=1.2 + 2.2 * lines)
    panels = list(figure.subplots(lines, COLUMNS, squeeze=False).flat)
    for axes, (database, own) in zip(panels, databases, strict=False):
        _panel(axes, own)
        title = heading(style.shortened(str(database), LONGEST), own)
        axes.set_title(title, fontsize=9.5, loc="left")
    for axes in panels[len(databases) :]:
        axes.set_visible(False)
    handles, names = panels[0].get_legend_handles_labels()
    figure.legend(handles, names, loc="outside lower center", ncols=4)
    style.head_line(figure, TITLE, "video level, test part; AUC in percent over the strength")
    return figure


def _panel(axes: Axes, rows: pd.DataFrame) -> None:
    axes.axhline(CHANCE, color="#cccccc", linewidth=0.8, zorder=0)
    approaches = list(rows.groupby("approach", sort=False))
    for (approach, parts), shift in zip(approaches, shifts(rows, len(approaches)), strict=True):
        bars = [parts["value"] - parts["low"], parts["high"] - parts["value"]]
        axes.errorbar(
            parts["strength_mean"] + shift,
            parts["value"],
            yerr=np.nan_to_num(np.stack(bars)),
            label=approach,
            markersize=3.5,
            linewidth=1.2,
            elinewidth=0.6,
            **look(str(approach)),
        )
    axes.set_ylim(*ends(rows))
