"""Confidence intervals of the error rates at further thresholds (`evaluate.further_thresholds`).

The adapted threshold is found again in each draw, because it comes from the videos that are drawn.
The oracle's is kept, as that of validation is: the best threshold of each draw would make every
interval too low.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from deepfake_attribution.core import paths, tables
from deepfake_attribution.core.video import REAL
from deepfake_attribution.evaluate.further_thresholds import (
    ADAPTED,
    ORACLE,
    PAPER,
    RATES,
    Ends,
    adapt,
    ends,
)
from deepfake_attribution.evaluate.protocol import ALL, parts
from deepfake_attribution.evaluate.scoring import APPROACH
from deepfake_attribution.evaluate.uncertainty.assessment import (
    Database,
    Scored,
    count_sources,
    interval_row,
    mean_over_seeds,
    needed,
)
from deepfake_attribution.evaluate.uncertainty.draws import Weights
from deepfake_attribution.evaluate.uncertainty.intervals import interval
from deepfake_attribution.evaluate.uncertainty.resampling import split

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Points:
    """The further thresholds of one approach, seed and level.

    Attributes:
        known: ends of the validation scores; None: there is no adapted threshold.
        oracle: database -> best threshold; databases without reals or fakes are missing.
    """

    known: Ends | None
    oracle: Mapping[str, float]


def read(head: str, level: str) -> dict[tuple[str, int], Points]:
    """Return (approach, seed) -> its further thresholds, as the stage ``evaluate`` wrote them."""
    path = paths.results(head) / "further_thresholds.parquet"
    rows = tables.read(path, filters=[("level", "==", level)])
    found = {}
    for (approach, seed), own in rows.groupby([APPROACH, "seed"], sort=False):
        moved, best = own[own["rule"] == ADAPTED], own[own["rule"] == ORACLE]
        first = moved.iloc[0] if len(moved) else None
        known = None if first is None else Ends(float(first["low"]), float(first["high"]))
        oracle = dict(zip(best["database"].map(str), best["threshold"].map(float), strict=True))
        found[str(approach), int(seed)] = Points(known, oracle)
    return found


def measure_name(rate: str, rule: str) -> str:
    """Return the measure of a rate at a threshold; of the paper's rule it is the rate itself."""
    return rate if rule == PAPER else f"{rate}_{rule}"


def point_intervals(
    database: Database,
    videos: pd.DataFrame,
    scored: Sequence[Scored],
    points: Mapping[tuple[str, int], Points],
    confidence: float,
) -> list[dict[str, object]]:
    """Return rows like `assessment.intervals` for each further threshold and rate.

    All attacks and compressions together.

    Args:
        database, videos, scored, confidence: as for `assessment.intervals`.
        points: from `read`.
    """
    real = (videos["attack"] == REAL).to_numpy()
    compression = next(parts(database.table))[1]
    drawn: dict[str, list[Mapping[str, Floats]]] = {ADAPTED: [], ORACLE: []}
    for one in scored:
        own = database.group[one.place] >= 0
        if not own.any():
            return []
        place, point = one.place[own], points[one.approach, one.seed]
        given = (one.scores[own], real[place], database.group[place], database.weights)
        if point.known is not None:
            drawn[ADAPTED].append(resample_rates(*given, one.threshold, point.known))
        if database.name in point.oracle:
            drawn[ORACLE].append(resample_rates(*given, point.oracle[database.name]))
    first = scored[0]
    sources = count_sources(database, first.place[database.group[first.place] >= 0], real)
    rows = []
    for rule, seeds in drawn.items():
        for rate in RATES if len(seeds) == len(scored) else ():
            found = interval(mean_over_seeds(seeds, rate), confidence, needed(rate, sources))
            name = measure_name(rate, rule)
            key = (first.approach, database.name, ALL, compression, first.level, name)
            rows.append(interval_row(key, found, confidence, sources))
    return rows


def resample_rates(
    scores: Floats,
    real: NDArray[np.bool_],
    groups: NDArray[np.intp],
    weights: Weights,
    threshold: float,
    known: Ends | None = None,
) -> dict[str, Floats]:
    """Return `RATES` in percent for each draw.

    Args:
        scores: (N,) finite, N at least 1.
        real: (N,).
        groups: (N,) column of ``weights``.
        weights: (D, G), see `draws.draw`.
        threshold: used in all draws, or adapted to the videos of each.
        known: ends of the validation scores, to adapt the threshold.

    Returns:
        (D,) each; NaN in draws without reals (all but FPR) or without fakes (all but FNR).
    """
    order = np.argsort(scores, kind="stable")
    scores, real, groups = scores[order], real[order], groups[order]
    found = {name: np.full(len(weights), np.nan) for name in RATES}
    for part in split(len(weights), len(scores)):
        counts = np.take(weights[part], groups, axis=1)  # (B, N)
        at = np.full(len(counts), threshold)
        if known is not None:
            at = adapt(threshold, known, *ends(scores, counts))
        passing = scores[np.newaxis] > at[:, np.newaxis]
        n_real, n_fake = counts[:, real].sum(axis=1), counts[:, ~real].sum(axis=1)
        with np.errstate(divide="ignore", invalid="ignore"):  # 0 / 0: there is no such figure
            fnr = (counts * ~passing)[:, real].sum(axis=1) / n_real
            fpr = (counts * passing)[:, ~real].sum(axis=1) / n_fake
        for name, values in {"fnr": fnr, "fpr": fpr, "hter": (fnr + fpr) / 2}.items():
            found[name][part] = 100 * values
    return found
