"""Which approach is better, and whether that is sure: a sentence and a table per database."""

from collections.abc import Sequence
from math import isnan

import pandas as pd

from deepfake_attribution.cues import VARIANTS
from deepfake_attribution.report.cells import NOTHING, bracketed, percent, ranged, signed
from deepfake_attribution.report.results import pooled

KINDS = {"auc": "AUC", "hter": "HTER"}


def none() -> pd.DataFrame:
    """Return differences of no approaches."""
    return pd.DataFrame(columns=["database", "measure", "one", "other", "difference", "confidence"])


def sentences(figures: pd.DataFrame, differences: pd.DataFrame, database: str) -> list[str]:
    """Return which approach ranks best on a database, which errs least, and how sure that is.

    Args:
        figures: `results.over_seeds`.
        differences: of ``data/results/doubt``.
        database: a dataset or a family.
    """
    rows = rivals(figures, database)
    ranks, errs = _best(rows, "auc"), _best(rows, "hter")
    if not ranks:
        reasons = " ".join(dict.fromkeys(str(note) for note in rows["missing"] if note))
        return [f"On {database}: which approach is best cannot be told ({reasons or 'no score'})."]
    row = rows.set_index("approach").loc[ranks[0]]
    n = f"{row['n_real']} real and {row['n_fake']} fake videos"
    than = _than(differences, database, ranks, "auc")
    said = [f"On {database} ({n}): {_said('best', ranks, row, 'auc')}{than}."]
    if errs:
        row = rows.set_index("approach").loc[errs[0]]
        than = _than(differences, database, errs, "hter")
        said.append(f"Fewest errors at the threshold: {_said('', errs, row, 'hter')}{than}.")
    return said


def table(figures: pd.DataFrame, differences: pd.DataFrame, database: str) -> pd.DataFrame:
    """Return the approach that ranks best minus every other, with interval and corrected p.

    Args:
        figures, differences, database: as for `sentences`.

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


def _said(word: str, names: Sequence[str], row: pd.Series, measure: str) -> str:
    figure = f"{' and '.join(names)}, {KINDS[measure]} {ranged(row, measure)}"
    return f"{word} {figure}" if word else figure


def _than(differences: pd.DataFrame, database: str, best: Sequence[str], measure: str) -> str:
    """Return which approaches the best one is surely better than, and which not."""
    own = differences[differences["database"] == database]
    sure, unsure, unknown = [], [], []
    for other in dict.fromkeys([*own["one"], *own["other"]]):
        pair = None if other in best else _pair(own, measure, best[0], str(other))
        if pair is None:
            continue
        if isnan(pair["p_corrected"]):
            unknown.append(str(other))
        elif pair["p_corrected"] < 1 - pair["confidence"] / 100:
            sure.append(str(other))
        else:
            unsure.append(f"{other} (p {p_text(pair['p_corrected'])})")
    parts = []
    if unsure:
        parts.append(f"not surely better than {', '.join(unsure)}")
    if sure and not unsure and not unknown:
        every = "every other" if len(sure) > 1 else sure[0]
        parts.append(f"surely better than {every}")
    elif sure:
        parts.append(f"surely better than {', '.join(sure)}")
    if unknown:
        parts.append(f"whether better than {', '.join(unknown)} cannot be told from so few videos")
    return "".join(f"; {part}" for part in parts)


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
