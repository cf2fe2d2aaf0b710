"""Right names of known attacks against names of unseen ones, as a picture."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from matplotlib.axes import Axes

from deepfake_attribution.figures import style
from deepfake_attribution.report.oscr import Oscr
from deepfake_attribution.report.page import approach_panels
from deepfake_attribution.report.page.fallbacks import Picture, saved

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
    below = "known fakes named right over new fakes that get a name, percent"
    with style.drawing():
        drawn = approach_panels.figure(curves, _line, title=TITLE, below=below, highest=103)
        return [saved(drawn, page, "oscr", TITLE, CAPTION)]


def _line(axes: Axes, one: Oscr, look: dict[str, Any]) -> None:
    label = f"{one.database}: {one.n_new} new, {one.n_known} known fakes"
    axes.plot(one.wrong, one.right, label=label, **look)
