"""What ROC, DET and score histograms are drawn from: a level's scores, summed up."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from deepfake_attribution.core import metrics, paths, tables
from deepfake_attribution.core.video import REAL
from deepfake_attribution.evaluate import over_seeds
from deepfake_attribution.evaluate.protocol import Protocol
from deepfake_attribution.heads.registry import chosen
from deepfake_attribution.report.page import thinning
from deepfake_attribution.report.page.thinning import EDGES, TICKS
from deepfake_attribution.report.results import ALL, parted

BINS = 40
UNITS = {"video": "videos", "frame": "crops"}
COLUMNS = ["approach", "seed", "dataset", "attack", "split", "score"]


def read(level: str, seed: int) -> pd.DataFrame:
    """Return the test scores of all approaches at ``level``, of the training with ``seed``.

    Raises:
        UserError: a head's scores are not there.
    """
    wanted: list[tuple[str, str, Any]] = [("seed", "=", seed), ("split", "=", "test")]
    path_of = paths.scores if level == "video" else paths.frame_scores
    parts = [tables.read(path_of(head), COLUMNS, wanted) for head in chosen()]
    return pd.concat(parts, ignore_index=True)


def summary(
    scores: pd.DataFrame, figures: pd.DataFrame, protocol: Protocol, level: str, seed: int
) -> dict[str, Any]:
    """Return, for each database and approach, its curve, its histogram and what they rest on.

    Args:
        scores: from `read`.
        figures: `results.collect` ("figures"): AUC and threshold are taken from there.
        protocol: which scores count for which database.
        level: ``video`` or ``frame``.
        seed: that the scores are of.

    Returns:
        ``level``, ``unit``, ``seed``; ``databases``: ``name``, ``seen`` (trained on), ``pooled``
        (the databases that a family puts together; else nothing) and ``approaches``: ``name``,
        ``real`` and ``fake`` (how many), ``auc`` (percent), ``threshold``; ``fnr_at`` and
        ``fpr_at`` (percent, at the threshold); ``fpr``, ``tpr`` and ``point`` (FPR and TPR at the
        threshold), and the normal
        deviates of FPR and FNR, ``det_fpr``, ``det_fnr`` and ``det_point``: None without reals or
        without fakes; ``edges`` (first and last) of `BINS` bins, with ``reals`` and ``fakes`` in
        each. An approach has the same bins on every database. ``ticks`` of the DET axes, and
        ``borders``: where 0 and 100 % are drawn on them.
    """
    of_seed = over_seeds.of_seed(figures, seed)
    rows = of_seed[(of_seed["level"] == level) & (of_seed["attack"] == ALL)]
    rows = rows.drop_duplicates(["approach", "database"]).set_index(["approach", "database"])
    scored = scores[np.isfinite(scores["score"])]
    seen, _ = parted(figures, protocol.training, protocol.families)
    edges = {name: _edges(own["score"]) for name, own in scored.groupby("approach", sort=False)}
    databases = []
    for name, members in protocol.rows().items():
        counted = protocol.select(scored, members)
        approaches = [
            _of_approach(approach, counted, rows.loc[approach, name], edges[approach])
            for approach in edges
            if (approach, name) in rows.index
        ]
        pooled = members if len(members) > 1 else []
        about = {"name": name, "seen": name in seen, "pooled": pooled}
        databases.append(about | {"approaches": approaches})
    ticks = [[at, f"{100 * rate:g}"] for at, rate in zip(_stretched(TICKS), TICKS, strict=True)]
    borders = [[_stretched([rate])[0], name] for rate, name in EDGES]
    found = {"level": level, "unit": UNITS[level], "seed": seed}
    return found | {"ticks": ticks, "borders": borders, "databases": databases}


def _of_approach(
    name: str, counted: pd.DataFrame, row: pd.Series, edges: tuple[float, float]
) -> dict[str, Any]:
    own = counted[counted["approach"] == name]
    real = (own["attack"] == REAL).to_numpy()
    score = own["score"].to_numpy(np.float64)
    return {
        "name": name,
        "real": int(real.sum()),
        "fake": int((~real).sum()),
        "auc": row["auc"],
        "threshold": row["threshold"],
        "fnr_at": row["fnr"],
        "fpr_at": row["fpr"],
        **_curve(real, score, float(row["threshold"])),
        "edges": list(edges),
        "reals": _counts(score[real], edges),
        "fakes": _counts(score[~real], edges),
    }


def _curve(real: np.ndarray, score: np.ndarray, threshold: float) -> Mapping[str, Any]:
    if not 0 < real.sum() < len(real):
        return dict.fromkeys(("fpr", "tpr", "point", "det_fpr", "det_fnr", "det_point"))
    fpr, tpr = thinning.points(real, score)
    at = (metrics.fpr(score, real, threshold), metrics.fnr(score, real, threshold))
    return {
        "fpr": fpr.tolist(),
        "tpr": tpr.tolist(),
        "point": [at[0], 1 - at[1]],
        "det_fpr": _stretched(fpr),
        "det_fnr": _stretched(1 - tpr),
        "det_point": _stretched(at),
    }


def _stretched(rates: np.ndarray | Sequence[float]) -> list[float]:
    return thinning.deviates(rates).tolist()


def _edges(score: pd.Series) -> tuple[float, float]:
    """Return what an approach's histogram spans: [0, 1] for probabilities, else all its scores."""
    low, high = float(score.min()), float(score.max())
    if low >= 0 and high <= 1:
        return 0.0, 1.0
    return (low, high) if low < high else (low - 0.5, high + 0.5)


def _counts(score: np.ndarray, edges: Sequence[float]) -> list[int]:
    return np.histogram(score, BINS, (edges[0], edges[1]))[0].tolist()
