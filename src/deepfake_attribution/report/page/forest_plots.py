"""Differences to the best approach as forest plots: a panel for each database."""

from collections.abc import Mapping, Sequence
from html import escape
from math import isnan
from typing import Any

import pandas as pd
import plotly.graph_objects as go

from deepfake_attribution.report import forest
from deepfake_attribution.report.better import KINDS
from deepfake_attribution.report.cells import bracketed, signed
from deepfake_attribution.report.confidence import limit, p_text
from deepfake_attribution.report.forest import Line, Panel
from deepfake_attribution.report.page import plots

GROUPS = {True: "Databases trained on", False: "Databases not trained on"}
WORSE: Mapping[str, str] = {"auc": "left of 0 is worse", "hter": "right of 0 is worse"}
READING = (
    "A mark is an approach minus the best approach of the database, in percentage points; the bar "
    "is the interval. The best one is the diamond at 0.",
    "Blue and filled: the difference is significant. Grey and hollow: it is not.",
    "For AUC, left of 0 is worse than the best; for HTER, right of 0 is worse.",
)


def section(
    figures: pd.DataFrame, differences: pd.DataFrame, seen: Sequence[str]
) -> dict[str, Any] | None:
    """Return the section, the measure is chosen; None if nothing was compared.

    Args:
        figures: `results.over_seeds`.
        differences: of ``data/uncertainty``.
        seen: the databases trained on.
    """
    shown = {name: forest.panels(figures, differences, seen, name) for name in KINDS}
    shown = {name: panels for name, panels in shown.items() if panels}
    if not shown:
        return None
    views = [_view(measure, panels, differences) for measure, panels in shown.items()]
    choices = [plots.choice("Measure", [KINDS[name] for name in shown])]
    return plots.section(choices, views, width=20)


def _view(measure: str, panels: Sequence[Panel], differences: pd.DataFrame) -> dict[str, Any]:
    confidence = float(differences["confidence"].iloc[0])
    notes = forest.notes(panels, differences, measure)
    caption = (
        f"{KINDS[measure]} minus that of the best approach, percentage points; {WORSE[measure]}. "
        f"Bars: {confidence:g} % interval; blue and filled: p below {limit(confidence):g}. "
        f"{notes}"
    ).strip()
    ends = forest.span(panels)
    groups = [panel.seen for panel in panels]
    drawn = [
        _panel(measure, panel, ends, confidence, first=panel.seen not in groups[:place])
        for place, panel in enumerate(panels)
    ]
    return {"caption": caption, "panels": drawn}


def _panel(
    measure: str, panel: Panel, ends: tuple[float, float], confidence: float, first: bool
) -> dict[str, Any]:
    name = escape(panel.database, quote=False)
    zero = {"x0": 0, "x1": 0, "y0": 0, "y1": 1, "yref": "paper", "layer": "below"}
    zero["line"] = {"color": plots.colour("edge"), "width": 1.5}
    lines = list(panel.lines)
    return plots.panel(
        f"{KINDS[measure]} of every approach minus the best on {panel.database}",
        [_mark(place, line, measure, confidence) for place, line in enumerate(lines)],
        group=GROUPS[panel.seen] if first else "",
        title_text=f"<b>{name}</b>: {panel.n_real} real, {panel.n_fake} fake",
        height=90 + 26 * len(lines),
        margin={"l": 20, "r": 12, "t": 34, "b": 44},
        showlegend=False,
        shapes=[zero],
        xaxis={"title_text": f"{KINDS[measure]} difference", "range": list(ends)},
        yaxis={
            "tickvals": list(range(len(lines))),
            "ticktext": [line.approach for line in lines],
            "range": [len(lines) - 0.4, -0.6],
            "showgrid": False,
            "showline": False,
        },
    )


def _mark(place: int, line: Line, measure: str, confidence: float) -> go.Scatter:
    marker: dict[str, Any] = {"size": 10, "symbol": "circle"}
    colour = plots.colour("accent" if line.significant else "quiet")
    if line.best:
        marker |= {"symbol": "diamond", "size": 12, "color": plots.colour("ink")}
    elif line.significant:
        marker |= {"color": colour}
    else:
        marker |= {"color": plots.colour("paper"), "line": {"color": colour, "width": 1.5}}
    bars = {}
    if not isnan(line.low):
        bars = {"type": "data", "symmetric": False, "array": [line.high - line.difference]}
        bars |= {"arrayminus": [line.difference - line.low]}
        bars |= {"color": colour, "thickness": 2 if line.significant else 1.2, "width": 0}
    return go.Scatter(
        x=[line.difference], y=[place], mode="markers", marker=marker, error_x=bars,
        customdata=[label(line, measure, confidence)],
        hovertemplate="%{customdata}<extra></extra>",
    )  # fmt: skip


def label(line: Line, measure: str, confidence: float) -> str:
    """Return what is shown of a line when a reader points at it."""
    if line.best:
        return f"<b>{line.approach}</b><br>the best by {KINDS[measure]}"
    verdict = "significant" if line.significant else "not significant"
    interval = bracketed(line.low, line.high)
    p = "no p-value" if isnan(line.p) else f"p {p_text(line.p, confidence)}: {verdict}"
    return f"<b>{line.approach}</b><br>{signed(line.difference)}{interval}<br>{p}"
