"""ROC and DET curves, and histograms of the scores, as plotly figures."""

import math
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import plotly.graph_objects as go

from deepfake_attribution.report.page import plots

CURVES = (
    "The mark is at the approach's threshold. Its colour shows the head, its shape the classifier. "
    "ROC: up and to the left is better; the straight line is chance. DET: down and to the left is "
    "better. Its axes are stretched as normal deviates, which have no place for 0 and 100 %: these "
    "are drawn on the dotted lines."
)
NO_CURVE = "There is no curve: it needs reals and fakes with a score."
HISTOGRAMS = (
    "Blue: real, orange: fake. Bars are percent of each. Scores to the right of the line, the "
    "threshold, are called real."
)
HOVER = (
    "<br>fakes called real: %{customdata[0]:.2%}<br>reals called fake: %{customdata[1]:.2%}"
    "<extra></extra>"
)
Level = Mapping[str, Any]
Database = Mapping[str, Any]


def curves(levels: Sequence[Level]) -> dict[str, Any]:
    """Return the section of the curves.

    Args:
        levels: from `score_figures.summary`; all have the same databases.
    """
    databases = levels[0]["databases"]
    first = next((place for place, each in enumerate(databases) if _has_curves(each)), 0)
    return plots.section(_choices(levels, first), _views(levels, _curves))


def histograms(levels: Sequence[Level]) -> dict[str, Any]:
    """Return the section of the histograms; ``levels`` as for `curves`."""
    return plots.section(_choices(levels, 0), _views(levels, _histograms), width=17)


def _choices(levels: Sequence[Level], first: int) -> list[dict[str, Any]]:
    databases = [_title(each) for each in levels[0]["databases"]]
    return [
        {"label": "Level", "names": [f"{each['level']}s" for each in levels], "first": 0},
        {"label": "Database", "names": databases, "first": first},
    ]


def _views(
    levels: Sequence[Level], draw: Callable[[Level, Database], tuple[str, list[Any]]]
) -> list[dict[str, Any]]:
    views = []
    for level in levels:
        for database in level["databases"]:
            caption, panels = draw(level, database)
            views.append({"caption": f"{_counted(level, database)} {caption}", "panels": panels})
    return views


def _title(database: Database) -> str:
    return f"{database['name']} ({'trained on' if database['seen'] else 'not trained on'})"


def _counted(level: Level, database: Database) -> str:
    """Return a caption's first sentence: what is shown, and how many scores it has."""
    counts = [f"{one['real']} real and {one['fake']} fake" for one in database["approaches"]]
    n = " or ".join(dict.fromkeys(counts)) or "no scored"
    pooled = ", ".join(database["pooled"])
    part = f"the test parts of {pooled} pooled" if pooled else "test part"
    return (
        f"{_title(database)}: {n} {level['unit']}, {level['level']} level, {part}, "
        f"training seed {level['seed']}."
    )


def _has_curves(database: Database) -> bool:
    return any(one["fpr"] is not None for one in database["approaches"])


def _curves(level: Level, database: Database) -> tuple[str, list[Any]]:
    if not _has_curves(database):
        return NO_CURVE, []
    return CURVES, [_roc(database), _det(level, database)]


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
        xaxis={"title_text": "fakes called real (FPR)", "range": [-0.01, 1.01]},
        yaxis={"title_text": "reals called real (1 - FNR)", "range": [-0.01, 1.01]},
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
        showlegend=True,
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
        about = {"name": f"{one['name']}, AUC {auc}", "legendgroup": one["name"], "line": line}
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


def _histograms(level: Level, database: Database) -> tuple[str, list[Any]]:
    return HISTOGRAMS, [_histogram(one, database) for one in database["approaches"]]


def _histogram(one: Mapping[str, Any], database: Database) -> dict[str, Any]:
    at = one["threshold"]
    line = {"color": plots.colour("ink"), "width": 1.5}
    return plots.panel(
        f"Scores of {one['name']} on {database['name']}",
        [_bars(one, "real"), _bars(one, "fake")],
        title_text=one["name"],
        height=250,
        barmode="overlay",
        bargap=0,
        showlegend=False,
        xaxis={"title_text": f"score; threshold {at:#.3g}", "range": one["edges"]},
        yaxis={"title_text": "%", "rangemode": "tozero"},
        shapes=[{"x0": at, "x1": at, "y0": 0, "y1": 1, "yref": "paper", "line": line}],
    )


def _bars(one: Mapping[str, Any], kind: str) -> go.Bar:
    counts, n, (low, high) = one[f"{kind}s"], one[kind], one["edges"]
    width = (high - low) / len(counts)
    return go.Bar(
        name=f"{kind} ({n})",
        x0=low + width / 2,
        dx=width,
        width=width,
        y=[100 * count / max(n, 1) for count in counts],
        customdata=counts,
        marker={"color": plots.colour(kind), "line_width": 0},
        opacity=0.6,
        hovertemplate=f"{kind}: %{{customdata}} of {n} (%{{y:.1f}} %)<br>score about %{{x:.3g}}"
        "<extra></extra>",
    )
