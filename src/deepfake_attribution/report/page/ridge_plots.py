"""Scores of real and fake videos as plotly ridges: a row per database, one threshold for all."""

from collections.abc import Mapping, Sequence
from html import escape
from typing import Any

import plotly.graph_objects as go

from deepfake_attribution.report.cells import percent
from deepfake_attribution.report.page import plots

TALL = 0.86  # of the distance between two rows
READING = (
    "A row is a database; its ridges are the histograms of its real and of its fake scores. Each "
    "is scaled to its own highest bar, so heights do not show how many videos there are.",
    "The line is the approach's threshold, the same for every database. Reals to its left are "
    "called fake (FNR), fakes to its right are called real (FPR).",
    "Where the ridges of a database lie further left or right than those of the others, its scores "
    "have shifted against the threshold.",
)
KINDS = ("real", "fake")
Level = Mapping[str, Any]


def section(levels: Sequence[Level]) -> dict[str, Any]:
    """Return the section; level and approach are chosen.

    Args:
        levels: from `score_figures.summary`; all have the same databases.
    """
    names = approaches(levels[0])
    choices = [
        plots.choice("Level", [f"{level['level']}s" for level in levels]),
        plots.choice("Approach", names),
    ]
    views = [_view(level, name) for level in levels for name in names]
    return plots.section(choices, views)


def approaches(level: Level) -> list[str]:
    """Return the approaches of all databases, in order."""
    named = [one["name"] for database in level["databases"] for one in database["approaches"]]
    return list(dict.fromkeys(named))


def rows(level: Level, approach: str) -> list[tuple[Mapping[str, Any], Mapping[str, Any]]]:
    """Return each database with the scores of an approach: those trained on first."""
    found = [
        (database, one)
        for database in level["databases"]
        for one in database["approaches"]
        if one["name"] == approach
    ]
    return sorted(found, key=lambda row: not row[0]["seen"])


def heights(counts: Sequence[int]) -> list[float]:
    """Return the bars of a ridge in parts of a row: the highest is `TALL`."""
    most = max(counts, default=0)
    return [TALL * count / most if most else 0.0 for count in counts]


def outline(one: Mapping[str, Any], kind: str) -> tuple[list[float], list[float]]:
    """Return x and height of the outline of the bars of real or fake scores."""
    tall = heights(one[f"{kind}s"])
    low, high = one["edges"]
    step = (high - low) / len(tall)
    x, y = [low], [0.0]
    for place, height in enumerate(tall):
        x += [low + place * step, low + (place + 1) * step]
        y += [height, height]
    return [*x, high], [*y, 0.0]


def errors(one: Mapping[str, Any]) -> str:
    """Return FNR and FPR at the threshold as text; a dash for what cannot be counted."""
    return f"FNR {percent(one['fnr_at'])}, FPR {percent(one['fpr_at'])}"


def _view(level: Level, approach: str) -> dict[str, Any]:
    shown = rows(level, approach)
    caption = (
        f"{approach}: {level['unit']} of the test parts, {level['level']} level, training seed "
        f"{level['seed']}. Blue: real, orange: fake."
    )
    return {"caption": caption, "panels": [_panel(approach, shown)] if shown else []}


def _panel(approach: str, shown: Sequence[tuple[Any, Any]]) -> dict[str, Any]:
    at, (low, high) = shown[0][1]["threshold"], shown[0][1]["edges"]
    traces, labels, notes = [], [], []
    for place, (database, one) in enumerate(shown):
        base = len(shown) - 1 - place
        name = escape(database["name"], quote=False)
        known = "" if database["seen"] else "<br>not trained on"
        labels.append(
            (base + 0.4, f"<b>{name}</b>{known}<br>{one['real']} real, {one['fake']} fake")
        )
        traces += [_ridge(one, kind, base) for kind in KINDS]
        notes.append(
            {"text": errors(one).replace(", ", "<br>"), "x": 1.01, "y": base + 0.4, "align": "left"}
            | {"xref": "paper", "xanchor": "left", "showarrow": False}
        )
    line = {"color": plots.colour("ink"), "width": 2}
    places, texts = zip(*labels, strict=True)
    return plots.panel(
        f"Scores of {approach} on every database, with its threshold",
        traces,
        least=30,
        height=110 + 84 * len(shown),
        margin={"l": 20, "r": 90, "t": 34, "b": 50},
        showlegend=False,
        annotations=[
            *notes,
            {"text": f"threshold {at:#.3g}", "x": at, "y": 1, "yref": "paper", "yanchor": "bottom"}
            | {"showarrow": False},
        ],
        shapes=[{"x0": at, "x1": at, "y0": 0, "y1": 1, "yref": "paper", "line": line}],
        xaxis={"title_text": "score, from fake to real", "range": [low, high]},
        yaxis={
            "tickvals": list(places),
            "ticktext": list(texts),
            "range": [-0.08, len(shown) - 0.02],
            "showline": False,
            "showgrid": False,
        },
    )


def _ridge(one: Mapping[str, Any], kind: str, base: int) -> go.Scatter:
    x, y = outline(one, kind)
    counts, n = one[f"{kind}s"], one[kind]
    inside = [count for count in counts for _ in (0, 1)]
    counted = [0, *inside, 0]
    return go.Scatter(
        x=x, y=[base + each for each in y], mode="lines", fill="toself", name=kind,
        line={"color": plots.colour(kind), "width": 1.2}, hoveron="points",
        customdata=[[count, 100 * count / max(n, 1)] for count in counted],
        hovertemplate=f"{kind}: %{{customdata[0]}} of {n} (%{{customdata[1]:.1f}} %)<br>score "
        "about %{x:.3g}<extra></extra>",
    )  # fmt: skip
