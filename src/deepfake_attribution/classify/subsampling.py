"""A subsample of crops, for classifiers whose time grows faster than their number."""

import numpy as np
import pandas as pd
from numpy.typing import NDArray


def subsample(
    labels: NDArray[np.str_], groups: NDArray[np.str_], rows: int, generator: np.random.Generator
) -> NDArray[np.intp]:
    """Return ``rows`` positions, sorted: classes keep their shares, groups take turns.

    Each class gets its share of ``rows`` by largest remainder, at least 1. Inside a class every
    group gives one random row before any gives a second: frames of one video are much alike.

    Raises:
        ValueError: there are fewer ``rows`` than classes, or fewer positions than ``rows``.
    """
    classes, counts = np.unique(labels, return_counts=True)
    if not len(classes) <= rows <= len(labels):
        raise ValueError(f"cannot take {rows} of {len(labels)} rows in {len(classes)} classes")
    # One for each class first, the rest in proportion: rounded down, then by largest remainder.
    exact = (counts - 1) * (rows - len(classes)) / max(len(labels) - len(classes), 1)
    quotas = 1 + np.floor(exact).astype(np.int64)
    largest = np.argsort(-(exact % 1), kind="stable")
    quotas[largest[: rows - quotas.sum()]] += 1
    shuffled = generator.permutation(len(labels))
    table = pd.DataFrame({"row": shuffled, "label": labels[shuffled], "group": groups[shuffled]})
    table["turn"] = table.groupby(["label", "group"]).cumcount()
    table = table.sort_values("turn", kind="stable")
    place = table.groupby("label").cumcount()
    quota = table["label"].map(dict(zip(classes.tolist(), quotas.tolist(), strict=True)))
    return np.sort(table.loc[place < quota, "row"].to_numpy())
