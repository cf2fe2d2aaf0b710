"""Tables of each attack alone: its fakes, and for FPR also the FNR of the reals."""

from collections.abc import Collection, Sequence

import pandas as pd

from deepfake_attribution.report.cells import NOTHING, counted, ranged
from deepfake_attribution.report.results import ALL, context, pooled

REALS = "real (FNR)"  # in the column of attacks


def by_attack(
    figures: pd.DataFrame, measure: str, never_trained_on: Collection[str] = ()
) -> pd.DataFrame:
    """Return a measure of every attack alone, by approach: its fakes against all reals.

    Args:
        figures: `over_seeds`.
        measure: of `RATES`; FPR includes k/n if there is one seed, and each database begins with
            a row that has the FNR of its reals.
        never_trained_on: attacks to mark as such.
    """
    rows = figures[(figures["level"] == "video") & (figures["attack"] != ALL)]
    rows = rows.drop_duplicates(["approach", "database", "attack"])
    approaches = list(rows["approach"].unique())
    whole = pooled(figures)
    lines = []
    for database, own in rows.groupby("database", sort=False):
        if measure == "fpr":
            reals = whole[whole["database"] == database]
            cells = _cells(reals[reals["approach"].isin(approaches)], "fnr", approaches)
            counts = context(reals.iloc[0]) | {"fake videos": NOTHING}
            lines.append({"database": database, "attack": REALS} | cells | counts)
        for attack, one in own.groupby("attack", sort=False):
            named = f"{attack} (not trained on)" if attack in never_trained_on else attack
            cells = _cells(one, measure, approaches)
            lines.append({"database": database, "attack": named} | cells | context(one.iloc[0]))
    return pd.DataFrame(lines)


def _cells(rows: pd.DataFrame, measure: str, approaches: Sequence[str]) -> dict[str, object]:
    """Return a measure by approach, FNR and FPR with counts; ``rows`` has one row per approach."""
    counts = {"fnr": ("k_fnr", "n_real"), "fpr": ("k_fpr", "n_fake")}
    cells: dict[str, object] = dict.fromkeys(approaches, NOTHING)
    for _, row in rows.iterrows():
        text = ranged(row, measure)
        if measure in counts:
            k, n = counts[measure]
            text = counted(text, row[k], row[n])
        cells[row["approach"]] = text
    return cells
