"""Results of several training seeds: one table with a column ``seed``."""

from collections.abc import Mapping

import numpy as np
import pandas as pd

SEED = "seed"


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


def of_seed(table: pd.DataFrame, seed: int) -> pd.DataFrame:
    """Return the rows of one seed."""
    return table[table[SEED] == seed]
