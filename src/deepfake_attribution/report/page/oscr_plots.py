"""Right names of known attacks against names of unseen ones, as plotly figures."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import plotly.graph_objects as go

from deepfake_attribution.report.oscr import Oscr
from deepfake_attribution.report.page import plots

CAPTION = (
    "{new} fakes of {database} by attacks never trained on, {known} fakes of known attacks of the "
    "databases trained on. As the limit of the probability falls, more known fakes get their own "
    "name (up), and more of the new ones get a name, too (right). Video level, test part, first "
    "training seed."
)
READING = (
    "Up and to the left is better: known attacks are named, unseen ones are not. Where a line "
    "follows the straight one from the lower left to its own right end, the probability does not "
    "tell them apart.",
    "A line ends at the right where every fake gets a name: its height there is the share of known "
    "fakes with the right name.",
)


def section(curves: Sequence[Oscr]) -> dict[str, Any]:
    """Return the section: a choice of the database.

    Args:
        curves: `oscr.collect`; at least one.
    """
    names = list(dict.fromkeys(one.database for one in curves))
    views = []
    for name in names:
        own = [one for one in curves if one.database == name]
        caption = CAPTION.format(database=name, new=own[0].n_new, known=own[0].n_known)
        views.append({"caption": caption, "panels": [_panel(name, own)]})
    return plots.section([plots.choice("Database", names, 0)], views)


def _panel(database: str, curves: Sequence[Oscr]) -> dict[str, Any]:
    traces = []
    for one in curves:
        line, _ = plots.look(one.approach)
        hover = (
            f"<b>{one.approach}</b> (area {one.area.value:.1f} %)<br>%{{y:.1f}} % of the known "
            "fakes named right, %{x:.1f} % of the new ones named"
        )
        traces.append(
            go.Scatter(
                name=one.approach,
                x=np.round(one.wrong, 2).tolist(),
                y=np.round(one.right, 2).tolist(),
                mode="lines",
                line=line,
                legendgroup=one.approach,
                hovertemplate=f"{hover}<extra></extra>",
            )
        )
    return plots.panel(
        f"Right names of known attacks against names of new attacks of {database}",
        traces,
        height=460,
        xaxis={"title_text": "new fakes that get a name, %", "range": (0, 102)},
        yaxis={"title_text": "known fakes named right, %", "range": (0, 102)},
    )
