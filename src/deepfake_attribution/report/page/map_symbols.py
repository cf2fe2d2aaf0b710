"""The pictures' markers in a browser: as plotly's symbols on the map, as SVG beside it."""

from typing import Any

import numpy as np
from matplotlib.markers import MarkerStyle

# matplotlib's marker -> plotly's symbol of the same shape.
SYMBOLS: dict[Any, str] = {
    "o": "circle",
    "s": "square",
    "^": "triangle-up",
    "D": "diamond",
    "v": "triangle-down",
    "P": "cross",
    "X": "x",
    "*": "star",
    "<": "triangle-left",
    "p": "pentagon",
    ">": "triangle-right",
    "d": "diamond-tall",
    (4, 1, 0): "star-diamond",
    (8, 1, 0): "asterisk-open",
    (3, 1, 0): "star-triangle-up",
}


def symbol(marker: Any) -> str:
    """Return plotly's name of the shape; KeyError for a marker that no picture has."""
    return SYMBOLS[marker]


def outline(marker: Any) -> str:
    """Return the shape as the ``d`` of an SVG path, inside -1..1 in both directions."""
    style = MarkerStyle(marker)
    path = style.get_path().transformed(style.get_transform())
    polygons = [np.asarray(polygon, dtype=float) for polygon in path.to_polygons()]
    reach = max(np.abs(polygon).max() for polygon in polygons)
    lines = []
    for polygon in polygons:
        points = (f"{x / reach:.2f} {-y / reach:.2f}" for x, y in polygon)  # SVG's y points down
        lines.append("M" + "L".join(points) + "Z")
    return "".join(lines)
