"""Figures of a detector from scores: AUC, EER, AP, FPR, FNR, HTER and the threshold.

Positive is **real** everywhere: a score is P(real), or grows with it; ``score > threshold`` is
called real. FPR is the share of fakes called real, FNR the share of reals called fake.
"""

import math
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

import numpy as np
from numpy.typing import ArrayLike, NDArray

Array = NDArray[np.float64]
Mask = NDArray[np.bool_]


@dataclass(frozen=True)
class Figures:
    """Figures of one set of scores, in percent and unrounded; None where there is nothing to count.

    Attributes:
        auc: area under the ROC curve.
        eer: equal error rate, see `eer`.
        ap: average precision, see `average_precision`.
        threshold: a score above it is called real.
        n_real: reals scored.
        n_fake: fakes scored.
        k_fnr: reals called fake.
        k_fpr: fakes called real.
        equal: there are two scores or more, and all are the same.
    """

    auc: float | None
    eer: float | None
    ap: float | None
    threshold: float
    n_real: int
    n_fake: int
    k_fnr: int
    k_fpr: int
    equal: bool = False

    @property
    def fnr(self) -> float | None:
        """Reals called fake, of all reals."""
        return 100 * self.k_fnr / self.n_real if self.n_real else None

    @property
    def fpr(self) -> float | None:
        """Fakes called real, of all fakes."""
        return 100 * self.k_fpr / self.n_fake if self.n_fake else None

    @property
    def hter(self) -> float | None:
        """Half total error rate: the mean of the unrounded FNR and FPR."""
        if not self.n_real or not self.n_fake:
            return None
        total = Fraction(self.k_fnr, self.n_real) + Fraction(self.k_fpr, self.n_fake)
        return float(50 * total)

    @property
    def missing(self) -> str:
        """Which figures are missing or meaningless, and why; empty if all are there."""
        if not self.n_real and not self.n_fake:
            return "no reals and no fakes: no figure can be computed"
        if not self.n_real:
            return "no reals: auc, eer, ap, fnr and hter cannot be computed"
        if not self.n_fake:
            return "no fakes: auc, eer, ap, fpr and hter cannot be computed"
        if self.equal:
            return "all scores are equal: nothing is ranked, auc and eer are 50 by definition"
        return ""

    def published(self) -> dict[str, float]:
        """Return those of auc, fnr, fpr and hter that exist, in percent with two decimals."""
        values = {"auc": self.auc, "fnr": self.fnr, "fpr": self.fpr, "hter": self.hter}
        return {name: rounded(value) for name, value in values.items() if value is not None}


def figures(scores: ArrayLike, real: ArrayLike, threshold: float) -> Figures:
    """Return all figures of scores at a threshold that came from other data.

    Args:
        scores: (N,) float, higher is more real; N may be 0.
        real: (N,) bool.
        threshold: a score above it is called real.

    Raises:
        ValueError: a score is NaN, or the two differ in length.
    """
    values, is_real = _checked(scores, real)
    n_real, n_fake = int(is_real.sum()), int((~is_real).sum())
    both = n_real > 0 and n_fake > 0
    return Figures(
        auc=100 * auc(values, is_real) if both else None,
        eer=100 * eer(values, is_real) if both else None,
        ap=100 * average_precision(values, is_real) if both else None,
        threshold=float(threshold),
        n_real=n_real,
        n_fake=n_fake,
        k_fnr=int((values[is_real] <= threshold).sum()),
        k_fpr=int((values[~is_real] > threshold).sum()),
        equal=len(values) > 1 and bool((values == values[0]).all()),
    )


def auc(scores: ArrayLike, real: ArrayLike) -> float:
    """Return the area under the ROC curve, in [0, 1]: P(a real outscores a fake), ties a half.

    Raises:
        ValueError: reals or fakes are missing.
    """
    from sklearn.metrics import roc_auc_score

    values, is_real = _checked_both(scores, real)
    return float(roc_auc_score(is_real, values))


def eer(scores: ArrayLike, real: ArrayLike) -> float:
    """Return the equal error rate, in [0, 1]: where FNR and FPR meet on the ROC curve.

    The curve is the polygon through the points of all thresholds. If no point lies where they
    meet, it is interpolated linearly between the two neighbours, so equal scores give 0.5.

    Raises:
        ValueError: reals or fakes are missing.
    """
    from sklearn.metrics import roc_curve

    values, is_real = _checked_both(scores, real)
    fpr_points, tpr_points, _ = roc_curve(is_real, values, drop_intermediate=False)
    gaps = (1 - tpr_points) - fpr_points  # falls from 1 to -1 along the curve
    after = int(np.argmax(gaps <= 0))
    share = gaps[after - 1] / (gaps[after - 1] - gaps[after])
    return float(fpr_points[after - 1] + share * (fpr_points[after] - fpr_points[after - 1]))


def average_precision(scores: ArrayLike, real: ArrayLike) -> float:
    """Return the average precision of finding the reals, in [0, 1].

    The mean, over the reals, of the share of reals among all that score at least as high. Unlike
    AUC it depends on how many reals and fakes there are: scores that are all equal give the
    share of reals.

    Raises:
        ValueError: reals or fakes are missing.
    """
    from sklearn.metrics import average_precision_score

    values, is_real = _checked_both(scores, real)
    return float(average_precision_score(is_real, values))


def fpr(scores: ArrayLike, real: ArrayLike, threshold: float) -> float:
    """Return the share of fakes called real, in [0, 1]; NaN without fakes."""
    values, is_real = _checked(scores, real)
    fakes = values[~is_real]
    return float((fakes > threshold).mean()) if len(fakes) else math.nan


def fnr(scores: ArrayLike, real: ArrayLike, threshold: float) -> float:
    """Return the share of reals called fake, in [0, 1]; NaN without reals."""
    values, is_real = _checked(scores, real)
    reals = values[is_real]
    return float((reals <= threshold).mean()) if len(reals) else math.nan


def hter(scores: ArrayLike, real: ArrayLike, threshold: float) -> float:
    """Return the mean of FNR and FPR, in [0, 1]; NaN without reals or without fakes."""
    return (fnr(scores, real, threshold) + fpr(scores, real, threshold)) / 2


def threshold_at_fpr(fake_scores: ArrayLike, rate: float) -> float:
    """Return the smallest threshold that lets at most ``rate`` of the fakes pass as real.

    Tied scores pass or fail together, so fewer than ``rate`` may pass, never more. The threshold
    is always one of the scores.

    Args:
        fake_scores: (N,) float, N at least 1.
        rate: share in [0, 1).

    Raises:
        ValueError: no scores, a NaN among them, or a rate outside [0, 1).
    """
    values = np.asarray(fake_scores, dtype=np.float64)
    if not 0 <= rate < 1:
        raise ValueError(f"expected a rate in [0, 1), found {rate}")
    if values.ndim != 1 or not len(values) or np.isnan(values).any():
        raise ValueError("expected one score per fake, at least one and none NaN")
    # As floats, 0.29 * 100 is 28.999...: so the rate is taken as the plain fraction 29 / 100.
    may_pass = math.floor(Fraction(rate).limit_denominator(10**9) * len(values))
    # At most k scores lie above the (k+1)-th largest; above any smaller one, at least k + 1 do.
    return float(np.sort(values)[::-1][may_pass])


def rounded(percent: float) -> float:
    """Return ``percent`` with two decimals, halves rounded up as in print (34.375 -> 34.38)."""
    # Rounds the shortest decimal text: 1.005 is stored as 1.00499..., but means 1.005.
    return float(Decimal(repr(float(percent))).quantize(Decimal("0.01"), ROUND_HALF_UP))


def _checked(scores: ArrayLike, real: ArrayLike) -> tuple[Array, Mask]:
    values, is_real = np.asarray(scores, dtype=np.float64), np.asarray(real, dtype=bool)
    if values.ndim != 1 or values.shape != is_real.shape:
        raise ValueError(f"expected (N,) scores and labels: {values.shape}, {is_real.shape}")
    if np.isnan(values).any():
        raise ValueError(
            f"{int(np.isnan(values).sum())} scores are NaN: leave them out and report them"
        )
    return values, is_real


def _checked_both(scores: ArrayLike, real: ArrayLike) -> tuple[Array, Mask]:
    values, is_real = _checked(scores, real)
    if is_real.all() or not is_real.any():
        raise ValueError("expected reals and fakes, found one kind only")
    return values, is_real
