"""The difference of two recipes in AUC, each trained with several seeds: one interval for both.

Two things vary by chance: which videos are tested, and how a training turns out with its seed. Both
are drawn with replacement (the bootstrap of two crossed factors: Owen, "The pigeonhole bootstrap",
Annals of Applied Statistics 1(2), 2007). Source videos are drawn once for both recipes, which were
tested on the same ones. Training seeds are drawn for each recipe on its own, because its trainings
have nothing in common with the other's.

With few seeds such an interval is too narrow, for two reasons. The variance of the mean of n comes
out (n - 1) / n times what it is: so n - 1 of n seeds are drawn (Rao and Wu, "Resampling inference
with complex survey data", JASA 83, 1988). And that variance is itself uncertain: so the percentiles
lie as far out as Student's t lies beyond the normal distribution (Hesterberg, "What teachers should
know about the bootstrap", American Statistician 69, 2015).
"""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pandas as pd
from scipy.stats import norm
from scipy.stats import t as student

from deepfake_attribution.core.video import REAL
from deepfake_attribution.evaluate.uncertainty.assessment import (
    Database,
    Floats,
    Scored,
    count_sources,
    has_scores,
    needed,
    resampled,
)
from deepfake_attribution.evaluate.uncertainty.draws import Weights, draw
from deepfake_attribution.evaluate.uncertainty.intervals import Interval, interval

ONE_SEED = "no interval: one training seed cannot show whether a difference is chance"


def draw_seeds(seeds: int, draws: int, seed: int, name: str) -> Weights:
    """Return (1 + draws, seeds) weights of the training seeds of one recipe.

    Args:
        seeds: how many it was trained with.
        draws: how many to make.
        seed: of the project.
        name: of the recipe; each has its own draws.
    """
    return draw(seeds, draws, seed, f"training seeds of {name}", size=max(1, seeds - 1))


def difference(
    database: Database,
    videos: pd.DataFrame,
    sides: tuple[Sequence[Scored], Sequence[Scored]],
    seeds: tuple[Weights, Weights],
    confidence: float,
) -> tuple[Interval, int]:
    """Return the first recipe's mean AUC minus the second's, on the videos that both score.

    Args:
        database: of `assessment.databases`.
        videos: as there.
        sides: the trainings of each recipe, one per seed, of one approach at the video level.
        seeds: of `draw_seeds` for each, as many draws as ``database`` has.
        confidence: percent of the draws that the interval holds.

    Returns:
        In percentage points; without an interval if one of them has a single seed. And how many
        videos of the database were left out, because a training has no score for them.
    """
    real = (videos["attack"] == REAL).to_numpy()
    here = database.group >= 0
    counts = here & has_scores([*sides[0], *sides[1]], len(videos))
    means = []
    for trainings, weights in zip(sides, seeds, strict=True):
        auc = np.stack([resampled(database, one, counts, real)["auc"] for one in trainings], axis=1)
        means.append(_weighted(auc, weights))
    sources = count_sources(database, np.flatnonzero(counts), real)
    wider = _with_students_t(confidence, sum(map(len, sides)) - 2)
    found = interval(means[0] - means[1], wider, needed("auc", sources))
    if min(map(len, sides)) < 2 and not np.isnan(found.value):
        found = replace(found, low=np.nan, high=np.nan, note=ONE_SEED)
    return found, int((here & ~counts).sum())


def _weighted(values: Floats, weights: Weights) -> Floats:
    """Return (D,) means of (D, seeds) values; NaN where any value of the draw is NaN."""
    return np.asarray((values * weights).sum(axis=1) / weights.sum(axis=1))


def _with_students_t(confidence: float, freedom: int) -> float:
    """Return the confidence, in percent, at which the normal's interval is as wide as t's."""
    if freedom < 1:
        return confidence
    end = student.ppf((1 + confidence / 100) / 2, freedom)
    return float(100 * (1 - 2 * norm.sf(end)))
