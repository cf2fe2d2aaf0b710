"""Sentences that answer a question from its table: groups of databases, and ranges."""

from collections.abc import Callable, Collection, Iterable, Sequence

import pandas as pd

from deepfake_attribution.evaluate.headline import SEEN, UNSEEN

COMPARED_ON = "unseen, but used to compare recipes"
ABOUT = {SEEN: "trained on", UNSEEN: "unseen"}


def groups(
    rows: pd.DataFrame, families: Collection[str], compared_on: Collection[str]
) -> list[tuple[str, pd.DataFrame]]:
    """Return the rows of each group of databases: trained on, used to compare recipes, unseen.

    Args:
        rows: with ``database`` and ``part``.
        families: left out, because they repeat the videos of their databases.
        compared_on: databases that recipes were compared on.

    Returns:
        What the group is, and its rows; groups without rows are left out.
    """
    if rows.empty:
        return []
    own = rows[~rows["database"].isin(families)]
    seen, compared = own["part"] == SEEN, own["database"].isin(compared_on)
    unseen = own["part"] == UNSEEN
    found = [
        (ABOUT[SEEN], own[seen]),
        (COMPARED_ON, own[unseen & compared]),
        (ABOUT[UNSEEN], own[unseen & ~compared]),
    ]
    return [(about, part) for about, part in found if len(part)]


def joined_names(names: Iterable[str]) -> str:
    """Return names as "a, b and c"."""
    *most, last = list(names)
    return f"{', '.join(most)} and {last}" if most else last


def ranged(values: Sequence[float], text: Callable[[float], str]) -> str:
    """Return "smallest to largest", or one figure if both print the same."""
    low, high = text(min(values)), text(max(values))
    return low if low == high else f"{low} to {high}"


def first_unseen(parts: Sequence[str]) -> int:
    """Return the place of the first ``unseen`` part; 0 if there is none."""
    return list(parts).index(UNSEEN) if UNSEEN in parts else 0
