"""Confusion matrices as plotly figures: which class the videos of each class are given."""

from collections.abc import Mapping, Sequence
from html import escape
from itertools import groupby
from typing import Any

import plotly.graph_objects as go

from deepfake_attribution.report.page import plots

BY = {
    "threshold": "by the threshold: real above it, else fake",
    "class": "by the most probable class, whatever the threshold says",
}
READING = (
    "A row is a true class with its n, a column the class that its videos are given. Shade and "
    "percent: the share of the row.",
    "The most probable class does not depend on the threshold: a real can be right here and be "
    "called fake at the threshold (FNR).",
)
# Of rows whose value is false: the mark, and what it means.
MARKS = {
    "known": ("*", "an attack that nothing was trained on"),
    "seen": ("\u2020", "a database that nothing was trained on"),
}


def section(matrices: Sequence[Mapping[str, Any]], seed: int) -> dict[str, Any]:
    """Return the section of the matrices; an approach is chosen, first one that names attacks.

    Args:
        matrices: from `confusion_data.matrices`.
        seed: that they are of.
    """
    matrices = sorted(matrices, key=lambda matrix: matrix["by"] != "class")
    names = [matrix["approach"] for matrix in matrices]
    views = [{"caption": _caption(matrix, seed), "panels": [_panel(matrix)]} for matrix in matrices]
    return plots.section([plots.choice("Approach", names)], views)


def _caption(matrix: Mapping[str, Any], seed: int) -> str:
    notes = [
        f" {mark}: {meaning}."
        for key, (mark, meaning) in MARKS.items()
        if not all(row[key] for row in matrix["rows"])
    ]
    return (
        f"{matrix['approach']}, video level, test part, training seed {seed}; class "
        f"{BY[matrix['by']]}.{''.join(notes)}"
    )


def _panel(matrix: Mapping[str, Any]) -> dict[str, Any]:
    columns = [_safe(name) for name in matrix["columns"]]
    labels: list[str] = []
    texts: list[list[str]] = []  # (rows, columns), as shares and hovers
    shares: list[list[float | None]] = []
    hovers: list[list[str]] = []
    for title, rows in groupby(matrix["rows"], lambda row: _marked(row, "database", "seen")):
        labels.append(f"<b>{title}</b>")  # above the rows of a database, without cells
        texts.append([""] * len(columns))
        shares.append([None] * len(columns))
        hovers.append(texts[-1])
        for row in rows:
            labels.append(f"{_marked(row, 'true', 'known')}, n {row['n']}")
            shares.append([100 * count / max(row["n"], 1) for count in row["counts"]])
            texts.append([_text(count, row["n"]) for count in row["counts"]])
            cells = zip(columns, texts[-1], strict=True)
            about = f"{title}: {labels[-1]}<br>given the class"
            hovers.append([f"{about} {name}: {text}" for name, text in cells])
    heat = go.Heatmap(
        x=columns, z=shares, zmin=0, zmax=170, showscale=False, xgap=2, ygap=2,
        colorscale=[[0, plots.colour("shade")], [1, plots.colour("real")]],
        text=texts, texttemplate="%{text}", textfont={"size": 12, "color": plots.colour("ink")},
        hovertext=hovers, hovertemplate="%{hovertext}<extra></extra>", hoverongaps=False,
    )  # fmt: skip
    rows_axis = {"tickvals": list(range(len(labels))), "ticktext": labels, "autorange": "reversed"}
    bare = {"showgrid": False, "showline": False, "ticks": "", "ticklabelstandoff": 6}
    return plots.panel(
        f"Confusion matrix of {matrix['approach']}",
        [heat],
        least=3 + 0.5 * max(map(len, labels), default=0) + 5 * len(columns),
        height=110 + 30 * len(labels),
        margin={"l": 20, "r": 12, "t": 60, "b": 20},
        xaxis={"side": "top", "type": "category", **bare},
        yaxis={**rows_axis, **bare},
    )


def _safe(name: str) -> str:
    return escape(name, quote=False)  # plotly reads some HTML


def _marked(row: Mapping[str, Any], name: str, key: str) -> str:
    return _safe(row[name]) + ("" if row[key] else MARKS[key][0])


def _text(count: int, n: int) -> str:
    return f"{count} ({100 * count / n:.0f} %)" if count else "0"
