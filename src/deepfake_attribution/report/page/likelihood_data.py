"""Tippett and ECE curves of every approach on every database, of the first training seed."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from deepfake_attribution.core.video import REAL
from deepfake_attribution.evaluate.protocol import Protocol
from deepfake_attribution.likelihood import measures
from deepfake_attribution.likelihood.results import RATIO, part_of

Floats = NDArray[np.float64]
STEP = 0.02  # of log10 LR in Tippett curves
BEYOND = 0.25  # of log10 LR, drawn beyond the largest ratio
PRIOR = np.round(np.arange(-2.5, 2.51, 0.1), 2)  # log10 prior odds of real in ECE curves


@dataclass(frozen=True)
class Curves:
    """The curves of an approach on a database.

    Attributes:
        approach: its name.
        n_real, n_fake: test videos with a ratio.
        ratios: (T,) log10 LR of the Tippett curves.
        reals, fakes: (T,) percent of them with at least this log10 LR.
        ece: (P,) bits at each of `PRIOR`.
        best: (P,) the same after the best recalibration (PAV).
        neutral: (P,) the same with LR = 1 for every video.
    """

    approach: str
    n_real: int
    n_fake: int
    ratios: Floats
    reals: Floats
    fakes: Floats
    ece: Floats
    best: Floats
    neutral: Floats


@dataclass(frozen=True)
class Drawn:
    """A database with the curves of its approaches.

    Attributes:
        database: its name.
        part: ``seen`` or ``unseen``.
        curves: of each approach that has reals and fakes there.
    """

    database: str
    part: str
    curves: Sequence[Curves]


def collect(table: pd.DataFrame, protocol: Protocol) -> list[Drawn]:
    """Return the databases with at least one approach to draw, in the order of the tables.

    Args:
        table: `likelihood.files.read_ratios` of one seed.
        protocol: which videos are counted where.
    """
    rated = table[table[RATIO].notna()]
    if rated.empty:
        return []
    end = float(np.ceil((rated[RATIO].abs().max() + BEYOND) / STEP)) * STEP
    at = np.round(np.arange(-end, end + STEP / 2, STEP), 4)
    found = []
    for database, members in protocol.rows().items():
        there = protocol.select(rated, members)
        curves = [
            _curves(str(approach), own, at)
            for approach, own in there.groupby("approach", sort=False)
            if (own["attack"] == REAL).any() and (own["attack"] != REAL).any()
        ]
        if curves:
            found.append(Drawn(database, part_of(database, protocol), curves))
    return found


def _curves(approach: str, rows: pd.DataFrame, at: Floats) -> Curves:
    ratios, real = rows[RATIO].to_numpy(np.float64), (rows["attack"] == REAL).to_numpy()
    # rounded down a little, so that a ratio at a drawn value counts as at least this value
    reals, fakes = measures.tippett(ratios, real, at - 1e-9)
    return Curves(
        approach=approach,
        n_real=int(real.sum()),
        n_fake=int((~real).sum()),
        ratios=at,
        reals=reals,
        fakes=fakes,
        ece=measures.ece(ratios, real, PRIOR),
        best=measures.ece(measures.recalibrated(ratios, real), real, PRIOR),
        neutral=measures.ece(np.zeros(len(ratios)), real, PRIOR),
    )
