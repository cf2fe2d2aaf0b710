"""AUC against the strength of attacks, as a picture for print and for a page without scripts."""

from pathlib import Path

import pandas as pd
from matplotlib.figure import Figure

from deepfake_attribution.figures import style
from deepfake_attribution.figures.roc import LINES
from deepfake_attribution.report.page.fallbacks import Picture, grid, saved
from deepfake_attribution.report.page.strength_plots import lowest

TITLE = "AUC against attack strength"
CAPTION = (
    "Percent, of the fakes of each third of the strengths against all reals of the database; a "
    "mark is at the mean strength of its part. Bars: {confidence:g} % confidence interval. Video "
    "level, mean over the seeds."
)


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
    approaches = list(rows.groupby("approach", sort=False))
    figure, panels = grid(len(approaches), top=1.2, row=1.7, sharey=True)
    for axes, (approach, own) in zip(panels, approaches, strict=True):
        axes.axhline(50, color="#cccccc", linewidth=0.8, zorder=0)
        for place, (database, parts) in enumerate(own.groupby("database", sort=False)):
            colour, dashes = LINES[place % len(LINES)]
            ends = [parts["value"] - parts["low"], parts["high"] - parts["value"]]
            axes.errorbar(
                parts["strength_mean"],
                parts["value"],
                yerr=ends,
                label=database,
                color=colour,
                linestyle=dashes,
                marker="o",
                markersize=3.5,
                elinewidth=0.8,
            )
        axes.set_title(approach, fontsize=9.5, loc="left")
        axes.set_ylim(lowest(rows), 103)
    handles, names = panels[0].get_legend_handles_labels()
    figure.legend(handles, names, loc="outside lower center", ncols=4)
    style.head_line(figure, TITLE, "video level, test part; AUC in percent over the strength")
    return figure
