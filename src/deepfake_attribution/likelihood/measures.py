"""How good likelihood ratios are: Cllr, Cllr-min, misleading evidence, Tippett and ECE curves.

Cllr (Brummer and du Preez, "Application-independent evaluation of speaker detection", Computer
Speech and Language 20, 2006) is half the mean of log2(1 + 1/LR) over reals, plus half the mean of
log2(1 + LR) over fakes: 0 is perfect, 1 is what a system that always says LR = 1 has. Cllr-min is
the Cllr after the best monotone recalibration of the same videos (PAV): what the ranking is worth.
Their difference is the calibration loss.
"""

import numpy as np
from numpy.typing import NDArray

from deepfake_attribution.evaluate.uncertainty.draws import Weights

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]
MEASURES = ("cllr", "cllr_min", "cllr_loss", "misleading_real", "misleading_fake")
LN10, LN2 = np.log(10), np.log(2)


def cost(log10_lr: Floats, real: Bools) -> Floats:
    """Return each video's term of Cllr in bits, (N,): log2(1 + 1/LR) of reals, log2(1 + LR)."""
    signed = np.where(real, -log10_lr, log10_lr)
    return np.asarray(np.logaddexp(0, signed * LN10) / LN2)


def cllr(log10_lr: Floats, real: Bools) -> float:
    """Return Cllr; NaN without reals or without fakes."""
    if real.all() or not real.any():
        return float("nan")
    costs = cost(log10_lr, real)
    return float((costs[real].mean() + costs[~real].mean()) / 2)


def best_shares(n_real: Floats, n_fake: Floats) -> Floats:
    """Return PAV's share of reals at each distinct value, (U,), of equally weighted classes.

    Args:
        n_real, n_fake: (U,) reals and fakes at each distinct value, in rising order; a value may
            have none. There is a real and a fake.
    """
    from scipy.optimize import isotonic_regression

    real, fake = n_real / n_real.sum(), n_fake / n_fake.sum()
    both = real + fake
    there = both > 0
    shares = np.full(len(both), np.nan)
    found = isotonic_regression(real[there] / both[there], weights=both[there]).x
    shares[there] = np.clip(found, 0, 1)
    return shares


def cllr_min(log10_lr: Floats, real: Bools) -> float:
    """Return Cllr-min; NaN without reals or without fakes."""
    alone = np.zeros(len(real), dtype=np.intp)
    return float(resample(log10_lr, real, alone, np.ones((1, 1), np.int32))["cllr_min"][0])


def resample(
    log10_lr: Floats, real: Bools, groups: NDArray[np.intp], weights: Weights
) -> dict[str, Floats]:
    """Return each of `MEASURES` in each draw, (D,); NaN in draws without what it needs.

    Args:
        log10_lr: (N,) of the videos.
        real: (N,).
        groups: (N,) column of ``weights``: source video.
        weights: (D, G), see `draws.draw`.
    """
    size = weights.shape[1]

    def total(values: Floats) -> Floats:
        return np.asarray(weights @ np.bincount(groups, values, minlength=size))

    costs = cost(log10_lr, real)
    with np.errstate(divide="ignore", invalid="ignore"):  # 0 / 0: a draw without reals or fakes
        reals, fakes = total(real.astype(np.float64)), total((~real).astype(np.float64))
        found = {
            "cllr": (total(costs * real) / reals + total(costs * ~real) / fakes) / 2,
            "cllr_min": _cllr_min(log10_lr, real, groups, weights),
            "misleading_real": 100 * total((real & (log10_lr < 0)).astype(np.float64)) / reals,
            "misleading_fake": 100 * total((~real & (log10_lr > 0)).astype(np.float64)) / fakes,
        }
    found["cllr_loss"] = found["cllr"] - found["cllr_min"]
    return {name: found[name] for name in MEASURES}


def _cllr_min(log10_lr: Floats, real: Bools, groups: NDArray[np.intp], weights: Weights) -> Floats:
    distinct, place = np.unique(log10_lr, return_inverse=True)
    result = np.full(len(weights), np.nan)
    for number, drawn in enumerate(weights):
        times = drawn[groups].astype(np.float64)
        reals = np.bincount(place, times * real, minlength=len(distinct)).astype(np.float64)
        fakes = np.bincount(place, times * ~real, minlength=len(distinct)).astype(np.float64)
        if reals.any() and fakes.any():
            shares = best_shares(reals, fakes)
            result[number] = (_bits(reals, shares) + _bits(fakes, 1 - shares)) / 2
    return result


def _bits(counts: Floats, shares: Floats) -> float:
    """Return the mean of -log2(share) over the videos; values without a video do not count."""
    there = counts > 0
    return float(-(counts[there] * np.log2(shares[there])).sum() / counts.sum())


def tippett(log10_lr: Floats, real: Bools, at: Floats) -> tuple[Floats, Floats]:
    """Return the percentage of reals, and of fakes, with at least each of the values ``at``."""
    shares = []
    for own in (np.sort(log10_lr[real]), np.sort(log10_lr[~real])):
        below = np.searchsorted(own, at, side="left")
        shares.append(100 * (1 - below / len(own)) if len(own) else np.full(len(at), np.nan))
    return shares[0], shares[1]


def ece(log10_lr: Floats, real: Bools, prior: Floats) -> Floats:
    """Return the empirical cross-entropy in bits at each prior log10 odds of real, (P,).

    As Ramos and Gonzalez-Rodriguez, "Reliable support: measuring calibration of likelihood ratios",
    Forensic Science International 230, 2013. At prior odds of 1 it is Cllr.

    Args:
        log10_lr, real: (N,) at least one real and one fake; infinite values where they are right.
        prior: (P,) log10 odds of real.
    """
    odds = prior[:, None] * LN10 + log10_lr[None, :] * LN10  # (P, N) natural log of posterior odds
    share = 1 / (1 + 10.0**-prior)
    of_reals = np.logaddexp(0, -odds[:, real]).mean(axis=1) / LN2
    of_fakes = np.logaddexp(0, odds[:, ~real]).mean(axis=1) / LN2
    return np.asarray(share * of_reals + (1 - share) * of_fakes)


def recalibrated(log10_lr: Floats, real: Bools) -> Floats:
    """Return PAV's log10 LR of each video, (N,), which Cllr-min is of; infinite at the ends."""
    distinct, place = np.unique(log10_lr, return_inverse=True)
    counts = [np.bincount(place, own, minlength=len(distinct)) for own in (real, ~real)]
    shares = best_shares(counts[0].astype(np.float64), counts[1].astype(np.float64))
    with np.errstate(divide="ignore"):
        return np.asarray((np.log10(shares) - np.log10(1 - shares))[place])
