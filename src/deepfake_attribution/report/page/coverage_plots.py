"""The share answered against the error, as plotly figures: a line for each approach."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from deepfake_attribution.evaluate.protocol import Protocol
from deepfake_attribution.likelihood import abstention
from deepfake_attribution.likelihood.results import part_of
from deepfake_attribution.report.abstention import answered, arrays
from deepfake_attribution.report.answers import first_unseen
from deepfake_attribution.report.page import plots
from deepfake_attribution.report.page.likelihood_plots import PARTS

CAPTION = (
    "{database} ({part}): {real} real and {fake} fake test videos. The error of the answers, as "
    "videos with ever weaker likelihood ratios are answered, too. {mark} Reals and fakes have the "
    "same weight. Video level, first training seed."
)
MARK = (
    'A mark is the rule for "not known" in use. It may lie above its line: then the ratio alone, '
    "at the same share, makes fewer errors."
)
READING = (
    "Further left, fewer videos are answered: those with the strongest likelihood ratios. Where a "
    "line falls to the left, strong ratios are wrong less often; where it is flat, they are not. "
    "Only the left end of each step can be reached: videos with equal ratios are answered "
    "together.",
    "A mark is the rule: no answer for likelihood ratios between 1/2 and 2 or against the "
    "threshold's verdict, nor for videos too far from known ones. It is not on its line, because "
    "the line uses the likelihood ratio alone, not the threshold or the distance.",
)


@dataclass(frozen=True)
class Coverage:
    """The curve of an approach on a database, in percent.

    Attributes:
        approach, database, part: which; part is ``seen`` or ``unseen``.
        n_real, n_fake: test videos.
        answered, error: (P,) of the curve, see `abstention.curve`.
        point: answered and error with the rule; NaN if nothing is answered.
    """

    approach: str
    database: str
    part: str
    n_real: int
    n_fake: int
    answered: np.ndarray
    error: np.ndarray
    point: tuple[float, float]


def collect(videos: pd.DataFrame, protocol: Protocol) -> list[Coverage]:
    """Return the curves, by database and approach, in the order of the tables.

    Args:
        videos: of `report.abstention.Rows`.
        protocol: which videos are counted where.
    """
    found = []
    for database, members in protocol.rows().items():
        there = protocol.select(videos, members)
        for approach, own in there.groupby("approach", sort=False):
            ratios, real, called = arrays(own)
            if real.all() or not real.any():
                continue
            given, error = abstention.curve(ratios, real)
            rule = abstention.answers(called, real, answered(own))
            counts = int(real.sum()), int((~real).sum())
            name, part = str(approach), part_of(database, protocol)
            point = (rule.answered, rule.error)
            found.append(Coverage(name, database, part, *counts, given, error, point))
    return found


def section(curves: Sequence[Coverage]) -> dict[str, Any]:
    """Return the section: a choice of the database.

    Args:
        curves: from `collect`; at least one.
    """
    parts = {one.database: one.part for one in curves}
    names = list(parts)
    views = []
    for name in names:
        own = [one for one in curves if one.database == name]
        first = own[0]
        caption = CAPTION.format(
            database=name,
            part=PARTS[first.part],
            real=first.n_real,
            fake=first.n_fake,
            mark=MARK,
        )
        views.append({"caption": caption, "panels": [_panel(name, own)]})
    first_shown = first_unseen(list(parts.values()))
    return plots.section([plots.choice("Database", names, first_shown)], views)


def highest(curves: Sequence[Coverage]) -> float:
    """Return where the axis of the error ends."""
    drawn = [one.error for one in curves] + [np.array([one.point[1]]) for one in curves]
    return float(min(100.0, 1.1 * max(10.0, np.nanmax(np.concatenate(drawn)))))


def _panel(database: str, curves: Sequence[Coverage]) -> dict[str, Any]:
    traces = []
    for one in curves:
        line, marker = plots.look(one.approach)
        hover = (
            f"<b>{one.approach}</b><br>%{{x:.1f}} % answered, %{{y:.1f}} % of the answers are wrong"
        )
        traces.append(
            go.Scatter(
                name=one.approach,
                x=np.round(one.answered, 2).tolist(),
                y=np.round(one.error, 2).tolist(),
                mode="lines",
                line={**line, "shape": "hv"},  # no point between two can be reached
                legendgroup=one.approach,
                hovertemplate=f"{hover}<extra></extra>",
            )
        )
        if np.isfinite(one.point).all():
            traces.append(
                go.Scatter(
                    x=[one.point[0]],
                    y=[one.point[1]],
                    mode="markers",
                    marker=marker,
                    legendgroup=one.approach,
                    showlegend=False,
                    hovertemplate=f"{hover}, with the rule<extra></extra>",
                )
            )
    return plots.panel(
        f"Share answered against error on {database}",
        traces,
        height=460,
        xaxis={"title_text": "videos answered, %", "range": (0, 102)},
        yaxis={"title_text": "wrong answers, %", "range": (0, highest(curves))},
    )
