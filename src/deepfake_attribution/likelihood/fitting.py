"""Fits a calibration on validation videos; `lir` of the Netherlands Forensic Institute does it.

- Logistic: logistic regression of real against fake on the scaled score, both classes with the same
  weight. A falling line is replaced by LR = 1: a higher score never speaks for fake.
- Isotonic: PAV, with one misleading video added at each end, so that no ratio is infinite.

Of the two, the one with the lower cross-validated Cllr, inside its bounds, is taken. All videos of
one source are in one fold. The bounds are ELUB (Vergeer et al., "Numerical likelihood ratios
outputted by LR systems are often based on extrapolation: when to stop extrapolating?", Science &
Justice 56, 2016), of the cross-validated ratios: none is beyond what so many videos can support.
"""

import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from deepfake_attribution.core.video import REAL
from deepfake_attribution.likelihood import measures
from deepfake_attribution.likelihood.calibration import Calibration, Floats, Kind, Scale, scaled

KINDS: tuple[Kind, ...] = ("logistic", "isotonic")  # of equal ones the first is taken
FEWEST = 2  # sources of reals, and of fakes: with fewer there are no folds


@dataclass(frozen=True)
class Validation:
    """Scores of validation videos, none of which the score's classifier was fitted on.

    Attributes:
        scores: (N,) finite: P(real), or decision values.
        classes: (N,) ``real``, or the attack.
        groups: (N,) source video; all videos of one are in one fold.
        databases: their datasets.
        origin: ``out_of_fold`` or ``held_out``, see `Calibration`.
        scale: of the scores.
    """

    scores: Floats
    classes: NDArray[np.str_]
    groups: NDArray[np.str_]
    databases: Sequence[str]
    origin: str
    scale: Scale

    @property
    def real(self) -> NDArray[np.bool_]:
        """(N,) True where the video is real."""
        return np.asarray(self.classes == REAL)


@dataclass(frozen=True)
class Fit:
    """What `fit` returns.

    Attributes:
        calibration: fitted on all videos; None if there is none.
        reason: why there is none; else empty.
        out_of_fold: (N,) log10 LR of each video, inside the bounds, by a calibration that was not
            fitted on its source; NaN without a calibration.
    """

    calibration: Calibration | None
    reason: str
    out_of_fold: Floats


def fit(validation: Validation, choice: str, folds: int) -> Fit:
    """Fit, choose and bound a calibration.

    Args:
        validation: what is fitted on.
        choice: ``auto``, ``logistic`` or ``isotonic``.
        folds: parts of the cross-validation; fewer where reals or fakes have fewer sources.
    """
    reason = why_none(validation)
    nothing = np.full(len(validation.scores), np.nan)
    if reason:
        return Fit(None, reason, nothing)
    parts = _folds(validation, folds)
    if parts is None:
        return Fit(None, "without one of the folds no real or no fake is left to fit on", nothing)
    kinds = KINDS if choice == "auto" else tuple(kind for kind in KINDS if kind == choice)
    values = scaled(validation.scores, validation.scale)
    real = validation.real
    tried = {kind: _cross_fitted(kind, values, real, parts) for kind in kinds}
    bounds = {kind: _bounds(ratios, real) for kind, ratios in tried.items()}
    bounded = {kind: np.clip(ratios, *bounds[kind]) for kind, ratios in tried.items()}
    costs = {kind: measures.cllr(ratios, real) for kind, ratios in bounded.items()}
    best = min(kinds, key=lambda kind: costs[kind])
    lower, upper = bounds[best]
    names, counts = np.unique(validation.classes, return_counts=True)
    found = dict(zip(names.tolist(), counts.tolist(), strict=True))
    calibration = Calibration(
        kind=best,
        scale=validation.scale,
        **_parameters(best, values, real),
        lower=lower,
        upper=upper,
        databases=list(validation.databases),
        videos={REAL: found.pop(REAL), **found},
        sources_real=len(np.unique(validation.groups[real])),
        sources_fake=len(np.unique(validation.groups[~real])),
        scores=validation.origin,
        cllr=costs,
        folds=len(parts),
    )
    return Fit(calibration, "", bounded[best])


def why_none(validation: Validation) -> str:
    """Return why nothing can be fitted; empty if it can."""
    for name, own in (("real", validation.real), ("fake", ~validation.real)):
        if not own.any():
            return f"no {name} validation video has a score"
        if len(np.unique(validation.groups[own])) < FEWEST:
            return f"all {int(own.sum())} {name} validation videos with a score are of one source"
    values = scaled(validation.scores, validation.scale)
    if values.min() == values.max():
        return f"all {len(values)} validation videos have the same score"
    return ""


_Folds = list[tuple[NDArray[np.intp], NDArray[np.intp]]]


def _folds(validation: Validation, wanted: int) -> _Folds | None:
    """Return positions (rest, held out) of each fold; None if a rest lacks reals or fakes."""
    from sklearn.model_selection import StratifiedGroupKFold

    real = validation.real
    fewest = min(len(np.unique(validation.groups[own])) for own in (real, ~real))
    splitter = StratifiedGroupKFold(min(wanted, fewest))
    with warnings.catch_warnings():  # a class with fewer videos than folds is allowed
        warnings.filterwarnings("ignore", message="The least populated class", category=UserWarning)
        parts = list(splitter.split(real, validation.classes, validation.groups))
    lacking = any(real[rest].all() or not real[rest].any() for rest, _ in parts)
    return None if lacking else parts


def _cross_fitted(kind: Kind, values: Floats, real: NDArray[np.bool_], parts: _Folds) -> Floats:
    """Return log10 LR of each video by a calibration that was not fitted on its fold."""
    ratios = np.full(len(values), np.nan)
    for rest, held_out in parts:
        own = _parameters(kind, values[rest], real[rest])
        ratios[held_out] = _applied(kind, own, values[held_out])
    return ratios


def _applied(kind: Kind, parameters: dict[str, Any], values: Floats) -> Floats:
    blank = Calibration.model_construct(kind=kind, scale="identity", **parameters)
    return blank.unbounded(values)


def _parameters(kind: Kind, values: Floats, real: NDArray[np.bool_]) -> dict[str, Any]:
    """Return what `Calibration` stores of a fit on scaled scores."""
    return _logistic(values, real) if kind == "logistic" else _isotonic(values, real)


def _logistic(values: Floats, real: NDArray[np.bool_]) -> dict[str, Any]:
    import sklearn.linear_model  # noqa: F401  # lir names it, and imports sklearn alone
    from lir.algorithms.logistic_regression import LogitCalibrator

    fitted = LogitCalibrator().fit(values, real.astype(int))
    at_zero, at_one = fitted.transform(np.array([0.0, 1.0]))
    slope = float(at_one - at_zero)
    if slope <= 0:
        return {"slope": 0.0, "intercept": 0.0}
    return {"slope": slope, "intercept": float(at_zero)}


def _isotonic(values: Floats, real: NDArray[np.bool_]) -> dict[str, Any]:
    from lir.algorithms.isotonic_regression import IsotonicCalibrator

    fitted = IsotonicCalibrator(add_misleading=1).fit(values, real.astype(int))
    places = np.unique(values)
    fitted.transform(places)
    shares = np.asarray(fitted.p1, dtype=np.float64)
    # of equal neighbours the first and the last make the line
    same = np.diff(shares) == 0
    inner = np.concatenate([[False], same[:-1] & same[1:], [False]]) if len(places) > 2 else None
    kept = np.ones(len(places), bool) if inner is None else ~inner
    points = zip(places[kept].tolist(), shares[kept].tolist(), strict=True)
    return {"points": list(points)}


def _bounds(ratios: Floats, real: NDArray[np.bool_]) -> tuple[float, float]:
    """Return ELUB of log10 LR: lower and upper."""
    from lir.algorithms.bayeserror import elub

    # a copy, because lir changes what it is given
    lower, upper = elub(ratios.copy(), real.astype(int), add_misleading=1)
    # to lir's own step, 0.01; no negative zero
    return min(round(float(lower), 2), 0.0) + 0.0, max(round(float(upper), 2), 0.0)
