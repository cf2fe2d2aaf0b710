"""Training curves as plotly figures: a panel for each head, a thin line for each further seed."""

import math
from collections.abc import Mapping, Sequence
from typing import Any

import plotly.graph_objects as go

from deepfake_attribution.report.page import plots

# Column, name, colour, dash and axis of a line.
LINES = (
    ("train_loss", "training loss", "quiet", "dot", "y"),
    ("val_loss", "validation loss", "real", "solid", "y"),
    ("val_auc", "validation AUC", "other", "dash", "y2"),
)
AUC_AXIS = {
    "title_text": "AUC, %", "overlaying": "y", "side": "right", "showgrid": False,
    "tickmode": "auto", "nticks": 6,  # else it has a tick at each one of the loss
}  # fmt: skip


READING = (
    "Mean loss per crop of each epoch, and AUC of the validation crops.",
    "The ringed epoch has the lowest validation loss and is kept. Where training and validation "
    "loss diverge, the head overfits its training crops.",
    "Losses of different heads cannot be compared.",
)


def section(heads: Sequence[Mapping[str, Any]], seeds: Sequence[int]) -> dict[str, Any]:
    """Return the section of the training curves.

    Args:
        heads: from `training_data.curves`.
        seeds: of the trainings, the main one first.
    """
    thin = f"; thin lines: seeds {', '.join(map(str, seeds[1:]))}" if len(seeds) > 1 else ""
    caption = (
        f"Mean loss per crop of each epoch; ringed: the epoch that is kept. Seed {seeds[0]}{thin}."
    )
    return plots.section([], [{"caption": caption, "panels": [_panel(head) for head in heads]}])


def _panel(head: Mapping[str, Any]) -> dict[str, Any]:
    curves = head["seeds"]
    return plots.panel(
        f"Training of {head['name']}",
        [trace for place, curve in enumerate(curves) for trace in _traces(curve, thin=place > 0)],
        title_text=head["name"],
        height=340,
        margin={"l": 50, "r": 50, "t": 34, "b": 45},
        xaxis={"title_text": "epoch", "dtick": max(1, math.ceil(len(curves[0]["epoch"]) / 10))},
        yaxis={"title_text": "loss"},
        yaxis2=AUC_AXIS,
    )


def _traces(curve: Mapping[str, Any], *, thin: bool) -> list[go.Scatter]:
    lines = [
        go.Scatter(
            name=name,
            x=curve["epoch"],
            y=curve[column],
            yaxis=axis,
            mode="lines+markers",
            line={"color": plots.colour(colour), "dash": dash, "width": 0.8 if thin else 2},
            marker_size=3 if thin else 5,
            showlegend=not thin,
            hovertemplate=f"seed {curve['seed']}, epoch %{{x}}: {name} %{{y:.4g}}<extra></extra>",
        )
        for column, name, colour, dash, axis in LINES
        if column in curve
    ]
    ring = {"size": 13, "color": plots.CLEAR, "line": {"color": plots.colour("fake"), "width": 2}}
    best = curve["val_loss"][curve["epoch"].index(curve["best"])]
    kept = go.Scatter(
        name="kept", x=[curve["best"]], y=[best], mode="markers", marker=ring,
        showlegend=not thin, hoverinfo="skip",
    )  # fmt: skip
    return [*lines, kept]
