"""Tippett and ECE curves as plotly figures: a panel for each approach."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import plotly.graph_objects as go

from deepfake_attribution.report.answers import first_unseen
from deepfake_attribution.report.page import plots
from deepfake_attribution.report.page.likelihood_data import PRIOR, Curves, Drawn

REALS, FAKES = "reals", "fakes"
TIPPETT = (
    "{database} ({part}), test videos: the share with at least this log10 likelihood ratio. "
    "Reals should be right of 0, fakes left of it. Video level, first training seed."
)
ECE = (
    "{database} ({part}), test videos. ECE (empirical cross-entropy): bits of doubt left, for each "
    "prior. Below the dotted line the ratios help, above it they mislead. Video level, first "
    "training seed."
)
READING = (
    "Tippett: at 0, the reals curve should be at 100 % and the fakes curve at 0 %. Where "
    "a curve falls at once at its end, the ratios are at their bound.",
    "ECE: the solid line is what the ratios cost at each prior, the dashed one the best that any "
    "recalibration of the same ranking could reach, the dotted one a ratio of 1 for every video. "
    "The gap between solid and dashed is the calibration loss. At prior odds of 1 (0 on the axis) "
    "the solid line is Cllr.",
)
KINDS = ("Tippett", "ECE (empirical cross-entropy)")
PARTS = {"seen": "trained on", "unseen": "never trained on"}


def section(drawn: Sequence[Drawn]) -> dict[str, Any]:
    """Return the section: a choice of the plot, and one of the database.

    Args:
        drawn: `likelihood_data.collect`; at least one database.
    """
    names = [one.database for one in drawn]
    views = [
        {
            "caption": caption.format(database=one.database, part=PARTS[one.part]),
            "panels": [panel(one, curves) for curves in one.curves],
        }
        for caption, panel in ((TIPPETT, _tippett), (ECE, _ece))
        for one in drawn
    ]
    first = first_unseen([one.part for one in drawn])
    choices = [plots.choice("Plot", KINDS), plots.choice("Database", names, first)]
    return plots.section(choices, views, width=19)


def top(curves: Sequence[Curves]) -> float:
    """Return where the axis of ECE ends, the same for all approaches on a database."""
    return 1.1 * max(1.0, *(float(np.max(one.ece)) for one in curves))


def _tippett(of: Drawn, curves: Curves) -> dict[str, Any]:
    lines = ((REALS, curves.reals, "real", "solid"), (FAKES, curves.fakes, "fake", "dash"))
    traces = [
        _line(
            (name, plots.colour(colour), dash),
            curves.ratios,
            np.round(values, 2),
            f"<b>{curves.approach}</b><br>%{{y:.1f}} % of the {name} have %{{x:.2f}} or more",
        )
        for name, values, colour, dash in lines
    ]
    return _panel(
        f"Tippett curves of {curves.approach} on {of.database}",
        traces,
        curves,
        {"title_text": "log10 likelihood ratio"},
        {"title_text": "videos, %", "range": (-3, 103)},
        shapes=[{"type": "line", "x0": 0, "x1": 0, "y0": 0, "y1": 1, "yref": "paper"} | _THIN],
    )


_THIN = {"line": {"color": plots.colour("line"), "width": 1}, "layer": "below"}


def _ece(of: Drawn, curves: Curves) -> dict[str, Any]:
    line, _ = plots.look(curves.approach)
    lines = (
        ("likelihood ratios", curves.ece, line["color"], "solid"),
        ("best recalibration", curves.best, line["color"], "dash"),
        ("always 1", curves.neutral, plots.colour("ink"), "dot"),
    )
    traces = [
        _line(
            (name, colour, dash),
            PRIOR,
            np.round(values, 4),
            f"<b>{curves.approach}</b>, {name}<br>%{{y:.3f}} bits at prior log10 odds %{{x:.1f}}",
        )
        for name, values, colour, dash in lines
    ]
    return _panel(
        f"ECE curves of {curves.approach} on {of.database}",
        traces,
        curves,
        {"title_text": "prior log10 odds of real"},
        {"title_text": "cross-entropy, bits", "range": (0, top(of.curves))},
    )


def _line(look: tuple[str, str, str], x: np.ndarray, y: np.ndarray, hover: str) -> go.Scatter:
    """Return a line; ``look`` is its name, colour and dashes."""
    name, colour, dash = look
    return go.Scatter(
        name=name,
        x=x.tolist(),
        y=y.tolist(),
        mode="lines",
        line={"color": colour, "dash": dash, "width": 2},
        hovertemplate=f"{hover}<extra></extra>",
    )


def _panel(
    label: str,
    traces: Sequence[Any],
    curves: Curves,
    xaxis: dict[str, Any],
    yaxis: dict[str, Any],
    **layout: Any,
) -> dict[str, Any]:
    counts = f"{curves.n_real} real, {curves.n_fake} fake"
    return plots.panel(
        label,
        traces,
        title_text=f"{curves.approach}: {counts}",
        height=300,
        xaxis=xaxis,
        yaxis=yaxis,
        **layout,
    )
