"""Right names of known attacks against names of unseen ones, as a picture."""

from collections.abc import Sequence
from pathlib import Path

from matplotlib.figure import Figure

from deepfake_attribution.figures import style
from deepfake_attribution.figures.roc import LINES
from deepfake_attribution.report.oscr import Oscr
from deepfake_attribution.report.page.fallbacks import Picture, grid, saved

TITLE = "Names of known and of unseen attacks (OSCR)"
CAPTION = (
    "Percent of the fakes of known attacks with the right name over the percent of the fakes of "
    "attacks never trained on that get a name, as the limit of the probability falls. Video level, "
    "test part, first training seed."
)


def draw(curves: Sequence[Oscr], page: Path) -> list[Picture]:
    """Write the picture below the page's folder.

    Args:
        curves: `oscr.collect`; without one there is no picture.
        page: the folder of the page's files.
    """
    if not curves:
        return []
    with style.drawing():
        return [saved(_figure(curves), page, "oscr", TITLE, CAPTION)]


def _figure(curves: Sequence[Oscr]) -> Figure:
    approaches = list(dict.fromkeys(one.approach for one in curves))
    databases = list(dict.fromkeys(one.database for one in curves))
    figure, panels = grid(len(approaches), top=1.3, row=1.9, sharey=True)
    for axes, approach in zip(panels, approaches, strict=True):
        for one in (curve for curve in curves if curve.approach == approach):
            colour, dashes = LINES[databases.index(one.database) % len(LINES)]
            label = f"{one.database}: {one.n_new} new, {one.n_known} known fakes"
            axes.plot(one.wrong, one.right, color=colour, linestyle=dashes, label=label)
        axes.set_title(approach, fontsize=9.5, loc="left")
        axes.set_xlim(0, 103)
        axes.set_ylim(0, 103)
    lines = {line.get_label(): line for axes in panels for line in axes.lines}
    figure.legend(list(lines.values()), list(lines), loc="outside lower center", ncols=2)
    below = "known fakes named right over new fakes that get a name, percent"
    style.head_line(figure, TITLE, below)
    return figure
