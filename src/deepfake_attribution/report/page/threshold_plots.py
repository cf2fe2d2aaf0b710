"""Ranking and threshold as a plotly figure: AUC, and HTER at each threshold."""

import math
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import pandas as pd
import plotly.graph_objects as go

from deepfake_attribution.evaluate.further_thresholds import ADAPTED, ORACLE, PAPER
from deepfake_attribution.evaluate.metadata_baseline.baseline import VARIANTS
from deepfake_attribution.evaluate.protocol import LEVELS
from deepfake_attribution.evaluate.uncertainty.further_thresholds import measure_name
from deepfake_attribution.report.cells import bracketed, percent
from deepfake_attribution.report.further_thresholds import RULES
from deepfake_attribution.report.page import plots
from deepfake_attribution.report.page.score_figures import UNITS
from deepfake_attribution.report.results import CHANCE

# Colour, symbol, size of each mark, and its place above (-) or below an approach's line.
MARKS: Mapping[str, tuple[str, str, int, float]] = {
    PAPER: ("fake", "circle", 11, -0.22),
    ADAPTED: ("other", "square", 10, 0),
    ORACLE: ("real", "diamond", 11, 0.22),
}
READING = (
    "Left: AUC, how well the scores rank, whatever the threshold. Right: HTER at each threshold, "
    "and EER.",
    "The line from the best threshold to the one from validation is what the threshold costs, "
    "because the scores have shifted.",
    "The best threshold is an oracle: it needs the labels of these videos.",
    "Dotted: chance. Thin bars: confidence intervals over source videos.",
)
NO_FIGURE = "There is no figure: it needs reals and fakes with a score."


def section(points: pd.DataFrame, seen: Sequence[str]) -> dict[str, Any]:
    """Return the section; level and database are chosen.

    Args:
        points: from `further_thresholds.joined`.
        seen: databases trained on.
    """
    points = without_baseline(points)
    databases = [str(name) for name in points["database"].unique()]
    titles = [f"{name} ({'' if name in seen else 'not '}trained on)" for name in databases]
    new = [place for place, name in enumerate(databases) if name not in seen]
    choices = [
        plots.choice("Level", [f"{level}s" for level in LEVELS]),
        plots.choice("Database", titles, new[0] if new else 0),
    ]
    views = [
        _view(points[(points["level"] == level) & (points["database"] == name)], title, level)
        for level in LEVELS
        for name, title in zip(databases, titles, strict=True)
    ]
    return plots.section(choices, views)


def without_baseline(points: pd.DataFrame) -> pd.DataFrame:
    """Return the rows that figures show: like ROC and scores, they leave the baseline out."""
    return points[~points["approach"].isin(VARIANTS)]


def span(rows: pd.DataFrame) -> list[float]:
    """Return both ends of the axis of HTER: chance is on it, and all that is drawn."""
    largest = float(rows.filter(regex="^(hter|eer)").max(axis=None))
    return [-1, max(CHANCE + 10, largest + 2)]


def _view(rows: pd.DataFrame, title: str, level: str) -> dict[str, Any]:
    counts = [f"{row['n_real']} real and {row['n_fake']} fake" for _, row in rows.iterrows()]
    numbers = [int(number) for number in sorted(rows["seeds"].unique())]
    trainings = "one training" if numbers == [1] else f"mean over {_either(numbers)} trainings"
    n = (
        f"{title}: {' or '.join(dict.fromkeys(counts))} {UNITS[level]}, {level} level, test part, "
        f"{trainings}."
    )
    rows = rows[rows["auc"].notna()].reset_index(drop=True)
    if rows.empty:
        return {"caption": f"{n} {NO_FIGURE}", "panels": []}
    dotted = {"color": plots.colour("quiet"), "width": 1, "dash": "dot"}
    chance = {"type": "line", "layer": "below", "line": dotted, "y0": 0, "y1": 1, "yref": "paper"}
    panel = plots.panel(
        f"AUC, and HTER at each threshold, on {title}",
        [_cost(rows), _auc(rows), _eer(rows), *_thresholds(rows)],
        least=34,
        height=80 + 44 * len(rows),
        margin={"l": 20, "r": 12, "t": 14, "b": 50},
        shapes=[chance | {"x0": CHANCE, "x1": CHANCE, "xref": axis} for axis in ("x", "x2")],
        xaxis={"title_text": "AUC, %", "domain": [0, 0.34], "range": ranking(rows)},
        xaxis2={"title_text": "HTER and EER, %", "domain": [0.38, 1], "range": span(rows)},
        yaxis={
            "tickvals": rows.index.tolist(),
            "ticktext": rows["approach"].tolist(),
            "range": [len(rows) - 0.4, -0.6],
            "showgrid": False,
        },
    )
    return {"caption": n, "panels": [panel]}


def _either(numbers: Sequence[int]) -> str:
    return " or ".join(map(str, numbers))


def ranking(rows: pd.DataFrame) -> list[float]:
    """Return both ends of the axis of AUC: chance is on it, and all that is drawn."""
    lowest = float(rows.filter(regex="^auc").min(axis=None))
    return [min(CHANCE - 3, lowest - 2), 102]


def _bars(rows: pd.DataFrame, name: str, colour: str) -> dict[str, Any]:
    """Return the bars of a measure's interval, to either side of it."""
    above, below = rows[f"{name}_ci_high"] - rows[name], rows[name] - rows[f"{name}_ci_low"]
    if not above.notna().any():
        return {}
    ends = {"array": above.tolist(), "arrayminus": below.tolist(), "symmetric": False}
    look = {"thickness": 1, "width": 3, "color": plots.colour(colour)}
    return {"type": "data", **ends, **look}


def _auc(rows: pd.DataFrame) -> go.Scatter:
    colours = [plots.look(name)[1]["color"] for name in rows["approach"]]
    return go.Scatter(
        x=rows["auc"].tolist(), y=rows.index.tolist(), mode="markers", showlegend=False,
        marker={"color": colours, "size": 11}, error_x=_bars(rows, "auc", "quiet"),
        customdata=_labels(rows, "auc"), hovertemplate="%{customdata[0]}<extra></extra>",
    )  # fmt: skip


def _cost(rows: pd.DataFrame) -> go.Scatter:
    x, y = [], []
    for place, row in rows.iterrows():
        x += [row[measure_name("hter", ORACLE)], row["hter"], None]
        y += [place, place, None]
    return go.Scatter(
        name="lost by the threshold", x=x, y=y, xaxis="x2", mode="lines",
        line={"color": plots.colour("edge"), "width": 6}, hoverinfo="skip",
    )  # fmt: skip


def _eer(rows: pd.DataFrame) -> go.Scatter:
    ink = plots.colour("ink")
    marker = {"symbol": "line-ns-open", "size": 18, "color": ink, "line": {"width": 2}}
    return go.Scatter(
        name="EER", x=rows["eer"].tolist(), y=rows.index.tolist(), xaxis="x2", mode="markers",
        marker=marker, customdata=_labels(rows, "eer"),
        hovertemplate="%{customdata[0]}<extra></extra>",
    )  # fmt: skip


def _thresholds(rows: pd.DataFrame) -> Iterator[go.Scatter]:
    for rule, (colour, symbol, size, below) in MARKS.items():
        name = measure_name("hter", rule)
        own = rows[rows[name].notna()]
        if own.empty:
            continue
        edge = {"color": plots.colour("paper"), "width": 1.5}
        yield go.Scatter(
            name=f"HTER at {RULES[rule]}", x=own[name].tolist(), y=(own.index + below).tolist(),
            xaxis="x2", mode="markers", error_x=_bars(own, name, colour),
            marker={"color": plots.colour(colour), "symbol": symbol, "size": size, "line": edge},
            customdata=_labels(own, "hter", rule), hovertemplate="%{customdata[0]}<extra></extra>",
        )  # fmt: skip


def _labels(rows: pd.DataFrame, measure: str, rule: str = PAPER) -> list[list[str]]:
    """Return what is shown of each row when a reader points at it."""
    name = measure_name(measure, rule)
    labels = []
    for _, row in rows.iterrows():
        text = f"<b>{row['approach']}</b><br>{measure.upper()} {_with_interval(row, name)}"
        if measure == "hter":
            fnr, fpr = (measure_name(rate, rule) for rate in ("fnr", "fpr"))
            text += (
                f"<br>at {RULES[rule]}<br>reals called fake: {_with_interval(row, fnr)}"
                f"<br>fakes called real: {_with_interval(row, fpr)}"
            )
        labels.append([text])
    return labels


def _with_interval(row: pd.Series, name: str) -> str:
    ends = (float(row.get(f"{name}_ci_{end}", math.nan)) for end in ("low", "high"))
    return f"{percent(row[name])} %{bracketed(*ends)}"
