"""Pictures of what scripts draw, for print and for a page without them; here: DET."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import ceil
from pathlib import Path
from typing import Any

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from deepfake_attribution.figures import style
from deepfake_attribution.figures.roc import LINES
from deepfake_attribution.report.page import thinning

COLUMNS = 4


@dataclass(frozen=True)
class Picture:
    """A picture of the page: its files relative to the page, title and caption.

    Attributes:
        file: a PNG.
        title, caption: text.
        pdf: the same as PDF, for a paper; empty if there is none.
    """

    file: str
    title: str
    caption: str
    pdf: str = ""


def saved(figure: Figure, page: Path, name: str, title: str, caption: str) -> Picture:
    """Write a figure as PNG and as PDF below the page's folder; call it inside `style.drawing`."""
    folder = page / "pictures"
    style.save(figure, folder / f"{name}.png")
    style.save_print(figure, folder / f"{name}.pdf")
    file = f"{page.name}/pictures/{name}"
    return Picture(f"{file}.png", title, caption, f"{file}.pdf")


def grid(count: int, *, top: float, row: float, **options: Any) -> tuple[Any, Any]:
    """Return a figure and its ``count`` panels, at most `COLUMNS` side by side.

    Args:
        count: of panels, at least 1.
        top: inches above and below all rows.
        row: inches of a row.
        options: of matplotlib's ``subplots``.
    """
    columns = min(count, COLUMNS)
    rows = ceil(count / columns)
    figure = style.new(height=top + row * rows)
    panels = list(figure.subplots(rows, columns, squeeze=False, **options).flat)
    for axes in panels[count:]:
        axes.set_visible(False)
    return figure, panels[:count]


def draw(video: Mapping[str, Any], page: Path) -> list[Picture]:
    """Write the DET curves below the page's folder; without a curve there is no picture.

    Args:
        video: `score_figures.summary` of the video level.
        page: the folder of the page's files.
    """
    with style.drawing():
        det = _det(video)
        return [saved(det, page, "det", "DET", DET)] if det is not None else []


DET = (
    "Both axes are stretched as normal deviates, so that small rates can be told apart; down and "
    "to the left is better. Such an axis has no place for 0 and 100 %: they are drawn on the outer "
    "lines. A dot: at the threshold. Video level."
)


def _det(video: Mapping[str, Any]) -> Figure | None:
    lines: dict[str, list[tuple[int, Mapping[str, Any], str]]] = {}
    for place, database in enumerate(video["databases"]):
        for one in database["approaches"]:
            if one["fpr"] is not None:
                label = f"{database['name']}: {one['real']} real, {one['fake']} fake"
                lines.setdefault(one["name"], []).append((place, one, label))
    if not lines:
        return None
    figure, panels = grid(len(lines), top=1.3, row=2.4, sharey=True)
    for axes, (approach, own) in zip(panels, lines.items(), strict=True):
        for place, one, label in own:
            colour, dashes = LINES[place % len(LINES)]
            axes.plot(one["det_fpr"], one["det_fnr"], linestyle=dashes, color=colour, label=label)
            axes.plot(*one["det_point"], "o", color=colour, markeredgecolor="white", zorder=3)
        _frame(axes, approach, video["ticks"], video["borders"])
    first = {line.get_label(): line for axes in panels for line in axes.lines}
    shown = {label: line for label, line in first.items() if not str(label).startswith("_")}
    figure.legend(list(shown.values()), list(shown), loc="outside lower center", ncols=2)
    below = "video level, test part; FNR over FPR, percent; a dot: at the threshold"
    style.head_line(figure, "DET", below)
    return figure


def _frame(
    axes: Axes,
    approach: str,
    ticks: Sequence[tuple[float, str]],
    borders: Sequence[tuple[float, str]],
) -> None:
    for at, _ in borders:
        axes.axvline(at, color="#cccccc", linewidth=0.8, zorder=0)
        axes.axhline(at, color="#cccccc", linewidth=0.8, zorder=0)
    # beside the edge there is no room for the name of the smallest rate
    places, names = zip(borders[0], *ticks[1:], borders[1], strict=True)
    axes.set_xticks(places, names, fontsize=7.5)
    axes.set_yticks(places, names, fontsize=7.5)
    edge = 1.05 * abs(thinning.deviates([0.0])[0])
    axes.set_xlim(-edge, edge)
    axes.set_ylim(-edge, edge)
    axes.set_aspect("equal")
    axes.set_title(approach, fontsize=9.5, loc="left")
