"""What a forest plot shows: each approach minus the best one of a database."""

from collections.abc import Sequence
from math import isnan
from typing import NamedTuple

import pandas as pd

from deepfake_attribution.evaluate.uncertainty.intervals import FEWEST
from deepfake_attribution.report import answers, better
from deepfake_attribution.report.confidence import is_significant


class Line(NamedTuple):
    """An approach minus the best one, in percentage points.

    Attributes:
        approach: its name.
        difference, low, high: with the ends of the interval; NaN if they are not known.
        p: corrected; NaN if there is none.
        significant: whether p says so.
        best: whether it is the best one itself; then the difference is 0 without an interval.
    """

    approach: str
    difference: float
    low: float
    high: float
    p: float
    significant: bool
    best: bool


class Panel(NamedTuple):
    """A database: its best approach, a line for each approach, and how many videos are counted."""

    database: str
    seen: bool
    best: str
    lines: Sequence[Line]
    n_real: int
    n_fake: int


def panels(
    figures: pd.DataFrame, differences: pd.DataFrame, seen: Sequence[str], measure: str
) -> list[Panel]:
    """Return a panel for each database with a comparison: those trained on first.

    If several approaches share the best figure, the others are compared with the first of them.

    Args:
        figures: `results.over_seeds`.
        differences: of ``data/uncertainty``.
        seen: the databases trained on.
        measure: of `better.KINDS`.
    """
    found = []
    for name in figures["database"].unique():
        rows = better.rivals(figures, name)
        own = differences[differences["database"] == name]
        best = next(iter(better.best_of(rows, measure)), None)
        if best is None:
            continue
        lines = [_line(own, measure, str(one), best) for one in rows["approach"]]
        shown = [line for line in lines if line is not None]
        if len(shown) > 1:
            first = rows.iloc[0]
            n = (int(first["n_real"]), int(first["n_fake"]))
            found.append(Panel(str(name), name in seen, best, shown, *n))
    return sorted(found, key=lambda panel: not panel.seen)


def notes(shown: Sequence[Panel], differences: pd.DataFrame, measure: str) -> str:
    """Return what a caption adds: how many pairs p is corrected for, and why bars are missing.

    Args:
        shown: from `panels`.
        differences, measure: as for `panels`.
    """
    rows = differences[(differences["measure"] == measure) & differences["p_corrected"].notna()]
    own = rows[rows["database"].isin([panel.database for panel in shown])]
    counts = own.groupby("database").size()
    sentences = []
    if len(counts) and counts.max() > 1:
        pairs = answers.ranged(counts.tolist(), "{:.0f}".format)
        sentences.append(
            f"p is corrected for the {pairs} pairs of a database (Holm), the bars are not. So a "
            "bar can exclude 0 although its mark is hollow."
        )
    if any(isnan(line.low) and not line.best for panel in shown for line in panel.lines):
        sentences.append(f"Without a bar: not tested, fewer than {FEWEST} source videos.")
    return " ".join(sentences)


def span(shown: Sequence[Panel]) -> tuple[float, float]:
    """Return both ends of an axis that holds zero and every interval of all panels."""
    values = [
        value
        for panel in shown
        for line in panel.lines
        for value in (line.difference, line.low, line.high)
        if not isnan(value)
    ]
    low, high = min(values), max(values)
    room = 0.06 * (high - low) or 1.0
    return low - room, high + room


def _line(own: pd.DataFrame, measure: str, approach: str, best: str) -> Line | None:
    if approach == best:
        nan = float("nan")
        return Line(approach, 0.0, nan, nan, nan, False, True)
    pair = better.difference(own, measure, approach, best)
    if pair is None or isnan(pair["difference"]):
        return None
    low, high, p = (float(pair[name]) for name in ("low", "high", "p_corrected"))
    significant = is_significant(p, pair["confidence"])
    return Line(approach, float(pair["difference"]), low, high, p, significant, False)
