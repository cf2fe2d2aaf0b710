"""The answer to whether the right attack is named: the best approach, and what it confuses."""

from collections.abc import Collection

import pandas as pd

from deepfake_attribution.core.video import REAL
from deepfake_attribution.evaluate.metadata_baseline.baseline import VARIANTS
from deepfake_attribution.evaluate.uncertainty.intervals import FEWEST

SHOWN = 3  # confusions


def answer(confusion: pd.DataFrame, accuracy: pd.DataFrame, families: Collection[str]) -> str:
    """Return which approach names most fakes right, and its most frequent confusions.

    Fakes of attacks that were trained on count. A confusion is the share of one attack's fakes, of
    one database, that get the name of one other attack. Attacks with fewer than `FEWEST` fakes in
    a database are not listed.

    Args:
        confusion: `results.collect` ("confusion"); its counts are over all seeds.
        accuracy: `results.collect` ("accuracy"): it lists classes that were never predicted.
        families: left out, because they repeat the videos of their databases.

    Returns:
        Sentences; empty if no approach names attacks.
    """
    rows = confusion[~confusion["approach"].isin(VARIANTS)]
    rows = rows[~rows["database"].isin(families) & rows["true"].isin(_attacks(confusion, accuracy))]
    if rows.empty:
        return ""
    right = rows[rows["true"] == rows["predicted"]].groupby("approach")["n"].sum()
    total = rows.groupby("approach", sort=False)["n"].sum()
    best = str((right.reindex(total.index, fill_value=0) / total).idxmax())
    k = int(right.get(best, 0))
    own = rows[rows["approach"] == best]
    seeds = own["seed"].nunique()
    over = f", over {seeds} training seeds" if seeds > 1 else ""
    return (
        f"{best} names most fakes of known attacks right: {_share(k, int(total[best]))}{over}. "
        f"{_confusions(own)}"
    ).strip()


def _attacks(confusion: pd.DataFrame, accuracy: pd.DataFrame) -> set[str]:
    """Return the attacks that were trained on: only these are predicted, or listed as never so."""
    listed = {
        name for names in accuracy.get("never_predicted", []) for name in names.split(", ") if name
    }
    return (set(confusion["predicted"]) | listed) - {REAL}


def _confusions(own: pd.DataFrame) -> str:
    """Return the most frequent confusions of one approach as a sentence."""
    keys = ["true", "predicted", "database"]
    counts = own.groupby(keys, sort=False)["n"].sum().reset_index()
    counts["of"] = counts.groupby(["database", "true"])["n"].transform("sum")
    wrong = (counts["true"] != counts["predicted"]) & (counts["predicted"] != REAL)
    found = counts[wrong & (counts["n"] > 0)]
    if found.empty:
        return "It gives no attack the name of another."
    found = found[found["of"] >= FEWEST * own["seed"].nunique()]
    if found.empty:
        return ""
    found = found.assign(share=found["n"] / found["of"])
    first = found.sort_values("share", ascending=False, kind="stable").head(SHOWN)
    listed = [
        f"{row.true} named {row.predicted}, {_share(row.n, row.of)} on {row.database}"
        for row in first.itertuples()
    ]
    return f"Most frequent confusions: {'; '.join(listed)}."


def _share(k: int, n: int) -> str:
    return f"{k} of {n} ({100 * k / n:.0f} %)"
