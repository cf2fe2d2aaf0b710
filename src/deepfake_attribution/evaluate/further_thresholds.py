"""Error rates at further thresholds: one adapted to unlabelled videos, and the best one.

The threshold from validation may not suit another camera. Its HTER then mixes two things: how well
the scores rank, and how far they have shifted. Two further thresholds take them apart:

- ``adapted`` (``evaluate.adapted_threshold: ends``): moved by scores of the new source, without
  labels, see `adapt`;
- ``oracle``: the best on the tested videos themselves, see `best`. It needs their labels, so nobody
  can have it in practice: it shows how much of HTER is the threshold's fault.
"""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from deepfake_attribution.core.metrics import Figures
from deepfake_attribution.core.video import REAL
from deepfake_attribution.evaluate.protocol import (
    LEVELS,
    Evaluation,
    Protocol,
)
from deepfake_attribution.evaluate.scoring import APPROACH, SCORE
from deepfake_attribution.evaluate.settings import Evaluate
from deepfake_attribution.evaluate.threshold import SET_ON, Threshold

Floats = NDArray[np.float64]
PAPER, ADAPTED, ORACLE = "paper", "adapted", "oracle"
RATES = ("fnr", "fpr", "hter")
PARTS = 20  # an end is where one part of 20 (5 %) of the scores is beyond it
COLUMNS = [
    *("approach", "database", "level", "rule", "threshold", *RATES),
    *("n_real", "n_fake", "k_fnr", "k_fpr", "low", "high"),
]


@dataclass(frozen=True)
class Ends:
    """The scores between which nearly all of a source's scores are.

    Attributes:
        low: the smallest score that 5 % of all scores do not exceed.
        high: the largest score that 5 % of all scores reach.
    """

    low: float
    high: float


def ends(scores: Floats, weights: NDArray[np.integer[Any]]) -> tuple[Floats, Floats]:
    """Return ``low`` and ``high`` of `Ends` for each row of weights.

    Args:
        scores: (N,) rising, N at least 1.
        weights: (D, N) how often each score counts; integers, so that no sum is rounded.

    Returns:
        (D,) each; the first and the last score where all weights are 0.
    """
    sums = np.cumsum(weights, axis=1, dtype=np.int64)
    total = sums[:, -1:]
    low = np.argmax(PARTS * sums >= total, axis=1)
    from_above = total - sums + weights  # of this score and all above it
    high = len(scores) - 1 - np.argmax((PARTS * from_above >= total)[:, ::-1], axis=1)
    return scores[low], scores[high]


def reference(scores: Floats, real: NDArray[np.bool_]) -> Ends | None:
    """Return the ends of validation scores, with reals and fakes weighted as if equally many.

    Returns:
        None if there are no reals or no fakes.
    """
    n_real = int(real.sum())
    n_fake = len(real) - n_real
    if not n_real or not n_fake:
        return None
    order = np.argsort(scores, kind="stable")
    weights = np.where(real[order], n_fake, n_real).astype(np.int64)
    low, high = ends(scores[order], weights[np.newaxis])
    return Ends(float(low[0]), float(high[0]))


def adapt(threshold: float, known: Ends, low: Floats, high: Floats) -> Floats:
    """Return the threshold moved as the ends of the scores moved, for each pair of ends.

    Scores of a new source are taken to be those of validation, shifted and stretched: the threshold
    keeps its place between the two ends. The ends depend little on the share of fakes, because a
    few percent of reals (or fakes) are enough to hold their own end. They depend on it at the
    extremes: in a source without fakes, the low end is that of its reals.

    Args:
        threshold: from validation.
        known: ends of the validation scores, of `reference`.
        low: (D,) of the new source's scores.
        high: (D,) of the new source's scores.
    """
    width = known.high - known.low
    stretch = (high - low) / width if width > 0 else np.ones_like(low)
    # this form gives exactly the threshold if the ends are those of validation
    return threshold + (low - known.low) + (stretch - 1) * (threshold - known.low)


def adapted(threshold: float, known: Ends, scores: Floats) -> float:
    """Return `adapt` of a threshold for a new source's scores, in any order, at least one."""
    low, high = ends(np.sort(scores), np.ones((1, len(scores)), dtype=np.int64))
    return float(adapt(threshold, known, low, high)[0])


def best(scores: Floats, real: NDArray[np.bool_], threshold: float) -> float | None:
    """Return the threshold with the lowest HTER on these scores; of several, the nearest.

    Args:
        scores: (N,).
        real: (N,).
        threshold: from validation: it is returned if no other is better.

    Returns:
        None if there are no reals or no fakes.
    """
    if real.all() or not real.any():
        return None
    tried = np.unique(np.append(scores, threshold))
    reals, fakes = np.sort(scores[real]), np.sort(scores[~real])
    k_fnr = np.searchsorted(reals, tried, side="right")
    k_fpr = len(fakes) - np.searchsorted(fakes, tried, side="right")
    errors = k_fnr * len(fakes) + k_fpr * len(reals)  # HTER times a constant, without rounding
    order = np.lexsort((tried, np.abs(tried - threshold), errors))
    return float(tried[order[0]])


def table(result: Evaluation, protocol: Protocol, settings: Evaluate) -> pd.DataFrame:
    """Return the error rates at each threshold, for every approach, database and level.

    Args:
        result: of `protocol.evaluate`.
        protocol: that it was made with.
        settings: whether there is an adapted threshold.

    Returns:
        `COLUMNS`: rates in percent, NaN where there is nothing to count; ``low`` and ``high`` are
        the `Ends` of the validation scores, of rows of the rule ``adapted`` alone. All attacks and
        compressions together. There is no row of a rule that has no threshold: ``oracle`` without
        reals or without fakes, ``adapted`` if validation has no real with a score.
    """
    tables = {"video": result.videos, "frame": result.frames}
    rows: list[dict[str, object]] = []
    for approach, level in ((name, level) for name in result.thresholds for level in LEVELS):
        own = tables[level][tables[level][APPROACH] == approach]
        threshold = result.thresholds[approach][level]
        known = _known(own, protocol.training, threshold) if settings.adapts else None
        own = own[np.isfinite(own[SCORE])]
        for database, members in protocol.rows().items():
            chosen = protocol.select(own, members)
            rows += [
                {"approach": approach, "database": database, "level": level} | row
                for row in _of_database(chosen, threshold.value, known)
            ]
    return pd.DataFrame(rows, columns=COLUMNS)


def _known(own: pd.DataFrame, training: Sequence[str], threshold: Threshold) -> Ends | None:
    """Return `reference` of the validation scores that the threshold was set on."""
    column = SET_ON[
        threshold.scores.startswith("degraded_"), threshold.scores.endswith("out_of_fold")
    ]
    rows = own[own["dataset"].isin(training) & (own["split"] == "val")]
    rows = rows[np.isfinite(rows[SCORE]) & np.isfinite(rows[column])]
    return reference(rows[column].to_numpy(np.float64), (rows["attack"] == REAL).to_numpy())


def _of_database(
    chosen: pd.DataFrame, threshold: float, known: Ends | None
) -> list[dict[str, object]]:
    scores = chosen[SCORE].to_numpy(np.float64)
    real = (chosen["attack"] == REAL).to_numpy()
    at: dict[str, float | None] = {PAPER: threshold, ADAPTED: None}
    if known is not None and len(scores):
        at[ADAPTED] = adapted(threshold, known, scores)
    at[ORACLE] = best(scores, real, threshold)
    return [
        {
            **{"rule": rule, "threshold": value},
            **rates(scores, real, value),
            **(asdict(known) if rule == ADAPTED and known is not None else {}),
        }
        for rule, value in at.items()
        if value is not None
    ]


def rates(scores: Floats, real: NDArray[np.bool_], threshold: float) -> dict[str, float]:
    """Return FNR, FPR and HTER in percent (NaN where there is nothing to count), and counts."""
    found = Figures(
        auc=None,
        eer=None,
        ap=None,
        threshold=threshold,
        n_real=int(real.sum()),
        n_fake=int((~real).sum()),
        k_fnr=int((scores[real] <= threshold).sum()),
        k_fpr=int((scores[~real] > threshold).sum()),
    )
    values = {name: getattr(found, name) for name in RATES}
    return {
        **{name: np.nan if value is None else value for name, value in values.items()},
        **{name: getattr(found, name) for name in ("n_real", "n_fake", "k_fnr", "k_fpr")},
    }
