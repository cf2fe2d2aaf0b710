"""How the page's figures look, and what figures.js draws a section from.

Colours and the font are named as page.css names them, ``var(--NAME)``. The script figures.js fills
in their values, so figures follow the page between light and dark.
"""

from collections.abc import Sequence
from typing import Any

import plotly.graph_objects as go

from deepfake_attribution.heads import registry

OTHER = "other"  # colour of what no head gives: the metadata baseline
# Dash, symbol and size. The first mark is the largest, because marks often lie on each other.
CLASSIFIERS = {
    "NN": ("solid", "circle", 15),
    "LR": ("dash", "square", 11),
    "SVM": ("dot", "triangle-up", 13),
    "": ("solid", "diamond", 11),  # a head without a classifier
}
CLEAR = "rgba(0,0,0,0)"


def colour(name: str) -> str:
    """Return a colour of the page, as a figure names it."""
    return f"var(--{name})"


_AXIS = {
    "automargin": True,
    "gridcolor": colour("line"),
    "linecolor": colour("line"),
    "showline": True,
    "zeroline": False,
    "title": {"standoff": 6, "font_size": 13},
}
TEMPLATE = go.layout.Template(
    layout=go.Layout(
        paper_bgcolor=CLEAR,
        plot_bgcolor=CLEAR,
        font={"family": "var(--font)", "size": 13, "color": colour("ink")},
        title={"font_size": 14, "x": 0.01, "xanchor": "left"},
        margin={"l": 55, "r": 12, "t": 34, "b": 45},
        hovermode="closest",
        hoverlabel={"bgcolor": colour("shade"), "font_color": colour("ink")},
        showlegend=False,  # figure-legend.js makes one for all panels
        xaxis=_AXIS,
        yaxis=_AXIS,
    )
)


def look(approach: str) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return line and marker of an approach: the head's colour, the classifier's dash and shape."""
    head, _, classifier = approach.partition("-")
    named = {registry.about(name).title: name for name in registry.names()}
    own = colour(named.get(head, OTHER))
    dash, symbol, size = CLASSIFIERS[classifier]
    edge = {"color": colour("paper"), "width": 1.5}
    line = {"color": own, "dash": dash, "width": 2}
    return line, {"color": own, "symbol": symbol, "size": size, "line": edge}


def panel(
    label: str, traces: Sequence[Any], least: float = 0, group: str = "", **layout: Any
) -> dict[str, Any]:
    """Return a figure and its place on the page.

    Args:
        label: for screen readers.
        traces: of the figure.
        least: width in rem below which the figure scrolls in a box of its own; 0: it shrinks.
        group: a heading above this figure and those that follow; empty: none.
        layout: of the figure, added to `TEMPLATE`.
    """
    # As of `go.Figure`, which would check and copy each trace twice more.
    figure = {
        "data": [trace.to_plotly_json() for trace in traces],
        "layout": go.Layout({"template": TEMPLATE, **layout}).to_plotly_json(),
    }
    about = {"label": label, "least": least} | ({"group": group} if group else {})
    return about | {"figure": figure}


def choice(label: str, names: Sequence[str], first: int = 0) -> dict[str, Any]:
    """Return a box to choose one of ``names`` from; the one at ``first`` is shown at first."""
    return {"label": label, "names": list(names), "first": first}


def section(choices: Sequence[Any], views: Sequence[Any], width: float = 26) -> dict[str, Any]:
    """Return all that figures.js needs for a section.

    Args:
        choices: from `choice`, for each box.
        views: ``caption`` and ``panels``, for each combination of choices; the last choice varies
            fastest. A panel with a ``group`` is below that heading.
        width: of a panel at least, in rem; as many as fit are side by side.
    """
    return {"choices": choices, "views": views, "width": width}
