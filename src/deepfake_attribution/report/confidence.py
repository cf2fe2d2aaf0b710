"""When a difference is significant, how its p-value is printed, and both as sentences."""

from math import isnan

import pandas as pd

from deepfake_attribution.report.cells import NOTHING

DIGITS = 12  # of a p-value; further digits are rounding errors


def limit(confidence: float) -> float:
    """Return the p-value below which a difference is significant; ``confidence`` is in percent."""
    return round(1 - confidence / 100, DIGITS)


def is_significant(p: float, confidence: float) -> bool:
    """Return whether a corrected p-value is below `limit`; NaN is not."""
    return round(p, DIGITS) < limit(confidence)


def p_text(p: float, confidence: float) -> str:
    """Return a p-value with two digits, or as many as `is_significant` needs; a dash for NaN."""
    if isnan(p):
        return NOTHING
    texts = (f"{p:.{digits}g}" for digits in range(2, DIGITS + 1))
    significant = is_significant(p, confidence)
    agree = (text for text in texts if is_significant(float(text), confidence) == significant)
    return next(agree, f"{p:.{DIGITS}g}")


def smallest_p(differences: pd.DataFrame) -> tuple[float, int, int] | None:
    """Return the smallest corrected p-value that these draws allow, and what it comes from.

    With D draws the smallest p is 2 / (D + 1), and Holm's correction multiplies the smallest of m
    pairs by m (`uncertainty.significance`).

    Args:
        differences: of ``data/uncertainty``.

    Returns:
        p, D and m of the database and measure where it can be smallest; None without any.
    """
    tested = differences[differences["p_corrected"].notna()] if len(differences) else differences
    floors = []
    for _, own in tested.groupby(["database", "measure"], sort=False):
        draws = int(own["draws"].max())
        floors.append((min(1.0, len(own) * 2 / (draws + 1)), draws, len(own)))
    return min(floors, default=None)


def explanation(differences: pd.DataFrame) -> list[str]:
    """Return how to read intervals and p-values, and what they hold fixed.

    Args:
        differences: of ``data/uncertainty``; at least one.
    """
    confidence = float(differences["confidence"].iloc[0])
    below = limit(confidence)
    return [
        f"In square brackets: the {confidence:g} % confidence interval of a figure. Source videos "
        "are drawn with replacement (bootstrap), each together with every video made from it, real "
        "and fake. The interval shows how much the figure depends on which source videos were "
        "tested. The threshold and the training are held fixed; with several seeds it is the "
        'interval of their mean. "No spread": all draws gave the same value, as happens with few '
        "videos and no error; this does not prove that the figure is exact. No bracket: too few "
        "source videos, or nothing to count.",
        "Two approaches are compared on the same videos and the same draws. p is the two-sided "
        "p-value: how likely such a difference is by the choice of source videos alone. It is "
        "corrected for the number of pairs compared on that database (Holm); a difference is "
        f"significant if p is below {below:g}.{_floor(differences)} The interval of a difference "
        "is not corrected for the number of pairs. So an interval can exclude 0 although p is not "
        f"below {below:g}; this is no contradiction. Differences are in percentage points, the "
        "first minus the other; for HTER, below zero is better. Every pair is in differences.csv.",
    ]


def _floor(differences: pd.DataFrame) -> str:
    """Return a sentence about the smallest possible p; empty if no p was computed."""
    smallest = smallest_p(differences)
    if smallest is None:
        return ""
    p, draws, pairs = smallest
    confidence = float(differences["confidence"].iloc[0])
    plural = "s" if pairs != 1 else ""
    return (
        f" No p here can be smaller than {p_text(p, confidence)}: 2 / ({draws} draws + 1), times "
        f"{pairs} pair{plural}."
    )
