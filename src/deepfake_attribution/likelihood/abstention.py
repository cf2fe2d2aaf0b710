"""A third answer, "not known": which videos get it, and what it buys.

The rule is set without any test video. A video is not known

- if it is further from the known validation videos than nearly all validation videos are
  (`open_set.limits`);
- if its likelihood ratio is between 1/2 and 2, which the verbal scale calls no support for either
  side;
- or if the ratio speaks against the threshold's verdict.

Else the threshold's verdict stands.

Reals and fakes have the same weight in every share, whatever their numbers.
"""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from deepfake_attribution.likelihood.calibration import Calibration, unscaled
from deepfake_attribution.likelihood.verbal import STEPS

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]
LEAST = STEPS[-1][0]  # log10 LR from which on it supports a side
TOO_FAR = "it is too far from known videos"
HALVINGS = 60  # of a range of scores: beyond the digits that are shown


def known(ratios: Floats, called_real: Bools, far: Bools) -> Bools:
    """Return which videos get an answer, (N,).

    Args:
        ratios: (N,) log10 LR.
        called_real: (N,) whether the score is above the threshold.
        far: (N,) whether a video is too far from known ones.
    """
    supported = np.abs(ratios) >= LEAST - 1e-9
    return np.asarray(supported & ((ratios > 0) == called_real) & ~far)


def why_not(log10_lr: float | None, called_real: bool, far: bool) -> str:
    """Return why one video gets no answer; empty if it gets one.

    Args:
        log10_lr: of its score; None: there is none, and the distance alone decides.
        called_real: whether its score is above the threshold.
        far: whether it is too far from known videos.
    """
    if far:
        return TOO_FAR
    if log10_lr is None:
        return ""
    if abs(log10_lr) < LEAST - 1e-9:
        return "its likelihood ratio supports neither side"
    if (log10_lr > 0) != called_real:
        return "its likelihood ratio speaks against the verdict at the threshold"
    return ""


def sides(calibration: Calibration, threshold: float) -> tuple[float | None, float | None]:
    """Return the score up to which a video is called fake, and that from which on it is real.

    Both for videos that are near enough. None: no score gets that answer.

    Args:
        calibration: of the scores.
        threshold: a score above it is real, if its ratio supports that.
    """
    real = _lowest(calibration, LEAST)
    fake = _lowest(calibration, -LEAST, above=True)
    return (
        None if fake == -math.inf else min(fake, threshold),
        None if real == math.inf else max(real, threshold),
    )


def _lowest(calibration: Calibration, ratio: float, above: bool = False) -> float:
    """Return the lowest score with at least this log10 LR, or above it; infinite if none or all."""
    low, high = (-20.0, 20.0) if calibration.scale == "logit" else (-1e6, 1e6)

    def reached(place: float) -> bool:
        found = float(calibration.log10_lr([unscaled(place, calibration.scale)])[0])
        return found > ratio + 1e-9 if above else found >= ratio - 1e-9

    if reached(low):
        return -math.inf
    if not reached(high):
        return math.inf
    for _ in range(HALVINGS):
        middle = (low + high) / 2
        low, high = (low, middle) if reached(middle) else (middle, high)
    return unscaled(high, calibration.scale)


@dataclass(frozen=True)
class Answers:
    """What answers cost, in percent; NaN where there is nothing to count.

    Attributes:
        answered: share of the videos with an answer.
        error: share of the answers that are wrong.
        false_alarms: share of all reals that are called fake.
        passed: share of all fakes that are called real.
    """

    answered: float
    error: float
    false_alarms: float
    passed: float


def answers(called_real: Bools, real: Bools, answered: Bools) -> Answers:
    """Return the cost of answering some videos.

    Args:
        called_real: (N,) the answers.
        real: (N,).
        answered: (N,) which videos get an answer.
    """
    weights, wrong = _weights(real), (called_real != real).astype(np.float64)
    given = float(weights[answered].sum())
    lost = float((weights * wrong)[answered].sum())

    def share(side: Bools) -> float:
        return 100 * float(wrong[side & answered].sum() / side.sum()) if side.any() else np.nan

    error = 100 * lost / given if given > 0 else np.nan
    return Answers(100 * given, error, share(real), share(~real))


def curve(ratios: Floats, real: Bools) -> tuple[Floats, Floats]:
    """Return the share answered and the error, percent, as more and more videos are answered.

    The ratio alone answers: real above 1, fake below; 1 counts as half wrong. The videos with the
    strongest ratios are answered first; videos with equal strength together.

    Args:
        ratios, real: (N,) at least one real and one fake.
    """
    strength = np.abs(ratios)
    order = np.argsort(-strength, kind="stable")
    weights, wrong = _weights(real)[order], _wrong(ratios, real)[order]
    given, lost = np.cumsum(weights), np.cumsum(weights * wrong)
    last = np.append(np.diff(strength[order]) != 0, True)  # of those with equal strength
    return 100 * given[last], 100 * lost[last] / given[last]


def _weights(real: Bools) -> Floats:
    counts = np.where(real, max(real.sum(), 1), max((~real).sum(), 1))
    sides = int(real.any()) + int((~real).any())
    return np.asarray(1 / counts / max(sides, 1))


def _wrong(ratios: Floats, real: Bools) -> Floats:
    signed = np.where(real, ratios, -ratios)
    return np.where(signed < 0, 1.0, np.where(signed == 0, 0.5, 0.0))
