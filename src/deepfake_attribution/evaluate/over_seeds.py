"""Results of several training seeds: one table with a column ``seed``, one mean per figure."""

from collections.abc import Mapping

import numpy as np
import pandas as pd

from deepfake_attribution.core.metrics import rounded
from deepfake_attribution.evaluate.protocol import ALL

SEED = "seed"
FIGURES = ["auc", "fnr", "fpr", "hter"]
Means = dict[str, dict[str, dict[str, float]]]


def stack(parts: Mapping[int, pd.DataFrame]) -> pd.DataFrame:
    """Return the tables of all seeds below each other, ``seed`` (int64) as the second column.

    Args:
        parts: seed -> table; all with the same columns.
    """
    stacked = []
    for seed, part in parts.items():
        part = part.copy()
        part.insert(1, SEED, np.full(len(part), seed, dtype=np.int64))
        stacked.append(part)
    # an empty table would turn the others' columns into objects
    return pd.concat([part for part in stacked if len(part)] or stacked[:1], ignore_index=True)


def means(figures: pd.DataFrame) -> Means:
    """Return ``{approach: {database: {"auc", "fnr", "fpr", "hter"}}}``: means over the seeds.

    Of the video level, in percent with two decimals; rounded last. A figure that is missing for a
    seed (NaN) has no mean and is left out, as in the report's tables.

    Args:
        figures: `stack` of `protocol.Evaluation.table`.
    """
    pooled = figures[(figures["level"] == "video") & (figures["attack"] == ALL)]
    # The first row of each is over all compressions.
    pooled = pooled.drop_duplicates(["approach", SEED, "database"])
    found: Means = {}
    for (approach, database), rows in pooled.groupby(["approach", "database"], sort=False):
        values = rows[FIGURES].mean(skipna=False).dropna()
        if len(values):
            shown = {str(name): rounded(value) for name, value in values.items()}
            found.setdefault(str(approach), {})[str(database)] = shown
    return found


def of_seed(table: pd.DataFrame, seed: int) -> pd.DataFrame:
    """Return the rows of one seed."""
    return table[table[SEED] == seed]
