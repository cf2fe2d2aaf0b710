"""A map of embeddings: colour is the predicted class, shape the true one (paper's Fig. 2, 3).

Colours are lost in grey print; the strong edge of a real that is called fake, or the other way
round, remains visible.
"""

from typing import Any

import numpy as np
import pandas as pd
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from deepfake_attribution.core.video import REAL
from deepfake_attribution.figures import style
from deepfake_attribution.figures.predictions import FAKE
from deepfake_attribution.figures.style import FAINT, Classes

MAP_WIDTH = 5.1  # inches left by the legend, about
MANY = 2000  # points; more are one bitmap inside a PDF, which would otherwise be slow to show
WRONG = "strong edge: wrong side"


def draw(points: pd.DataFrame, classes: Classes, title: str, below: str) -> Figure:
    """Return the map of ``points``.

    Args:
        points: ``x``, ``y``, ``attack`` (true) and ``predicted``, one row per crop.
        classes: order, colours and markers.
        title: approach and database.
        below: subtitle: level, n, layout.
    """
    figure = style.new(height=_height(points))
    axes = figure.add_subplot()
    for name in _there(points["attack"], classes):
        rows = points[points["attack"] == name]
        axes.scatter(
            rows["x"],
            rows["y"],
            c=[classes.colour(predicted) for predicted in rows["predicted"]],
            marker=classes.marker(name),
            s=16 if len(points) <= MANY else 5,
            alpha=0.8,
            linewidths=[0.6 if each else 0.25 for each in crossed(rows)],
            edgecolors=[style.INK if each else "white" for each in crossed(rows)],
            label=name,
            rasterized=len(points) > MANY,
        )
    axes.set_aspect("equal", adjustable="datalim")
    axes.set_xticks([])
    axes.set_yticks([])
    axes.spines[:].set_visible(True)
    axes.spines[:].set_color("#dddddd")
    _legends(figure, points, classes)
    style.head_line(figure, title, below)
    return figure


def crossed(points: pd.DataFrame) -> pd.Series:
    """Return which points are reals called fake, or fakes called real."""
    return (points["attack"] == REAL) != (points["predicted"] == REAL)


def _height(points: pd.DataFrame) -> float:
    """Return the height in inches of a map with this shape; both axes have the same scale.

    The legend must fit next to it.
    """
    spread = np.ptp(points[["x", "y"]].to_numpy(), axis=0)
    lines = points["predicted"].nunique() + points["attack"].nunique() + 5
    least = max(2.7, 0.6 + 0.158 * lines)
    return float(np.clip(0.7 + MAP_WIDTH * spread[1] / max(spread[0], 1e-9), least, 5.6))


def _there(values: pd.Series, classes: Classes) -> list[str]:
    names = [*classes.names(), FAKE]
    return [name for name in dict.fromkeys(names) if (values == name).any()]


def _legends(figure: Figure, points: pd.DataFrame, classes: Classes) -> None:
    counts = points["predicted"].value_counts()
    colours = [
        _entry("o", classes.colour(name), f"{name}: {counts[name]}")
        for name in _there(points["predicted"], classes)
    ]
    shapes = [
        _entry(
            classes.marker(name),
            FAINT,
            f"{classes.label(name)}: {(points['attack'] == name).sum()}",
        )
        for name in _there(points["attack"], classes)
    ]
    above = [_entry("", FAINT, "Colour: predicted class")]
    between = [_entry("", FAINT, ""), _entry("", FAINT, "Shape: true class")]
    handles = [*above, *colours, *between, *shapes]
    if wrong := int(crossed(points).sum()):
        edge = _entry("o", "white", f"{WRONG}: {wrong}")
        edge.set(markeredgecolor=style.INK, markeredgewidth=0.8)
        handles += [_entry("", FAINT, ""), edge]
    legend = figure.axes[0].legend(
        handles=handles,
        loc="upper left",
        bbox_to_anchor=(1.01, 1),
        borderaxespad=0,
        fontsize=7.5,
        handletextpad=0.4,
        labelspacing=0.45,
    )
    for place in (0, len(colours) + 2):
        legend.get_texts()[place].set_fontweight("bold")


def _entry(marker: Any, colour: str, label: str) -> Line2D:
    return Line2D(
        [], [], linestyle="", marker=marker or "None", color=colour, markersize=5.5, label=label
    )
