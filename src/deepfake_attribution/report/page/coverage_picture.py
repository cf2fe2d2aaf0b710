"""The share answered against the error, as a picture for print and for a page without scripts."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from matplotlib.axes import Axes

from deepfake_attribution.figures import style
from deepfake_attribution.report.page import approach_panels
from deepfake_attribution.report.page.coverage_plots import MARK, Coverage, highest
from deepfake_attribution.report.page.fallbacks import Picture, saved
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
    below = "video level, test part; wrong answers over videos answered, percent"
    with style.drawing():
        drawn = approach_panels.figure(
            curves, _line, title=TITLE, below=below, highest=highest(curves)
        )
        return [saved(drawn, page, "coverage", TITLE, CAPTION)]


def _line(axes: Axes, one: Coverage, look: dict[str, Any]) -> None:
    label = f"{one.database} ({PARTS[one.part]}): {one.n_real} real, {one.n_fake} fake"
    axes.step(one.answered, one.error, where="post", label=label, **look)
    axes.plot(*one.point, "o", color=look["color"], markeredgecolor="white", zorder=3)
