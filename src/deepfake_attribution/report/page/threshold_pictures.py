"""Pictures of ranking and threshold, for print and for a page without scripts."""

from pathlib import Path

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from deepfake_attribution.evaluate.further_thresholds import ADAPTED, ORACLE, PAPER
from deepfake_attribution.evaluate.uncertainty.further_thresholds import measure_name
from deepfake_attribution.figures import style
from deepfake_attribution.report.further_thresholds import RULES
from deepfake_attribution.report.page.fallbacks import Picture, saved
from deepfake_attribution.report.page.threshold_plots import MARKS, span, without_baseline
from deepfake_attribution.report.results import CHANCE

LOOK = {
    PAPER: (style.FAKE_COLOUR, "o"),
    ADAPTED: (style.ATTACK_COLOURS[1], "s"),
    ORACLE: (style.REAL_COLOUR, "D"),
}
CAPTION = (
    "Left: AUC. Right: HTER at the threshold from validation and at the best one (an oracle: it "
    "needs labels); the line between them is what the threshold costs. A stroke: EER. Thin bars: "
    "confidence intervals. Video level."
)


def draw(points: pd.DataFrame, page: Path) -> list[Picture]:
    """Write a picture of each database below the page's folder; return them.

    Args:
        points: from `further_thresholds.joined`.
        page: the folder of the page's files.
    """
    made = []
    shown = without_baseline(points)
    shown = shown[(shown["level"] == "video") & shown["auc"].notna()]
    with style.drawing():
        for number, (database, rows) in enumerate(shown.groupby("database", sort=False)):
            figure = _figure(str(database), rows.reset_index(drop=True))
            title = f"Ranking and threshold on {database}"
            made.append(saved(figure, page, f"operating-{number}", title, CAPTION))
    return made


def _figure(database: str, rows: pd.DataFrame) -> Figure:
    figure = style.new(height=1.3 + 0.3 * len(rows))
    left, right = figure.subplots(1, 2, sharey=True, width_ratios=[1, 2])
    _bars(left, rows, "auc", "o", style.INK, 0)
    best = rows[measure_name("hter", ORACLE)]
    lost = "lost by the threshold"
    right.hlines(rows.index, best, rows["hter"], "#cccccc", linewidth=4, zorder=0, label=lost)
    right.plot(rows["eer"], rows.index, "|", color=style.INK, markersize=12, label="EER")
    for rule, (colour, marker) in LOOK.items():
        name = measure_name("hter", rule)
        if rows[name].notna().any():
            label = f"HTER at {RULES[rule]}"
            _bars(right, rows, name, marker, colour, MARKS[rule][-1], label)
    for axes, text in ((left, "AUC, %"), (right, "HTER and EER, %")):
        axes.axvline(CHANCE, color=style.FAINT, linewidth=0.8, linestyle=":", zorder=0)
        axes.set_xlabel(text)
    left.set_xlim(-2, 102)
    right.set_xlim(*span(rows))
    left.set_yticks(rows.index, rows["approach"])
    left.set_ylim(len(rows) - 0.5, -0.5)
    figure.legend(*right.get_legend_handles_labels(), loc="outside lower center", ncols=2)
    first = rows.iloc[0]
    below = f"video level, test part; {first['n_real']} real, {first['n_fake']} fake"
    style.head_line(figure, f"Ranking and threshold on {database}", below)
    return figure


def _bars(
    axes: Axes,
    rows: pd.DataFrame,
    name: str,
    marker: str,
    colour: str,
    below: float,
    label: str | None = None,
) -> None:
    """Draw a mark for each row, with the interval of the measure where there is one."""
    axes.hlines(
        rows.index + below, rows[f"{name}_ci_low"], rows[f"{name}_ci_high"],
        color=colour, linewidth=0.8,
    )  # fmt: skip
    axes.plot(
        rows[name], rows.index + below, marker, color=colour, markeredgecolor="white",
        markersize=5.5, zorder=3, label=label,
    )  # fmt: skip
