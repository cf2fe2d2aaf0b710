"""All figures of a set of scores for many draws at once.

Scores are sorted once. A draw only weights them: with the running sums of its weights over sorted
reals and over sorted fakes, every figure is a few look-ups. Weights are integers, so the sums are
exact and the order of the rows cannot change a figure.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from deepfake_attribution.evaluate.protocol import MEASURES
from deepfake_attribution.evaluate.uncertainty.draws import Weights

Floats = NDArray[np.float64]
Places = NDArray[np.intp]
AT_ONCE = 1_000_000  # weights per block; as many as the processor's cache can hold


@dataclass(frozen=True)
class _Sorted:
    """Reals and fakes by falling score, and the position of each threshold among them.

    Attributes:
        real, fake: (R,), (F,) group of each.
        real_from: (R,) for each real: how many reals score at least as high.
        fake_from, fake_above: (R,) for each real: how many fakes score at least as high; higher.
        real_at, fake_at: (T,) for each different score, highest first: how many reals, and how
            many fakes, score at least as high.
        real_passing, fake_passing: how many are above the threshold.
    """

    real: Places
    fake: Places
    real_from: Places
    fake_from: Places
    fake_above: Places
    real_at: Places
    fake_at: Places
    real_passing: int
    fake_passing: int


def resample(
    scores: Floats, real: NDArray[np.bool_], groups: Places, weights: Weights, threshold: float
) -> dict[str, Floats]:
    """Return every measure of `protocol.MEASURES`, in percent, for each draw.

    A draw counts each row as often as it contains the row's group; the figures equal those of
    `metrics` on repeated rows. The threshold does not change.

    Args:
        scores: (N,) finite, higher is more real.
        real: (N,).
        groups: (N,) column of ``weights``.
        weights: (D, G), see `draws.draw`.
        threshold: a score above it is called real.

    Returns:
        (D,) each; NaN in draws without reals (all but FPR) or without fakes (all but FNR).
    """
    found = {name: np.full(len(weights), np.nan) for name in MEASURES}
    if not len(scores):
        return found
    known = _sort(scores, real, groups, threshold)
    for part in split(len(weights), len(scores)):
        of_reals, sums_of_reals = _sums(weights[part], known.real)
        _, sums_of_fakes = _sums(weights[part], known.fake)
        values = _measure(known, of_reals, sums_of_reals, sums_of_fakes)
        for name in MEASURES:
            found[name][part] = 100 * values[name]
    return found


def _sort(scores: Floats, real: NDArray[np.bool_], groups: Places, threshold: float) -> _Sorted:
    order = np.argsort(-scores[real], kind="stable")
    reals, of_reals = (
        -scores[real][order],
        groups[real][order],
    )  # negated: searchsorted needs rising
    order = np.argsort(-scores[~real], kind="stable")
    fakes, of_fakes = -scores[~real][order], groups[~real][order]
    different = np.unique(-scores)
    return _Sorted(
        real=of_reals,
        fake=of_fakes,
        real_from=np.searchsorted(reals, reals, side="right"),
        fake_from=np.searchsorted(fakes, reals, side="right"),
        fake_above=np.searchsorted(fakes, reals, side="left"),
        real_at=np.searchsorted(reals, different, side="right"),
        fake_at=np.searchsorted(fakes, different, side="right"),
        real_passing=int(np.searchsorted(reals, -threshold, side="left")),
        fake_passing=int(np.searchsorted(fakes, -threshold, side="left")),
    )


def split(draws: int, rows: int) -> Iterator[slice]:
    """Yield parts of the draws with at most `AT_ONCE` weights each."""
    step = max(1, AT_ONCE // max(rows, 1))
    for start in range(0, draws, step):
        yield slice(start, min(start + step, draws))


def _sums(weights: Weights, groups: Places) -> tuple[Weights, Weights]:
    """Return (B, n) weight of each row and (B, n + 1) sum of those before it."""
    of_rows = np.take(weights, groups, axis=1)
    sums = np.zeros((len(weights), len(groups) + 1), dtype=np.int32)
    np.cumsum(of_rows, axis=1, out=sums[:, 1:])
    return of_rows, sums


def _measure(
    known: _Sorted, of_reals: Weights, reals: Weights, fakes: Weights
) -> dict[str, Floats]:
    """Return all measures, in [0, 1], of the draws whose weights and running sums are given."""
    n_real = reals[:, -1].astype(np.float64)
    n_fake = fakes[:, -1].astype(np.float64)
    weighted = of_reals.astype(np.float64)
    from_real = np.take(fakes, known.fake_from, axis=1)
    with np.errstate(divide="ignore", invalid="ignore"):  # 0 / 0: there is no such figure
        fnr = (n_real - reals[:, known.real_passing]) / n_real
        fpr = fakes[:, known.fake_passing] / n_fake
        auc = 1 - _not_below(known, weighted, from_real, fakes) / (n_real * n_fake)
        ap = _precisions(known, weighted, reals, from_real) / np.where(n_fake > 0, n_real, np.nan)
        eer = _eer(known, reals, fakes)
    return {"auc": auc, "eer": eer, "ap": ap, "fnr": fnr, "fpr": fpr, "hter": (fnr + fpr) / 2}


def _not_below(known: _Sorted, weighted: Floats, from_real: Weights, fakes: Weights) -> Floats:
    """Return how many pairs of a real and a fake are in the wrong order; ties count a half."""
    wrong = np.einsum("ij,ij->i", weighted, from_real.astype(np.float64))
    if np.array_equal(known.fake_from, known.fake_above):  # no real ties with a fake
        return wrong
    above = np.take(fakes, known.fake_above, axis=1).astype(np.float64)
    return (wrong + np.einsum("ij,ij->i", weighted, above)) / 2


def _precisions(known: _Sorted, weighted: Floats, reals: Weights, from_real: Weights) -> Floats:
    """Return the sum, over the reals, of the precision at their scores."""
    ties = not np.array_equal(known.real_from, np.arange(1, len(known.real) + 1))
    right = np.take(reals, known.real_from, axis=1) if ties else reals[:, 1:]
    called = np.maximum(right + from_real, 1)  # avoids 0 / 0; such reals have weight 0
    return np.einsum("ij,ij->i", weighted, right / called)


def _eer(known: _Sorted, reals: Weights, fakes: Weights) -> Floats:
    """Return the rate at which FNR and FPR are equal, by bisection of the thresholds."""
    # before: FNR is above FPR there (-1: above all scores); after: FNR is not above FPR
    before = np.full(len(reals), -1)
    after = np.full(len(reals), len(known.real_at) - 1)
    while (after - before > 1).any():
        middle = (before + after) // 2
        _, gap = _at(known, reals, fakes, middle)
        before, after = np.where(gap > 0, middle, before), np.where(gap > 0, after, middle)
    fpr_before, gap_before = _at(known, reals, fakes, before)
    fpr_after, gap_after = _at(known, reals, fakes, after)
    return fpr_before + gap_before / (gap_before - gap_after) * (fpr_after - fpr_before)


def _at(known: _Sorted, reals: Weights, fakes: Weights, place: Places) -> tuple[Floats, Floats]:
    """Return FPR and FNR - FPR of each draw, with its threshold just below score ``place``."""
    draws = np.arange(len(reals))
    fpr = fakes[draws, known.fake_at[place]] / fakes[:, -1]
    tpr = reals[draws, known.real_at[place]] / reals[:, -1]
    fpr, tpr = np.where(place < 0, 0.0, fpr), np.where(place < 0, 0.0, tpr)
    # without reals or without fakes: NaN, not the 0 of the first place
    gap = np.where((reals[:, -1] > 0) & (fakes[:, -1] > 0), 1 - tpr - fpr, np.nan)
    return fpr, gap
