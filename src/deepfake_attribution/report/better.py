"""Which approach is best on a database, and whether that is sure."""

from collections.abc import Mapping
from math import isnan
from typing import NamedTuple

import pandas as pd

from deepfake_attribution.evaluate.metadata_baseline.baseline import VARIANTS
from deepfake_attribution.report.cells import NOTHING, bracketed, percent, signed
from deepfake_attribution.report.confidence import p_text, sure
from deepfake_attribution.report.results import pooled

KINDS = {"auc": "AUC", "hter": "HTER"}
BESIDE = {"real videos": "n_real", "fake videos": "n_fake", "left out": "left_out"}


class Verdict(NamedTuple):
    """What one measure says of the approaches on one database.

    Attributes:
        best: several only where they print the same figure; none where no approach has one.
        near: surely worse than none of the best.
        untold: whether they are worse cannot be told of any pair.
        worse: surely worse than at least one of the best, which all have the same figure.
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
        pairs = [_pair(own, measure, one, str(other)) for one in best]
        told = [pair for pair in pairs if pair is not None and not isnan(pair["p_corrected"])]
        if not told:
            found.untold.append(str(other))
        elif any(sure(pair["p_corrected"], pair["confidence"]) for pair in told):
            found.worse.append(str(other))
        else:
            found.near.append(str(other))
    return found


def table(
    figures: pd.DataFrame, differences: pd.DataFrame, database: str, measure: str = "auc"
) -> pd.DataFrame:
    """Return the best approach minus every other, with interval and corrected p.

    Args:
        figures, differences, database: as for `verdict`.
        measure: of `KINDS`: what the best is best by; its columns stand first.

    Returns:
        Text; no rows where nothing can be compared. Several that are best together have rows each,
        and one for what lies between them.
    """
    best = _best(rivals(figures, database), measure)
    own = differences[differences["database"] == database]
    others = dict.fromkeys([*own["one"], *own["other"]])
    lines = []
    for place, one in enumerate(best):
        for other in (name for name in others if name not in best[: place + 1]):
            pairs = {name: _pair(own, name, one, other) for name in _ordered(measure)}
            first = pairs[measure]
            if first is not None:
                about = {"approach": one, "against": other}
                beside = {name: first[column] for name, column in BESIDE.items()}
                lines.append(about | _cells(pairs) | beside)
    return pd.DataFrame(lines)


def _ordered(measure: str) -> list[str]:
    return [measure, *(name for name in KINDS if name != measure)]


def _cells(pairs: Mapping[str, pd.Series | None]) -> dict[str, str]:
    """Return difference and p of each measure of one pair."""
    cells = {}
    for name, pair in pairs.items():
        cells[f"{KINDS[name]} difference"] = _difference(pair)
        told = NOTHING if pair is None else p_text(pair["p_corrected"], pair["confidence"])
        cells[f"p of {KINDS[name]}"] = told
    return cells


def rivals(figures: pd.DataFrame, database: str) -> pd.DataFrame:
    """Return the rows of a database that are compared: without the baseline that sees no pixel."""
    rows = pooled(figures)
    heads = ~rows["approach"].isin(VARIANTS)
    return rows[(rows["database"] == database) & heads]


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
