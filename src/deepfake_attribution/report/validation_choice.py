"""Which approach validation chose: the one that the stage `bundle` exports."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from deepfake_attribution.core import metrics, paths, tables
from deepfake_attribution.core.video import REAL
from deepfake_attribution.evaluate.scoring import APPROACH, SCORE
from deepfake_attribution.evaluate.threshold import SET_ON
from deepfake_attribution.heads.registry import chosen


def chosen_approach(figures: pd.DataFrame, training: Sequence[str], seed: int) -> str:
    """Return the approach with the lowest HTER on validation videos, the first of equal ones.

    It follows the rule of `analyse.bundle.approaches`, which the report cannot import.

    Args:
        figures: `results.collect` ("figures"): thresholds, and the order of approaches.
        training: datasets whose validation videos the thresholds were set on.
        seed: of the training; the bundle's is the first.

    Returns:
        Its name; empty if no approach has such an HTER.
    """
    limits = figures[(figures["seed"] == seed) & (figures["level"] == "video")]
    limits = limits.drop_duplicates(APPROACH).set_index(APPROACH)
    wanted = [("split", "==", "val"), ("seed", "==", seed)]
    hters: dict[str, float] = {}
    for head in chosen():
        rows = tables.read(paths.scores(head), filters=wanted)
        for name, own in rows[rows["dataset"].isin(training)].groupby(APPROACH, sort=False):
            if name in limits.index:
                hters[str(name)] = _hter(own, limits.loc[name])
    known = [name for name in limits.index if not np.isnan(hters.get(name, np.nan))]
    return min(known, key=hters.__getitem__, default="")


def _hter(rows: pd.DataFrame, limit: pd.Series) -> float:
    """Return the HTER of the scores that the threshold was set on; NaN without reals."""
    value, label = float(limit["threshold"]), str(limit["threshold_scores"])
    column = SET_ON[label.startswith("degraded_"), label.endswith("out_of_fold")]
    rows = rows[np.isfinite(rows[SCORE]) & np.isfinite(rows[column])]
    passes, real = rows[column] > value, rows["attack"] == REAL
    counts = (int(real.sum()), int((~real).sum()), int((~passes & real).sum()))
    found = metrics.Figures(None, None, None, value, *counts, k_fpr=int((passes & ~real).sum()))
    return np.nan if found.hter is None else found.hter
