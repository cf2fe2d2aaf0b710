"""The few figures that DVC compares: AUC and HTER per approach, means over the databases.

Every other figure is in ``data/results`` and ``reports/tables``.
"""

import json
from collections.abc import Collection, Mapping
from pathlib import Path

import numpy as np
import pandas as pd

from deepfake_attribution.core import durable, paths, tables
from deepfake_attribution.core.metrics import rounded
from deepfake_attribution.evaluate.over_seeds import SEED
from deepfake_attribution.evaluate.protocol import ALL, Protocol

SEEN, COMPARED, UNSEEN = "seen", "compared", "unseen"
MEASURES = ("auc", "hter")
COLUMNS = ["approach", "part", "measure", "mean", "databases"]
BEST = paths.METRICS / "best.json"
Means = Mapping[str, Mapping[str, float]]


def table(
    figures: pd.DataFrame, protocol: Protocol, compared_on: Collection[str] = ()
) -> pd.DataFrame:
    """Return a row per approach, part and measure, in percent, unrounded.

    The parts are the databases trained on (seen), those of the others that recipes were compared
    on (compared), and the rest (unseen), by which nothing was chosen. A part without a database has
    no row.

    A database's figure is the mean over the training seeds. One that a seed lacks (a database
    without reals or without fakes) is left out; ``databases`` counts the others. Families are left
    out, because they repeat the videos of their databases.

    Args:
        figures: `over_seeds.stack` of `protocol.Evaluation.table`.
        protocol: which databases there are, and which were trained on.
        compared_on: databases not trained on that recipes were compared on.
    """
    pooled = figures[(figures["level"] == "video") & (figures["attack"] == ALL)]
    # The first row of each is over all compressions.
    pooled = pooled.drop_duplicates(["approach", SEED, "database"])
    parts: dict[str, list[str]] = {SEEN: [], COMPARED: [], UNSEEN: []}
    for name in protocol.databases:
        other = COMPARED if name in compared_on else UNSEEN
        parts[SEEN if name in protocol.training else other].append(name)
    rows = []
    for approach, own in pooled.groupby("approach", sort=False):
        by_database = own.groupby("database")[list(MEASURES)]
        figure_of = by_database.agg(lambda values: values.mean(skipna=False))
        for part, names in parts.items():
            for measure in MEASURES if names else ():
                values = figure_of[measure].reindex(names).dropna()
                mean = values.mean() if len(values) else np.nan
                rows.append((approach, part, measure, mean, len(values)))
    return pd.DataFrame(rows, columns=COLUMNS)


def metrics_file(head: str, approach: str) -> Path:
    """The file of an approach: one each, so `dvc metrics show` has a row per approach."""
    return paths.METRICS / head / f"{approach}.json"


def write_metrics(head: str) -> None:
    """Write ``{"seen": {"auc", "hter"}, "compared": ..., "unseen": ...}`` of each approach.

    In percent with two decimals. What cannot be computed is left out.

    Args:
        head: whose approaches.
    """
    for approach, rows in _stored(head).groupby("approach", sort=False):
        _write(_means(rows), metrics_file(head, str(approach)))


def write_best(head: str, approach: str) -> None:
    """Write which approach is the best, and its AUC and HTER over the unseen databases.

    Without such databases, over those that recipes were compared on; else over those trained on.

    Args:
        head: of the approach.
        approach: that was chosen.
    """
    rows = _stored(head)
    means = _means(rows[rows["approach"] == approach])
    found = next((means[part] for part in (UNSEEN, COMPARED, SEEN) if part in means), {})
    _write({"best": approach, **found}, BEST)


def _stored(head: str) -> pd.DataFrame:
    return tables.read(paths.results(head) / "headline.parquet")


def _means(rows: pd.DataFrame) -> Means:
    """Return the means of one approach by part and measure, rounded; those that exist."""
    there = rows[rows["mean"].notna()]
    found: dict[str, dict[str, float]] = {}
    for part, measure, mean in zip(there["part"], there["measure"], there["mean"], strict=True):
        found.setdefault(part, {})[measure] = rounded(mean)
    return found


def _write(content: Mapping[str, object], path: Path) -> None:
    durable.write((json.dumps(content, indent=2) + "\n").encode(), path)
