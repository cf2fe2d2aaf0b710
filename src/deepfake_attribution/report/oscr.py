"""Known attacks named right against unseen attacks given a known name: OSCR.

As in Dhamija et al., "Reducing network agnostophobia", NeurIPS 2018, for the names of attacks: a
fake gets the name of its most probable attack if that is probable enough. As the limit falls, more
known attacks are named right, and more unseen ones get a name that cannot be right.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from deepfake_attribution.core import paths, tables
from deepfake_attribution.core.video import REAL
from deepfake_attribution.evaluate.protocol import Protocol
from deepfake_attribution.evaluate.scoring import APPROACH, KEY, PROBABILITY
from deepfake_attribution.evaluate.uncertainty.intervals import Interval, interval
from deepfake_attribution.evaluate.uncertainty.resampling import resample
from deepfake_attribution.report.cells import bracketed, percent
from deepfake_attribution.report.content import Part, Table
from deepfake_attribution.report.source_draws import Draws

HEADING = "Names of attacks, known and never trained on"
TEXT = (
    "Each fake gets the name of its most probable attack, if its probability reaches a limit. "
    "Right names: share of the known fakes (test part of the databases trained on) with their own "
    "name. Wrongly named: share of the fakes of attacks never trained on that get any name. The "
    "area below the curve of right names over wrongly named ones (OSCR) is at most the share of "
    "right names without a limit; half of that is chance. In brackets the {level:g} % interval "
    "from resampled source videos. Approaches without probabilities of classes (Binary, SVM) are "
    "left out. Video level, first training seed."
)
Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Oscr:
    """The curve of an approach for the unseen attacks of a database, in percent.

    Attributes:
        approach, database: which.
        n_known, n_new: fakes of known attacks, and of attacks never trained on.
        wrong, right: (P,) shares from the strictest limit on, beginning with 0.
        area: below the curve.
    """

    approach: str
    database: str
    n_known: int
    n_new: int
    wrong: Floats
    right: Floats
    area: Interval


def read(heads: Sequence[str], seed: int) -> pd.DataFrame:
    """Return the videos of one training seed with the probabilities of their classes."""
    wanted = [("seed", "==", seed)]
    parts = [tables.read(paths.scores(head), filters=wanted) for head in heads]
    return pd.concat(parts, ignore_index=True)


def collect(
    videos: pd.DataFrame, protocol: Protocol, new: Mapping[str, Sequence[str]], draws: Draws
) -> list[Oscr]:
    """Return the curves, by database and approach, in the order of the tables.

    Args:
        videos: from `read`.
        protocol: which videos are counted where.
        new: database -> attacks that were never trained on.
        draws: of source videos.
    """
    own = videos.loc[videos["dataset"].isin(protocol.training), "attack"]
    attacks = [name for name in own.unique() if name != REAL and f"{PROBABILITY}{name}" in videos]
    shares = [f"{PROBABILITY}{name}" for name in attacks]
    fakes = (videos["attack"] != REAL) & (videos["split"] == "test")
    there = videos[fakes & videos[shares].notna().all(axis=1)]
    if not shares or there.empty:
        return []
    chosen = there[shares].to_numpy(np.float64)
    named = np.array(attacks, dtype=object)[chosen.argmax(axis=1)]
    there = there.assign(named=named, chance=chosen.max(axis=1))
    known = there[there["dataset"].isin(protocol.training) & there["attack"].isin(attacks)]
    found = []
    for database, members in protocol.rows().items():
        unseen = protocol.select(there, members)
        unseen = unseen[unseen["attack"].isin(new.get(database, ()))]
        for approach, others in unseen.groupby(APPROACH, sort=False):
            own = known[known[APPROACH] == approach]
            if len(own):
                found.append(_curve(str(approach), database, own, others, draws))
    return found


def _curve(
    approach: str, database: str, known: pd.DataFrame, unseen: pd.DataFrame, draws: Draws
) -> Oscr:
    right = (known["named"] == known["attack"]).to_numpy()
    chances, others = known["chance"].to_numpy(), unseen["chance"].to_numpy()
    limits = np.unique(np.concatenate([chances, others]))[::-1]
    # a known fake with a wrong name is below every limit, so the area is an AUC
    scores = np.where(right, chances, -1.0)
    columns, weights = draws.of(pd.concat([known[KEY], unseen[KEY]]), database)
    is_known = np.arange(len(columns)) < len(known)
    drawn = resample(np.concatenate([scores, others]), is_known, columns, weights, 0.0)
    sources = min(len(np.unique(columns[side])) for side in (is_known, ~is_known))
    return Oscr(
        approach=approach,
        database=database,
        n_known=len(known),
        n_new=len(unseen),
        wrong=_shares(others, limits),
        right=_shares(scores, limits),
        area=interval(drawn["auc"], draws.level, sources),
    )


def _shares(scores: Floats, limits: Floats) -> Floats:
    """Return the percentage of scores from each limit on; the first is 0, above all of them."""
    counts = len(scores) - np.searchsorted(np.sort(scores), limits, side="left")
    return np.concatenate([[0.0], 100 * counts / len(scores)])


def part(curves: Sequence[Oscr], level: float) -> list[Part]:
    """Return the part of the section; none without curves.

    Args:
        curves: from `collect`.
        level: of the intervals, in percent.
    """
    if not curves:
        return []
    return [Part(HEADING, [Table("", table(curves))], [TEXT.format(level=level)])]


def table(curves: Sequence[Oscr]) -> pd.DataFrame:
    """Return a row per curve."""
    return pd.DataFrame(
        {
            "database": one.database,
            "approach": one.approach,
            "area (OSCR), %": percent(one.area.value) + bracketed(one.area.low, one.area.high),
            "right names without a limit, %": percent(float(one.right[-1])),
            "known fakes": one.n_known,
            "fakes of new attacks": one.n_new,
        }
        for one in curves
    )
