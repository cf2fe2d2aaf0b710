"""AUC, FNR and FPR over the strength of damage, as pictures for print and pages without scripts."""

from collections.abc import Sequence
from math import ceil
from pathlib import Path

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from deepfake_attribution.figures import style
from deepfake_attribution.report import robustness
from deepfake_attribution.report.page.approach_look import look
from deepfake_attribution.report.page.fallbacks import Picture, saved
from deepfake_attribution.report.page.robustness_plots import of_kind, scale, ticks
from deepfake_attribution.robustness.damage import DAMAGES, Damage

CAPTION = (
    "Percent, on {database} ({n_real} real and {n_fake} fake videos), from untouched videos to the "
    "strongest damage. Bars: {confidence:g} % confidence interval. The threshold is the one of "
    "validation. Video level, first training seed."
)
COLUMNS = 3
APART = 0.07  # as in `robustness_plots`


def draw(results: pd.DataFrame, page: Path) -> list[Picture]:
    """Write the pictures below the page's folder: two for each database.

    Args:
        results: `robustness.files.read_results`; without rows there is no picture.
        page: the folder of the page's files.
    """
    found = []
    with style.drawing():
        for place, database in enumerate(robustness.alone(results)):
            own = results[results["database"] == database]
            first = own.iloc[0]
            caption = CAPTION.format(
                database=database,
                n_real=first["n_real"],
                n_fake=first["n_fake"],
                confidence=first["confidence"],
            )
            for name, measures in (("auc", ["auc"]), ("errors", ["fnr", "fpr"])):
                kinds = " and ".join(one.upper() for one in measures)
                title = f"{kinds} after damage, {database}"
                figure = _figure(own, measures, title)
                found.append(saved(figure, page, f"robustness-{name}-{place}", title, caption))
    return found


def _figure(results: pd.DataFrame, measures: Sequence[str], title: str) -> Figure:
    parts = [(one, damage) for one in measures for damage in DAMAGES]
    rows = ceil(len(parts) / COLUMNS)
    figure = style.new(height=1.0 + 1.75 * rows)
    panels = figure.subplots(rows, COLUMNS, squeeze=False, sharey=True)
    ends = scale(results, measures[0])
    for axes, (measure, damage) in zip(panels.flat, parts, strict=True):
        _panel(axes, results, measure, damage)
        axes.set_ylim(*ends)
        axes.set_ylabel(f"{measure.upper()}, %", fontsize=style.SMALLEST)
    handles, names = panels[0, 0].get_legend_handles_labels()
    figure.legend(handles, names, loc="outside lower center", ncols=4)
    first = results.iloc[0]
    counts = f"{first['n_real']} real and {first['n_fake']} fake videos"
    style.head_line(figure, title, f"{counts}; from untouched to the strongest damage")
    return figure


def _panel(axes: Axes, results: pd.DataFrame, measure: str, damage: Damage) -> None:
    if measure == "auc":
        axes.axhline(50, color="#cccccc", linewidth=0.8, zorder=0)
    approaches = list(of_kind(results, damage.kind).groupby("approach", sort=False))
    middle = (len(approaches) - 1) / 2
    for place, (approach, rows) in enumerate(approaches):
        value = rows[measure].to_numpy()
        ends = [value - rows[f"{measure}_low"], rows[f"{measure}_high"] - value]
        axes.errorbar(
            rows["step"] + APART * (place - middle),
            value,
            yerr=np.nan_to_num(np.stack(ends)),
            label=approach,
            elinewidth=0.6,
            markersize=2.5,
            **look(approach),
        )
    places, names = ticks(damage)
    axes.set_xticks(places, names, fontsize=style.SMALLEST)
    axes.tick_params(axis="y", labelsize=style.SMALLEST)
    axes.set_title(damage.title, fontsize=9, loc="left")
    axes.set_xlabel(damage.axis, fontsize=style.SMALLEST)
