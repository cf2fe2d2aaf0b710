"""The share answered against the error, as a picture for print and for a page without scripts."""

from collections.abc import Sequence
from pathlib import Path

from matplotlib.figure import Figure

from deepfake_attribution.figures import style
from deepfake_attribution.figures.roc import LINES
from deepfake_attribution.report.page.coverage_plots import MARK, Coverage, highest
from deepfake_attribution.report.page.fallbacks import Picture, grid, saved
from deepfake_attribution.report.page.likelihood_plots import PARTS

TITLE = "Share answered against error"
CAPTION = (
    "Percent of the answers that are wrong, as videos with ever weaker likelihood ratios are "
    f"answered, too. {MARK} Reals and fakes have the same weight. Video level, first training seed."
)


def draw(curves: Sequence[Coverage], page: Path) -> list[Picture]:
    """Write the picture below the page's folder.

    Args:
        curves: `coverage_plots.collect`; without one there is no picture.
        page: the folder of the page's files.
    """
    if not curves:
        return []
    with style.drawing():
        return [saved(_figure(curves), page, "coverage", TITLE, CAPTION)]


def _figure(curves: Sequence[Coverage]) -> Figure:
    approaches = list(dict.fromkeys(one.approach for one in curves))
    databases = list(dict.fromkeys(one.database for one in curves))
    figure, panels = grid(len(approaches), top=1.3, row=1.9, sharey=True)
    for axes, approach in zip(panels, approaches, strict=True):
        for one in (curve for curve in curves if curve.approach == approach):
            colour, dashes = LINES[databases.index(one.database) % len(LINES)]
            label = f"{one.database} ({PARTS[one.part]}): {one.n_real} real, {one.n_fake} fake"
            axes.step(
                one.answered, one.error, where="post", color=colour, linestyle=dashes, label=label
            )
            axes.plot(*one.point, "o", color=colour, markeredgecolor="white", zorder=3)
        axes.set_title(approach, fontsize=9.5, loc="left")
        axes.set_xlim(0, 103)
        axes.set_ylim(0, highest(curves))
    lines = {line.get_label(): line for axes in panels for line in axes.lines}
    shown = {label: line for label, line in lines.items() if not str(label).startswith("_")}
    figure.legend(list(shown.values()), list(shown), loc="outside lower center", ncols=2)
    below = "video level, test part; wrong answers over videos answered, percent"
    style.head_line(figure, TITLE, below)
    return figure
