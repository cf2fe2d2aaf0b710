"""Which approach is best on a database, and which are significantly worse."""

from collections.abc import Mapping
from math import isnan
from typing import NamedTuple

import pandas as pd

from deepfake_attribution.evaluate.metadata_baseline.baseline import VARIANTS
from deepfake_attribution.report.cells import NOTHING, bracketed, percent, signed
from deepfake_attribution.report.confidence import is_significant, p_text
from deepfake_attribution.report.results import pooled

KINDS = {"auc": "AUC", "hter": "HTER"}
COUNTS = {"real videos": "n_real", "fake videos": "n_fake", "left out": "left_out"}


class Verdict(NamedTuple):
    """How the approaches compare on one database, by one measure.

    Attributes:
        best: approaches with the best figure; several if they print the same, none if no approach
            has a figure.
        not_worse: not significantly worse than any of the best.
        untested: without a p-value against any of the best.
        worse: significantly worse than at least one of the best.
    """

    best: list[str]
    not_worse: list[str]
    untested: list[str]
    worse: list[str]


def none() -> pd.DataFrame:
    """Return an empty table of differences."""
    return pd.DataFrame(columns=["database", "measure", "one", "other", "difference", "confidence"])


def verdict(
    figures: pd.DataFrame, differences: pd.DataFrame, database: str, measure: str
) -> Verdict:
    """Return which approach is best on a database, and how the others compare with it.

    Args:
        figures: `results.over_seeds`.
        differences: of ``data/uncertainty``.
        database: a dataset or a family.
        measure: of `KINDS`.
    """
    rows = rivals(figures, database)
    first = best_of(rows, measure)
    found = Verdict(first, [], [], [])
    own = differences[differences["database"] == database]
    for other in rows.loc[rows[measure].notna(), "approach"]:
        if other in first:
            continue
        pairs = [difference(own, measure, one, str(other)) for one in first]
        tested = [pair for pair in pairs if pair is not None and not isnan(pair["p_corrected"])]
        if not tested:
            found.untested.append(str(other))
        elif any(is_significant(pair["p_corrected"], pair["confidence"]) for pair in tested):
            found.worse.append(str(other))
        else:
            found.not_worse.append(str(other))
    return found


def table(
    figures: pd.DataFrame, differences: pd.DataFrame, database: str, measure: str = "auc"
) -> pd.DataFrame:
    """Return every other approach minus the best, with interval and corrected p.

    Args:
        figures, differences, database: as for `verdict`.
        measure: of `KINDS`: decides which approach is best; its columns come first.

    Returns:
        Text; no rows if nothing can be compared. Each approach that shares the best figure has rows
        of its own; the pair of two best approaches has one row.
    """
    best = best_of(rivals(figures, database), measure)
    own = differences[differences["database"] == database]
    others = dict.fromkeys([*own["one"], *own["other"]])
    lines = []
    for place, one in enumerate(best):
        for other in (name for name in others if name not in best[: place + 1]):
            pairs = {name: difference(own, name, other, one) for name in _ordered(measure)}
            first = pairs[measure]
            if first is not None:
                about = {"approach": other, "against": one}
                counts = {name: first[column] for name, column in COUNTS.items()}
                lines.append(about | _cells(pairs) | counts)
    return pd.DataFrame(lines)


def _ordered(measure: str) -> list[str]:
    return [measure, *(name for name in KINDS if name != measure)]


def _cells(pairs: Mapping[str, pd.Series | None]) -> dict[str, str]:
    """Return difference and p of each measure of one pair."""
    cells = {}
    for name, pair in pairs.items():
        cells[f"{KINDS[name]} difference"] = _difference(pair)
        p = NOTHING if pair is None else p_text(pair["p_corrected"], pair["confidence"])
        cells[f"p of {KINDS[name]}"] = p
    return cells


def rivals(figures: pd.DataFrame, database: str) -> pd.DataFrame:
    """Return the rows of a database that are compared: all but the metadata baseline."""
    rows = pooled(figures)
    heads = ~rows["approach"].isin(VARIANTS)
    return rows[(rows["database"] == database) & heads]


def best_of(rows: pd.DataFrame, measure: str) -> list[str]:
    """Return the approaches with the best figure; several only if they print the same.

    Args:
        rows: from `rivals`.
        measure: AUC is better if it is higher, every other measure if it is lower.
    """
    there = rows[rows[measure].notna()]
    if there.empty:
        return []
    ordered = there.sort_values(measure, ascending=measure != "auc", kind="stable")
    first = percent(ordered[measure].iloc[0])
    return [str(row["approach"]) for _, row in ordered.iterrows() if percent(row[measure]) == first]


def difference(own: pd.DataFrame, measure: str, one: str, other: str) -> pd.Series | None:
    """Return the row ``one`` minus ``other`` of a measure, whichever way it is stored.

    Args:
        own: differences of one database.
        measure: of `KINDS`.
        one, other: approaches; None is returned if they were not compared.
    """
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
