"""The matrix as a picture for a paper: approach x database, AUC and HTER."""

import textwrap
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from deepfake_attribution.figures import style
from deepfake_attribution.report import matrix_colours
from deepfake_attribution.report.matrix import (
    BEST,
    COMPARED_ON,
    GROUPS,
    TIE,
    UNTESTED,
    Cell,
    Matrix,
)
from deepfake_attribution.report.page.fallbacks import Picture, saved

PRINTED = ("auc", "hter")
NAMES = 1.25  # inches of the approaches' names
CELL, LOWEST, HEIGHT = 1.1, 0.72, 0.33  # inches: width of a cell at most and at least, its height
HEAD = 0.95  # inches above the cells, with the title
APART = 0.15  # cells between databases trained on and others
MARKS = {BEST: " \u2605", TIE: " \u2248", UNTESTED: " ?", "": ""}
CAPTION = (
    "Percent, video level; below it the confidence interval. \u2605: best of a database; "
    "\u2248: not significantly different from it; "
    "?: not tested."
)
NOTED = f"\u2020: {COMPARED_ON}."


def draw(matrices: Sequence[Matrix], page: Path) -> list[Picture]:
    """Write the matrix of AUC and of HTER as PNG and PDF below the page's folder; return them.

    Args:
        matrices: from `matrix.matrices`.
        page: the folder of the page's files.
    """
    with style.drawing():
        return [
            saved(
                _figure(one),
                page,
                f"matrix-{one.measure}",
                f"{one.measure.upper()} of every approach on every database",
                f"{CAPTION} {NOTED}" if any(column.note for column in one.columns) else CAPTION,
            )
            for one in matrices
            if one.measure in PRINTED
        ]


def _figure(one: Matrix) -> Figure:
    count = len(one.columns)
    cell = max(LOWEST, min(CELL, (style.WIDTH - NAMES) / (count + APART)))
    width = max(NAMES + cell * (count + APART), style.COLUMN)
    figure = style.new(width, HEAD + HEIGHT * len(one.rows))
    axes = figure.add_axes((0, 0, 1, 1))
    axes.set_axis_off()
    figure.set_layout_engine("none")  # axes are cells
    height = len(one.rows)
    axes.set_xlim(-NAMES / cell, width / cell - NAMES / cell)
    axes.set_ylim(height, -HEAD / HEIGHT)
    lefts = [
        n + APART * (column.seen and not one.columns[0].seen)
        for n, column in enumerate(one.columns)
    ]
    room = int(cell * 72 / 5)  # characters of a name that fit
    for left, column in zip(lefts, one.columns, strict=True):
        named = f"\u2020{column.name}" if column.note else column.name
        lines = textwrap.wrap(named, room, max_lines=2, placeholder="\u2026")
        name = "\n".join(lines)
        axes.text(left + 0.5, -0.2, name, va="bottom", ha="center", fontsize=style.SMALLEST)
    for seen, title in GROUPS.items():
        own = [left for left, column in zip(lefts, one.columns, strict=True) if column.seen == seen]
        if own:
            axes.plot(
                [own[0] + 0.04, own[-1] + 0.96], [-1.05] * 2, color=style.FAINT, linewidth=0.8
            )
            axes.text((own[0] + own[-1] + 1) / 2, -1.2, title, ha="center", color=style.QUIET)
    for row, (name, cells) in enumerate(one.rows.items()):
        axes.text(-0.08, row + 0.5, name, ha="right", va="center")
        for left, shown in zip(lefts, cells, strict=True):
            _draw_cell(figure, left, row, shown)
    below = (
        "percent, video level, test part; \u2605 best, \u2248 not significantly different from it"
    )
    if any(column.note for column in one.columns):
        below += f"; \u2020 {COMPARED_ON}"
    style.head_line(figure, f"{one.measure.upper()}, approach and database", below)
    return figure


def _draw_cell(figure: Figure, left: float, row: int, cell: Cell) -> None:
    axes = figure.axes[0]
    colour = matrix_colours.LIGHT[cell.step] if cell.step is not None else "#ffffff"
    ink = matrix_colours.ink(colour)
    axes.add_patch(
        Rectangle((left + 0.02, row + 0.05), 0.96, 0.9, facecolor=colour, edgecolor="none")
    )
    bold = "bold" if cell.mark == BEST else "normal"
    place = 0.34 if cell.interval else 0.5
    look: dict[str, Any] = {"ha": "center", "va": "center", "color": ink}
    axes.text(left + 0.5, row + place, cell.text + MARKS[cell.mark], fontweight=bold, **look)
    if cell.interval:
        axes.text(left + 0.5, row + 0.72, cell.interval, fontsize=style.SMALLEST, **look)
