"""Figures before and after an attack was enrolled: how many videos of how many, with intervals."""

from collections.abc import Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from deepfake_attribution.analyse.bundle.joined import Counted
from deepfake_attribution.core.video import REAL
from deepfake_attribution.evaluate.uncertainty.draws import draw
from deepfake_attribution.evaluate.uncertainty.intervals import interval

DRAWS, CONFIDENCE = 2000, 95.0

NEW_FAKE = "new_called_fake"
NEW_NAMED = "new_called_fake_and_named"
NEW_NOT_KNOWN = "new_not_known"
OLD_FAKE = "old_called_fake"
OLD_NAMED = "old_called_fake_and_named"
OLD_TAKEN = "old_named_as_the_new"
REALS_FAKE = "reals_called_fake"
REALS_NEWLY_FAKE = "reals_newly_called_fake"
REALS_NOT_KNOWN = "reals_not_known"
JOINED_FAKE = "joined_reals_called_fake"
JOINED_NAMED = "joined_reals_named_as_the_new"
JOINED_NOT_KNOWN = "joined_reals_not_known"


def before(old: pd.DataFrame, asked: pd.DataFrame, names_old: bool) -> dict[str, Counted]:
    """Return the figures of the older version.

    Args:
        old: the known videos, judged out of fold (`assessment.Assessed.videos`).
        asked: the enrolled clips, and reals that join with them, judged by what was learnt from all
            known videos.
        names_old: whether the approach names the attacks that it was trained on.
    """
    return _sides(old, asked, names_old)


def after(
    videos: pd.DataFrame, older: pd.DataFrame, name: str, names_old: bool
) -> dict[str, Counted]:
    """Return the figures of the new version.

    Args:
        videos: known videos, enrolled clips and reals, judged out of fold together.
        older: the known videos as given to `before`.
        name: of the enrolled attack.
        names_old: as for `before`.
    """
    was_there = videos["video"].isin(older["video"])
    old, asked = videos[was_there], videos[~was_there]
    found = _sides(old, asked, names_old)
    new, joined = asked[asked["attack"] == name], asked[asked["attack"] == REAL]
    found[NEW_NAMED] = counted(new, new["fake"] & (new["named"] == name))
    attacks, reals = old[old["attack"] != REAL], old[old["attack"] == REAL]
    found[OLD_TAKEN] = counted(attacks, attacks["fake"] & (attacks["named"] == name))
    was_fake = reals["video"].map(older.set_index("video")["fake"]).astype(bool)
    found[REALS_NEWLY_FAKE] = counted(reals, reals["fake"] & ~was_fake)
    if len(joined):
        found[JOINED_NAMED] = counted(joined, joined["fake"] & (joined["named"] == name))
    return found


def _sides(old: pd.DataFrame, asked: pd.DataFrame, names_old: bool) -> dict[str, Counted]:
    reals, attacks = old[old["attack"] == REAL], old[old["attack"] != REAL]
    new, joined = asked[asked["attack"] != REAL], asked[asked["attack"] == REAL]
    found = {
        NEW_FAKE: counted(new, new["fake"]),
        NEW_NOT_KNOWN: counted(new, ~new["known"]),
        OLD_FAKE: counted(attacks, attacks["fake"]),
        REALS_FAKE: counted(reals, reals["fake"]),
        REALS_NOT_KNOWN: counted(reals, ~reals["known"]),
    }
    if names_old:
        right = attacks["fake"] & (attacks["named"] == attacks["attack"])
        found[OLD_NAMED] = counted(attacks, right)
    if len(joined):
        found[JOINED_FAKE] = counted(joined, joined["fake"])
        found[JOINED_NOT_KNOWN] = counted(joined, ~joined["known"])
    return found


def counted(videos: pd.DataFrame, hits: pd.Series) -> Counted:
    """Return how many of ``videos`` are hits, with the interval over their sources.

    Args:
        videos: with ``source``.
        hits: of each one; true or false, or a share in 0 to 1.
    """
    if videos.empty:
        return Counted(k=0, n=0)
    values = hits.to_numpy(np.float64)
    ends = _interval(values, videos["source"].tolist())
    total = float(values.sum())
    return Counted(k=total, n=len(videos), low=ends and ends[0], high=ends and ends[1])


def _interval(values: NDArray[np.float64], sources: Sequence[str]) -> tuple[float, float] | None:
    """Return the ends of the interval of a mean, percent; None if the sources are too few.

    Where all videos agree, so do all draws: then it is the exact binomial interval of the sources.
    """
    names, of = np.unique(np.asarray(sources, dtype=str), return_inverse=True)
    weights = draw(len(names), DRAWS, 0, "enrol")
    sums, sizes = np.bincount(of, values), np.bincount(of)
    drawn = 100 * (weights @ sums) / (weights @ sizes)
    found = interval(drawn, CONFIDENCE, len(names))
    if np.isnan(found.low):
        return None
    if found.low == found.high and found.value in (0, 100):
        from scipy.stats import binomtest

        agreeing = len(names) if found.value else 0
        exact = binomtest(agreeing, len(names)).proportion_ci(CONFIDENCE / 100)
        return 100 * float(exact.low), 100 * float(exact.high)
    return max(found.low, 0.0), min(found.high, 100.0)
