"""ROC and DET curves as plotly figures."""

import math
from collections.abc import Mapping, Sequence
from typing import Any

import plotly.graph_objects as go

from deepfake_attribution.report.page import plots

READING = (
    "The mark is at the approach's threshold. Its colour shows the head, its shape the classifier.",
    "ROC: up and to the left is better; the straight line is chance.",
    "DET: down and to the left is better. Its axes are stretched as normal deviates, which have "
    "no place for 0 and 100 %: these are drawn on the dotted lines.",
)
NO_CURVE = "There is no curve: it needs reals and fakes with a score."
HOVER = (
    "<br>fakes called real: %{customdata[0]:.2%}<br>reals called fake: %{customdata[1]:.2%}"
    "<extra></extra>"
)
SHARES = [place / 5 for place in range(6)]
# of shares from 0 to 1
PERCENT = {
    "range": [-0.01, 1.01],
    "tickvals": SHARES,
    "ticktext": [f"{100 * share:g}" for share in SHARES],
}
Level = Mapping[str, Any]
Database = Mapping[str, Any]


def curves(levels: Sequence[Level]) -> dict[str, Any]:
    """Return the section of the curves.

    Args:
        levels: from `score_figures.summary`; all have the same databases.
    """
    databases = levels[0]["databases"]
    drawn = [place for place, each in enumerate(databases) if _has_curves(each)]
    new = [place for place in drawn if not databases[place]["seen"]]  # there curves lie apart
    first = next(iter([*new, *drawn]), 0)
    choices = [
        plots.choice("Level", [f"{each['level']}s" for each in levels]),
        plots.choice("Database", [title(each) for each in databases], first),
    ]
    views = [_view(level, database) for level in levels for database in level["databases"]]
    return plots.section(choices, views)


def title(database: Database) -> str:
    """Return a database's name, and whether it was trained on."""
    return f"{database['name']} ({'trained on' if database['seen'] else 'not trained on'})"


def _counted(level: Level, database: Database) -> str:
    """Return what is shown, and how many scores it has."""
    counts = [f"{one['real']} real and {one['fake']} fake" for one in database["approaches"]]
    n = " or ".join(dict.fromkeys(counts)) or "no scored"
    pooled = ", ".join(database["pooled"])
    part = f"the test parts of {pooled} pooled" if pooled else "test part"
    return (
        f"{title(database)}: {n} {level['unit']}, {level['level']} level, {part}, "
        f"training seed {level['seed']}."
    )


def _has_curves(database: Database) -> bool:
    return any(one["fpr"] is not None for one in database["approaches"])


def _view(level: Level, database: Database) -> dict[str, Any]:
    counted = _counted(level, database)
    if not _has_curves(database):
        return {"caption": f"{counted} {NO_CURVE}", "panels": []}
    return {"caption": counted, "panels": [_roc(database), _det(level, database)]}


def _roc(database: Database) -> dict[str, Any]:
    chance = go.Scatter(
        x=[0, 1], y=[0, 1], mode="lines", line={"color": plots.colour("line"), "width": 1},
        hoverinfo="skip", showlegend=False,
    )  # fmt: skip
    return plots.panel(
        f"ROC curves on {database['name']}",
        [chance, *_lines(database, "fpr", "tpr", "point")],
        title_text="ROC",
        height=520,
        xaxis={"title_text": "fakes called real (FPR), %", **PERCENT},
        yaxis={"title_text": "reals called real (1 - FNR), %", **PERCENT},
    )


def _det(level: Level, database: Database) -> dict[str, Any]:
    (low, _), (high, _) = level["borders"]
    places, names = zip(level["borders"][0], *level["ticks"], level["borders"][1], strict=True)
    axis = {"tickvals": places, "ticktext": names, "tickfont_size": 11}
    axis["range"] = (low - 0.16, high + 0.16)
    dotted = {"color": plots.colour("quiet"), "width": 1, "dash": "dot"}
    borders = [
        {"type": "line", "layer": "below", "line": dotted, **ends}
        for at in (low, high)
        for ends in (
            {"x0": at, "x1": at, "y0": 0, "y1": 1, "yref": "paper"},
            {"y0": at, "y1": at, "x0": 0, "x1": 1, "xref": "paper"},
        )
    ]
    return plots.panel(
        f"DET curves on {database['name']}",
        _lines(database, "det_fpr", "det_fnr", "det_point"),
        title_text="DET",
        height=520,
        shapes=borders,
        xaxis={"title_text": "fakes called real (FPR), %", **axis},
        yaxis={"title_text": "reals called fake (FNR), %", **axis},
    )


def _lines(database: Database, x: str, y: str, point: str) -> list[go.Scatter]:
    """Return a line and a mark for each approach; ``x``, ``y``, ``point`` name what is drawn."""
    traces = []
    for one in database["approaches"]:
        if one["fpr"] is None:
            continue
        line, marker = plots.look(one["name"])
        auc = f"{one['auc']:.2f}" if math.isfinite(one["auc"]) else "-"
        about = {"name": f"{one['name']}, AUC {auc}", "line": line}
        about["hovertemplate"] = f"<b>{one['name']}</b>{HOVER}"
        rates = [[fpr, 1 - tpr] for fpr, tpr in zip(one["fpr"], one["tpr"], strict=True)]
        traces.append(
            go.Scatter(
                x=one[x], y=one[y], customdata=rates, mode="lines", showlegend=False, **about
            )
        )
        (at_x, at_y), (fpr, tpr) = one[point], one["point"]
        traces.append(  # a line of one point is not seen, but it is in the legend
            go.Scatter(
                x=[at_x], y=[at_y], customdata=[[fpr, 1 - tpr]], mode="lines+markers",
                marker=marker, cliponaxis=False, showlegend=True, **about,
            )
        )  # fmt: skip
    return traces
