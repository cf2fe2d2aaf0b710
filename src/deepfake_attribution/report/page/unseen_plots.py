"""What is predicted for attacks never trained on: a matrix of classes, and ROC of the distance."""

from collections.abc import Sequence
from html import escape
from math import isnan
from typing import Any

import plotly.graph_objects as go

from deepfake_attribution.report.cells import percent
from deepfake_attribution.report.page import plots
from deepfake_attribution.report.page.unseen_data import Unseen

HEIGHT = 430
READING = (
    "Left: a row is an approach, a column the class that it gives to the videos of this attack. "
    "No class is correct; every class but real counts as fake.",
    "Right: a video counts as unknown if its distance to known videos is above a limit; the curve "
    "is drawn over all limits. Up and to the left is better, the straight line is chance.",
    "Known videos are the test videos of the databases trained on. A curve below the line: the "
    "videos of this attack are closer to the known videos than those are to each other.",
)


def section(found: Sequence[Unseen]) -> dict[str, Any] | None:
    """Return the section, the attack is chosen; None without such an attack."""
    if not found:
        return None
    names = [f"{one.attack} ({one.database})" for one in found]
    views = [_view(one, name) for one, name in zip(found, names, strict=True)]
    return plots.section([plots.choice("Attack", names)], views, width=32)


def _view(one: Unseen, name: str) -> dict[str, Any]:
    panels = [_matrix(one, name), *([_roc(one, name)] if one.curves else [])]
    return {"caption": f"{name}: {one.n} videos, never trained on. Video level.", "panels": panels}


def _matrix(one: Unseen, name: str) -> dict[str, Any]:
    columns = [escape(each, quote=False) for each in one.classes]
    texts = [[f"{share:.0f}" for share in row] for row in one.shares]
    heat = go.Heatmap(
        x=columns, y=list(one.approaches), z=one.shares.tolist(), zmin=0, zmax=170,
        colorscale=[[0, plots.colour("shade")], [1, plots.colour("real")]], showscale=False,
        xgap=2, ygap=2, text=texts, texttemplate="%{text}",
        textfont={"size": 13, "color": plots.colour("ink")},
        hovertemplate="%{y}<br>given the class %{x}: %{z:.1f} %<extra></extra>",
    )  # fmt: skip
    bare = {"showgrid": False, "showline": False, "ticks": "", "type": "category"}
    return plots.panel(
        f"Classes given to {name}",
        [heat],
        least=9 + 3.2 * len(columns),
        title_text="Given the class, %",
        height=HEIGHT,
        margin={"l": 20, "r": 12, "t": 50, "b": 20},
        xaxis=bare | {"tickangle": 35},
        yaxis=bare | {"autorange": "reversed", "ticklabelstandoff": 6},
    )


def _roc(one: Unseen, name: str) -> dict[str, Any]:
    chance = go.Scatter(
        x=[0, 100], y=[0, 100], mode="lines", line={"color": plots.colour("line"), "width": 1},
        hoverinfo="skip", showlegend=False,
    )  # fmt: skip
    return plots.panel(
        f"ROC of the distance to known videos, {name}",
        [chance, *(_line(curve) for curve in one.curves)],
        title_text="Found by its distance to known videos",
        height=HEIGHT,
        margin={"l": 55, "r": 12, "t": 50, "b": 45},
        xaxis={"title_text": "known videos taken for unknown, %", "range": [-1, 101]},
        yaxis={"title_text": "videos of this attack found, %", "range": [-1, 101]},
    )


def _line(curve: Any) -> go.Scatter:
    line, _ = plots.look(curve.approach)
    auc = "-" if isnan(curve.auc) else percent(curve.auc)
    return go.Scatter(
        name=f"{curve.approach}, AUC {auc}",
        x=[100 * each for each in curve.known], y=[100 * each for each in curve.found],
        mode="lines", line=line,
        hovertemplate=f"<b>{curve.approach}</b><br>found: %{{y:.1f}} %<br>known taken for unknown: "
        "%{x:.1f} %<extra></extra>",
    )  # fmt: skip
