"""Attacks never trained on as a picture: for a paper, for print, without scripts."""

from collections.abc import Sequence
from pathlib import Path

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from deepfake_attribution.figures import style
from deepfake_attribution.figures.roc import LINES
from deepfake_attribution.heads import registry
from deepfake_attribution.report.page.fallbacks import Picture, saved
from deepfake_attribution.report.page.unseen_data import Unseen

TITLE = "Attacks never trained on"
CAPTION = (
    "Left: percent of the attack's videos that are given each class. Right: ROC of the distance to "
    "known videos, whose test videos are those of the databases trained on; grey: chance."
)
MOST = 12  # attacks of a picture


def draw(found: Sequence[Unseen], page: Path) -> list[Picture]:
    """Write the picture below the page's folder; without such an attack there is none.

    Args:
        found: from `unseen_data.collect`.
        page: the folder of the page's files.
    """
    if not found:
        return []
    left_out = len(found) - MOST
    more = f" {left_out} more attacks are in the tables." if left_out > 0 else ""
    with style.drawing():
        return [saved(_figure(found[:MOST]), page, "unseen", TITLE, CAPTION + more)]


def _figure(found: Sequence[Unseen]) -> Figure:
    most = max(len(one.approaches) for one in found)
    figure = style.new(height=0.7 + (1.5 + 0.17 * most) * len(found))
    rows = figure.subplots(len(found), 2, squeeze=False, width_ratios=[1.6, 1])
    for (left, right), one in zip(rows, found, strict=True):
        _matrix(left, one)
        _roc(right, one)
    style.head_line(figure, TITLE, "video level, test part; ROC of the distance to known videos")
    return figure


def _matrix(axes: Axes, one: Unseen) -> None:
    axes.imshow(one.shares, vmin=0, vmax=170, cmap="Blues", aspect="auto")
    for row, shares in enumerate(one.shares):
        for column, share in enumerate(shares):
            axes.text(column, row, f"{share:.0f}", ha="center", va="center", fontsize=7.5)
    axes.set_xticks(range(len(one.classes)), one.classes, rotation=30, ha="right", fontsize=7.5)
    axes.set_yticks(range(len(one.approaches)), one.approaches, fontsize=7.5)
    axes.tick_params(length=0)
    for spine in axes.spines.values():
        spine.set_visible(False)
    axes.set_title(f"{one.attack} ({one.database}), {one.n} videos: %", fontsize=8.5, loc="left")


def _roc(axes: Axes, one: Unseen) -> None:
    axes.plot([0, 100], [0, 100], color="#cccccc", linewidth=0.8, zorder=0)
    for place, curve in enumerate(one.curves):
        colour, dashes = head_colour(curve.approach), LINES[place % len(LINES)][1]
        label = f"{curve.approach} {curve.auc:.1f}"
        known, found = ([100 * each for each in side] for side in (curve.known, curve.found))
        axes.plot(known, found, color=colour, linestyle=dashes, label=label)
    axes.set_xlabel("known videos taken for unknown, %", fontsize=7.5)
    axes.set_ylabel("found, %", fontsize=7.5)
    if one.curves:
        axes.legend(
            fontsize=style.SMALLEST, title="AUC", title_fontsize=style.SMALLEST,
            loc="center left", bbox_to_anchor=(1.0, 0.5),
        )  # fmt: skip


def head_colour(approach: str) -> str:
    """Return the colour of an approach's head, as on the page; grey for what no head gives."""
    title = approach.partition("-")[0]
    named = {registry.about(name).title: name for name in registry.names()}
    return registry.about(named[title]).colours[0] if title in named else style.QUIET
