"""AUC and FPR against the strength of attacks, as plotly figures: a panel for each database."""

from math import isnan
from typing import Any

import pandas as pd
import plotly.graph_objects as go

from deepfake_attribution.report import strength_tables
from deepfake_attribution.report.page import plots

CAPTION = (
    "{what} of each third of the strengths, against all reals of the database. Video level, test "
    "part, mean over the seeds; bars: {confidence:g} % interval. Each panel has its own axis."
)
READING = (
    "The fakes of a database are in three parts of nearly equal size by the strength of their "
    "attack. A mark is at the mean strength of its part.",
    "Approaches are moved apart a little, so that their bars can be told apart.",
)
APART = 0.012  # of the axis, between two approaches


def section(strengths: pd.DataFrame) -> dict[str, Any]:
    """Return the section of the strengths.

    Args:
        strengths: of ``data/uncertainty``; at least one row.
    """
    confidence = float(strengths["confidence"].iloc[0])
    views = []
    for measure, title in strength_tables.TITLES.items():
        own = strengths[strengths["measure"] == measure]
        panels = [_panel(name, rows, title) for name, rows in own.groupby("database", sort=False)]
        caption = CAPTION.format(what=title, confidence=confidence)
        views.append({"caption": caption, "panels": panels})
    names = list(strength_tables.TITLES.values())
    return plots.section([plots.choice("Measure", names)], views)


def ends(rows: pd.DataFrame) -> tuple[float, float]:
    """Return both ends of a panel's axis: it holds all marks and bars, so near lines lie apart."""
    drawn = rows[["value", "low", "high"]]
    low, high = float(drawn.min(axis=None)), float(drawn.max(axis=None))
    if isnan(low):
        return -2.0, 102.0
    room = max(0.06 * (high - low), 1.0)
    return low - room, high + room


def shifts(rows: pd.DataFrame, count: int) -> list[float]:
    """Return how far each of ``count`` approaches is moved along the strengths of a panel."""
    wide = float(rows["strength_mean"].max() - rows["strength_mean"].min()) or 1.0
    return [APART * wide * (place - (count - 1) / 2) for place in range(count)]


def heading(database: str, rows: pd.DataFrame) -> str:
    """Return a panel's database with the number of its reals, and of the fakes of each part."""
    parts = rows[rows["approach"] == rows["approach"].iloc[0]]
    counts = " + ".join(str(n) for n in parts["n_fake"])
    return f"{database}: {parts['n_real'].iloc[0]} real, {counts} fake"


def _panel(database: str, rows: pd.DataFrame, title: str) -> dict[str, Any]:
    approaches = list(rows.groupby("approach", sort=False))
    traces = [
        _line(approach, own, shift)
        for (approach, own), shift in zip(approaches, shifts(rows, len(approaches)), strict=True)
    ]
    return plots.panel(
        f"{title} against strength on {database}",
        traces,
        title_text=heading(database, rows),
        height=420,
        xaxis={"title_text": "strength of the attack"},
        yaxis={"title_text": f"{title}, %", "range": ends(rows)},
    )


def _line(approach: str, rows: pd.DataFrame, shift: float) -> go.Scatter:
    line, marker = plots.look(approach)
    names = [strength_tables.named(row) for _, row in rows.iterrows()]
    return go.Scatter(
        name=approach,
        x=(rows["strength_mean"] + shift).tolist(),
        y=rows["value"].tolist(),
        customdata=list(zip(names, rows["low"], rows["high"], rows["n_fake"], strict=True)),
        mode="lines+markers",
        line=line,
        marker={**marker, "size": 8},
        error_y={
            "type": "data",
            "symmetric": False,
            "array": (rows["high"] - rows["value"]).tolist(),
            "arrayminus": (rows["value"] - rows["low"]).tolist(),
            "thickness": 1,
            "width": 2,
        },
        hovertemplate=f"<b>{approach}</b><br>strength %{{customdata[0]}}: %{{y:.1f}} %"
        "<br>interval %{customdata[1]:.1f} to %{customdata[2]:.1f}, %{customdata[3]} fakes"
        "<extra></extra>",
    )
