"""Which approach is best on a database, and whether that is sure."""

from math import isnan
from typing import NamedTuple

import pandas as pd

from deepfake_attribution.cues import VARIANTS
from deepfake_attribution.report.cells import NOTHING, bracketed, percent, signed
from deepfake_attribution.report.results import pooled

KINDS = {"auc": "AUC", "hter": "HTER"}


class Verdict(NamedTuple):
    """What one measure says of the approaches on one database.

    Attributes:
        best: several only where they print the same figure; none where no approach has one.
        near: not surely worse than the best.
        untold: whether they are worse cannot be told.
        worse: surely worse.
    """

    best: list[str]
    near: list[str]
    untold: list[str]
    worse: list[str]


def none() -> pd.DataFrame:
    """Return differences of no approaches."""
    return pd.DataFrame(columns=["database", "measure", "one", "other", "difference", "confidence"])


def verdict(
    figures: pd.DataFrame, differences: pd.DataFrame, database: str, measure: str
) -> Verdict:
    """Return which approach is best on a database, and how the others compare with it.

    Args:
        figures: `results.over_seeds`.
        differences: of ``data/results/doubt``.
        database: a dataset or a family.
        measure: of `KINDS`.
    """
    rows = rivals(figures, database)
    best = _best(rows, measure)
    found = Verdict(best, [], [], [])
    own = differences[differences["database"] == database]
    for other in rows.loc[rows[measure].notna(), "approach"]:
        if other in best:
            continue
        pair = _pair(own, measure, best[0], str(other))
        if pair is None or isnan(pair["p_corrected"]):
            found.untold.append(str(other))
        elif pair["p_corrected"] < 1 - pair["confidence"] / 100:
            found.worse.append(str(other))
        else:
            found.near.append(str(other))
    return found


def table(figures: pd.DataFrame, differences: pd.DataFrame, database: str) -> pd.DataFrame:
    """Return the approach that ranks best minus every other, with interval and corrected p.

    Args:
        figures, differences, database: as for `verdict`.

    Returns:
        Text; no rows where nothing can be compared.
    """
    best = _best(rivals(figures, database), "auc")
    lines = []
    own = differences[differences["database"] == database]
    for other in dict.fromkeys([*own["one"], *own["other"]]) if best else ():
        pairs = {name: _pair(own, name, best[0], other) for name in KINDS}
        if pairs["auc"] is None:
            continue
        cells: dict[str, object] = {"approach": best[0], "against": other}
        for name, pair in pairs.items():
            cells[f"{KINDS[name]} difference"] = _difference(pair)
            cells[f"p of {KINDS[name]}"] = NOTHING if pair is None else p_text(pair["p_corrected"])
        beside = {"real videos": "n_real", "fake videos": "n_fake", "left out": "left_out"}
        lines.append(cells | {name: pairs["auc"][column] for name, column in beside.items()})
    return pd.DataFrame(lines)


def rivals(figures: pd.DataFrame, database: str) -> pd.DataFrame:
    """Return the rows of a database that are compared: without the baseline that sees no pixel."""
    rows = pooled(figures)
    heads = ~rows["approach"].isin(VARIANTS)
    return rows[(rows["database"] == database) & heads]


def p_text(p: float) -> str:
    """Return a p-value with two digits, a dash for NaN."""
    return NOTHING if isnan(p) else f"{p:.2g}"


def _best(rows: pd.DataFrame, measure: str) -> list[str]:
    """Return the approaches with the best figure; several only where they print the same."""
    there = rows[rows[measure].notna()]
    if there.empty:
        return []
    ordered = there.sort_values(measure, ascending=measure == "hter", kind="stable")
    first = percent(ordered[measure].iloc[0])
    return [str(row["approach"]) for _, row in ordered.iterrows() if percent(row[measure]) == first]


def _pair(own: pd.DataFrame, measure: str, one: str, other: str) -> pd.Series | None:
    """Return the difference ``one`` minus ``other`` of a measure, whichever way it was taken."""
    rows = own[own["measure"] == measure]
    there = rows[(rows["one"] == one) & (rows["other"] == other)]
    if len(there):
        return there.iloc[0]
    turned = rows[(rows["one"] == other) & (rows["other"] == one)]
    if turned.empty:
        return None
    row = turned.iloc[0].copy()
    row[["difference", "low", "high"]] = -row[["difference", "high", "low"]].to_numpy()
    return row


def _difference(pair: pd.Series | None) -> str:
    if pair is None or isnan(pair["difference"]):
        return NOTHING
    return signed(pair["difference"]) + bracketed(pair["low"], pair["high"])
