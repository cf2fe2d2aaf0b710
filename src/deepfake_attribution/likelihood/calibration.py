"""A fitted calibration: from a video's score to its log10 likelihood ratio, in plain numbers.

It is applied without the library that fitted it, so a bundle needs no more than its record.
"""

import math
from typing import Annotated, Literal, Self

import numpy as np
from numpy.typing import ArrayLike, NDArray
from pydantic import Field, model_validator

from deepfake_attribution.core.params import Strict
from deepfake_attribution.core.video import REAL

Floats = NDArray[np.float64]
Kind = Literal["logistic", "isotonic"]
Scale = Literal["logit", "identity"]
# A probability is used as its log-odds, which have no end at 0 and 1: nearer to them than this it
# counts as this. A video's score is a mean over a few frames; what is below means 0.
LEAST = 1e-4
MOST = 10**9  # of anything counted
Finite = Annotated[float, Field(allow_inf_nan=False)]
Count = Annotated[int, Field(ge=0, le=MOST)]


def scaled(scores: ArrayLike, scale: Scale) -> Floats:
    """Return scores as calibrations see them, (N,).

    Args:
        scores: (N,) P(real), or decision values.
        scale: ``logit``: the natural log-odds of P(real); ``identity``: as they are.
    """
    values = np.asarray(scores, dtype=np.float64)
    if scale == "identity":
        return values
    kept = np.clip(values, LEAST, 1 - LEAST)
    return np.asarray(np.log(kept) - np.log1p(-kept))


def unscaled(value: float, scale: Scale) -> float:
    """Return the score that `scaled` makes this value of."""
    return value if scale == "identity" else 1 / (1 + math.exp(-value))


class Calibration(Strict):
    """A calibration of one approach and training seed.

    LR = p(score | real) / p(score | fake), for the mix of attacks of ``videos``.

    Attributes:
        kind: ``logistic`` (``slope`` and ``intercept``) or ``isotonic`` (``points``).
        scale: of the scores, see `scaled`.
        slope, intercept: log10 LR = intercept + slope * scaled score; the slope is at least 0.
        points: (scaled score, share of reals in 0 to 1) of equally weighted classes, both rising;
            straight lines between them, constant beyond the first and the last.
        lower, upper: bounds of the log10 LR (ELUB): no LR is beyond what the number of videos
            supports.
        databases: datasets whose validation videos it was fitted on: its population.
        videos: class -> number of these videos.
        sources_real, sources_fake: source videos that they were made from.
        scores: ``out_of_fold`` for a fitted classifier, ``held_out`` for a head that decides by
            itself.
        cllr: kind -> cross-validated Cllr, of those that were compared.
        folds: of the cross-validation.
    """

    kind: Kind
    scale: Scale
    slope: Annotated[float, Field(ge=0, le=MOST)] | None = None
    intercept: Annotated[float, Field(ge=-MOST, le=MOST)] | None = None
    points: list[tuple[Finite, Annotated[float, Field(gt=0, lt=1)]]] = Field(default_factory=list)
    lower: float = Field(ge=-9, le=0)
    upper: float = Field(ge=0, le=9)
    databases: Annotated[list[str], Field(min_length=1)]
    videos: dict[str, Count]
    sources_real: Count
    sources_fake: Count
    scores: str
    cllr: dict[Kind, Annotated[float, Field(ge=0)]]
    folds: int = Field(ge=2, le=MOST)

    @model_validator(mode="after")
    def _check(self) -> Self:
        if self.kind == "logistic" and (self.slope is None or self.intercept is None):
            raise ValueError("a logistic calibration needs slope and intercept")
        if self.kind == "isotonic":
            if not self.points:
                raise ValueError("an isotonic calibration needs points")
            places, shares = zip(*self.points, strict=True)
            if (np.diff(places) <= 0).any() or (np.diff(shares) < 0).any():
                raise ValueError("the points of an isotonic calibration do not rise")
        return self

    @property
    def n_real(self) -> int:
        """Validation reals that it was fitted on."""
        return self.videos.get(REAL, 0)

    @property
    def n_fake(self) -> int:
        """Validation fakes that it was fitted on."""
        return sum(self.videos.values()) - self.n_real

    def unbounded(self, scores: ArrayLike) -> Floats:
        """Return log10 LR of each score, (N,), before the bounds."""
        values = scaled(scores, self.scale)
        if self.kind == "logistic":
            assert self.slope is not None and self.intercept is not None
            return self.intercept + self.slope * values
        places, shares = np.array(self.points).T
        share = np.interp(values, places, shares)
        return np.asarray(np.log10(share) - np.log10(1 - share))

    def log10_lr(self, scores: ArrayLike) -> Floats:
        """Return log10 LR of each score, (N,), inside the bounds; it never falls as scores rise.

        Args:
            scores: (N,) finite scores of videos: P(real) or decision values.
        """
        return np.clip(self.unbounded(scores), self.lower, self.upper)

    def at_bound(self, log10_lr: float) -> bool:
        """Return whether a bounded value lies at a bound: the evidence may be stronger."""
        ends = (self.lower, self.upper)
        return any(end and math.isclose(log10_lr, end, abs_tol=1e-12) for end in ends)
