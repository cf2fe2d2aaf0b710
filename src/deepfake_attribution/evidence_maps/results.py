"""How true the maps of each approach are on each attack, with intervals over source videos."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from deepfake_attribution.core.video import REAL
from deepfake_attribution.evaluate.uncertainty.draws import draw
from deepfake_attribution.evaluate.uncertainty.intervals import interval
from deepfake_attribution.evidence_maps.files import OCCLUSION

SEEN, UNSEEN = "seen", "unseen"  # parts, as in `evaluate.headline`, which imports much
# Differences whose interval is given; above 0 the map is better than what it is compared with.
GAINS = ("gain", "over_source", "over_occlusion", "deletion_gain", "insertion_gain")
MEANS = (
    *("inside", "chance", "source_inside"),
    *("deletion", "deletion_random", "insertion", "insertion_random"),
)
KEYS = ["approach", "method", "dataset", "attack"]


def with_gains(crops: pd.DataFrame) -> pd.DataFrame:
    """Return the crops with `GAINS`; NaN where one of the two compared figures is missing.

    ``gain``: share inside the mask, less the mask's share of the crop. ``over_source``: less the
    share that the untouched source's map has inside the same mask. ``over_occlusion``: of another
    method, less the share that the map of occlusion of the same crop has inside the mask.
    ``deletion_gain``, ``insertion_gain``: by how much the area is better than that of a random map.
    """
    keys = ["approach", "dataset", "video"]
    first = crops[crops["method"] == OCCLUSION].set_index(keys)["inside"]
    others = crops["method"] != OCCLUSION
    by_occlusion = pd.Series(
        first.reindex(pd.MultiIndex.from_frame(crops[keys])).to_numpy(np.float64), crops.index
    )
    return crops.assign(
        gain=crops["inside"] - crops["chance"],
        over_source=crops["inside"] - crops["source_inside"],
        over_occlusion=(crops["inside"] - by_occlusion).where(others),
        deletion_gain=crops["deletion"] - crops["deletion_random"],
        insertion_gain=crops["insertion_random"] - crops["insertion"],
    )


def rows(
    crops: pd.DataFrame,
    training: Sequence[str],
    classes: Sequence[str],
    draws: int,
    level: float,
    seed: int,
) -> pd.DataFrame:
    """Return a row per approach, method, dataset and attack, in the order of the crops.

    Args:
        crops: `files.CROPS`.
        training: datasets that were trained on.
        classes: that were trained on; an attack is ``seen`` only in datasets trained on.
        draws, level: ``uncertainty.draws`` and ``.level``.
        seed: of the draws.

    Returns:
        `KEYS`; ``part``; ``n``, the crops with a share inside the mask, ``n_flat``, those where
        nothing speaks for fake, ``n_lost``, those without a map or mask, and ``sources``; the
        means of `MEANS` over the n crops; each of `GAINS` with ``_low`` and ``_high``;
        ``confidence`` in percent, and ``note``: why ``gain`` has no interval.
    """
    fakes = with_gains(crops[crops["attack"] != REAL])
    found = []
    for key, own in fakes.groupby(KEYS, sort=False):
        row: dict[str, Any] = dict(zip(KEYS, map(str, key), strict=True))
        seen = row["dataset"] in training and row["attack"] in classes
        found.append(row | {"part": SEEN if seen else UNSEEN} | _of(own, draws, level, seed))
    return pd.DataFrame(found, columns=COLUMNS)


def _of(own: pd.DataFrame, draws: int, level: float, seed: int) -> dict[str, Any]:
    measured = own["chance"].notna()
    there = own[measured & own["inside"].notna()]
    row: dict[str, Any] = {
        "n": len(there),
        "n_flat": int((measured & own["inside"].isna()).sum()),
        "n_lost": int((~measured).sum()),
        "sources": there["group"].nunique(),
    }
    row |= {name: float(there[name].mean()) for name in MEANS}
    note = ""
    for gain in GAINS:
        values, why = _interval(there, gain, draws, level, seed)
        row |= values
        note = why if gain == GAINS[0] else note
    return row | {"confidence": level, "note": note}


def _interval(
    there: pd.DataFrame, gain: str, draws: int, level: float, seed: int
) -> tuple[Mapping[str, float], str]:
    """Return the mean of a gain with its interval, and why there is none."""
    known = there[there[gain].notna()]
    if known.empty:
        return dict.fromkeys((gain, f"{gain}_low", f"{gain}_high"), np.nan), "nothing to count"
    names, column = np.unique(known["group"].to_numpy(str), return_inverse=True)
    name = f"evidence maps {known['dataset'].iloc[0]}"  # the same draws for all approaches
    weights = draw(len(names), draws, seed, name)
    sums = np.bincount(column, known[gain].to_numpy(np.float64), minlength=len(names))
    counts = np.bincount(column, minlength=len(names))
    got = interval((weights @ sums) / (weights @ counts), level, len(names))
    return {gain: got.value, f"{gain}_low": got.low, f"{gain}_high": got.high}, got.note


COLUMNS = [
    *KEYS,
    *("part", "n", "n_flat", "n_lost", "sources"),
    *MEANS,
    *(f"{gain}{end}" for gain in GAINS for end in ("", "_low", "_high")),
    *("confidence", "note"),
]
