"""Tippett and ECE curves as pictures for print and for a page without scripts: one per database."""

from collections.abc import Sequence
from math import ceil
from pathlib import Path
from typing import Any

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from deepfake_attribution.figures import style
from deepfake_attribution.report.page.fallbacks import COLUMNS, Picture, saved
from deepfake_attribution.report.page.likelihood_data import PRIOR, Curves, Drawn
from deepfake_attribution.report.page.likelihood_plots import PARTS, top

TITLE = "Likelihood ratios on {database}"
CAPTION = (
    "{database} ({part}). Upper rows, Tippett: percent of the real and fake test videos with at "
    "least this log10 likelihood ratio; reals should be right of 0, fakes left. Lower rows, ECE "
    "(empirical cross-entropy): bits of doubt left, for each prior; dashed: the best "
    "recalibration; dotted: a ratio of 1. Below the dotted line the ratios help, above it they "
    "mislead. Video level, first training seed."
)
REAL_LINE: dict[str, Any] = {"color": style.REAL_COLOUR}
FAKE_LINE: dict[str, Any] = {"color": style.FAKE_COLOUR, "linestyle": "--"}


def draw(drawn: Sequence[Drawn], page: Path) -> list[Picture]:
    """Write a picture per database below the page's folder.

    Args:
        drawn: `likelihood_data.collect`; without a database there is no picture.
        page: the folder of the page's files.
    """
    pictures = []
    with style.drawing():
        for one in drawn:
            title = TITLE.format(database=one.database)
            caption = CAPTION.format(database=one.database, part=PARTS[one.part])
            name = f"likelihood-{one.database}"
            pictures.append(saved(_figure(one, title), page, name, title, caption))
    return pictures


def _figure(one: Drawn, title: str) -> Figure:
    columns = min(len(one.curves), COLUMNS)
    blocks = ceil(len(one.curves) / columns)
    figure = style.new(height=1.1 + 2.9 * blocks)
    # one axis per row: its panels can be compared
    panels = figure.subplots(2 * blocks, columns, squeeze=False, sharey="row")
    for axes in panels.flat:
        axes.set_visible(False)
    for place, curves in enumerate(one.curves):
        block, column = divmod(place, columns)
        _tippett(panels[2 * block, column], curves)
        _ece(panels[2 * block + 1, column], curves, top(one.curves))
    handles = [*panels[0, 0].get_lines()[1:], *panels[1, 0].get_lines()]
    names = [str(line.get_label()) for line in handles]
    figure.legend(handles, names, loc="outside lower center", ncols=5)
    first = one.curves[0]
    counts = f"{first.n_real} real, {first.n_fake} fake test videos"
    style.head_line(figure, title, f"video level; {PARTS[one.part]}; {counts}")
    return figure


def _tippett(axes: Axes, curves: Curves) -> None:
    axes.set_visible(True)
    axes.axvline(0, color="#cccccc", linewidth=0.8, zorder=0)
    axes.plot(curves.ratios, curves.reals, label="reals", **REAL_LINE)
    axes.plot(curves.ratios, curves.fakes, label="fakes", **FAKE_LINE)
    axes.set_ylim(-3, 103)
    axes.set_title(curves.approach, fontsize=9.5, loc="left")
    axes.set_xlabel("log10 likelihood ratio", fontsize=7.5)


def _ece(axes: Axes, curves: Curves, highest: float) -> None:
    axes.set_visible(True)
    axes.plot(PRIOR, curves.ece, color=style.INK, label="ECE of the ratios")
    axes.plot(PRIOR, curves.best, color=style.INK, linestyle="--", label="best recalibration")
    axes.plot(PRIOR, curves.neutral, color=style.FAINT, linestyle=":", label="ratio always 1")
    axes.set_ylim(0, highest)
    axes.set_xlabel("prior log10 odds of real", fontsize=7.5)
