"""The figures of experiments side by side, and what a difference must exceed."""

import math
from collections.abc import Mapping
from dataclasses import dataclass

import pandas as pd

from deepfake_attribution.evaluate.over_seeds import SEED
from deepfake_attribution.evaluate.protocol import ALL


@dataclass(frozen=True)
class Reading:
    """An approach on a database, with several training seeds.

    Attributes:
        auc: of each seed, in percent.
        hter: of each seed, in percent.
        n_real: videos.
        n_fake: videos.
    """

    auc: tuple[float, ...]
    hter: tuple[float, ...]
    n_real: int
    n_fake: int


def readings(figures: pd.DataFrame, database: str) -> dict[str, Reading]:
    """Return approach -> its figures at video level, over all attacks and compressions.

    Args:
        figures: a row per approach, database, attack, compression, level and seed.
        database: which.
    """
    rows = figures[
        (figures["database"] == database)
        & (figures["attack"] == ALL)
        & (figures["level"] == "video")
    ]
    # The first row of each is over all compressions.
    rows = rows.drop_duplicates(["approach", SEED])
    return {
        str(approach): Reading(
            tuple(map(float, group["auc"])),
            tuple(map(float, group["hter"])),
            int(group["n_real"].iloc[0]),
            int(group["n_fake"].iloc[0]),
        )
        for approach, group in rows.groupby("approach", sort=False)
    }


def mean(values: tuple[float, ...]) -> float:
    """Return the mean; NaN where a seed has none."""
    return sum(values) / len(values) if values else math.nan


def least_difference(found: Mapping[str, Reading]) -> float:
    """Return how far two means lie apart before it is more than what other seeds alone do.

    It is twice the standard error of a difference of two means over n seeds: 2 s sqrt(2 / n), with
    s the standard deviation over seeds, pooled over all experiments (each has its own mean). In
    percentage points of AUC; NaN where no experiment has two seeds.

    Args:
        found: experiment -> the same approach on the same database.
    """
    squares, free, seeds = 0.0, 0, 0
    for one in found.values():
        if len(one.auc) > 1 and not any(map(math.isnan, one.auc)):
            squares += sum((value - mean(one.auc)) ** 2 for value in one.auc)
            free += len(one.auc) - 1
            seeds = len(one.auc)
    return 2 * math.sqrt(squares / free) * math.sqrt(2 / seeds) if free else math.nan
