"""When a difference is called sure, how its p-value is printed, and both in words."""

from math import isnan

import pandas as pd

from deepfake_attribution.report.cells import NOTHING

DIGITS = 12  # of a p-value; what lies behind them is how a computer adds


def limit(confidence: float) -> float:
    """Return the p-value below which a difference is sure; ``confidence`` is in percent."""
    return round(1 - confidence / 100, DIGITS)


def sure(p: float, confidence: float) -> bool:
    """Return whether a corrected p-value is below `limit`; NaN is not."""
    return round(p, DIGITS) < limit(confidence)


def p_text(p: float, confidence: float) -> str:
    """Return a p-value with two digits, or as many as say what `sure` says; a dash for NaN."""
    if isnan(p):
        return NOTHING
    texts = (f"{p:.{digits}g}" for digits in range(2, DIGITS + 1))
    agree = (text for text in texts if sure(float(text), confidence) == sure(p, confidence))
    return next(agree, f"{p:.{DIGITS}g}")


def smallest_p(differences: pd.DataFrame) -> tuple[float, int, int] | None:
    """Return the smallest corrected p-value that these draws allow, and what it comes from.

    Of D draws none can say less than 2 / (D + 1), and Holm multiplies the smallest of m pairs by m
    (`doubt.significance`).

    Args:
        differences: of ``data/results/doubt``.

    Returns:
        p, D and m of the database and measure where it can be smallest; None without any.
    """
    told = differences[differences["p_corrected"].notna()] if len(differences) else differences
    floors = []
    for _, own in told.groupby(["database", "measure"], sort=False):
        draws = int(own["draws"].max())
        floors.append((min(1.0, len(own) * 2 / (draws + 1)), draws, len(own)))
    return min(floors, default=None)


def words(differences: pd.DataFrame) -> list[str]:
    """Return how intervals and p-values are read, and what they hold fixed.

    Args:
        differences: of ``data/results/doubt``; at least one.
    """
    confidence = float(differences["confidence"].iloc[0])
    below = limit(confidence)
    return [
        f"In square brackets: the {confidence:g} % interval of a figure, from draws of source "
        "videos with replacement; a source video goes in with all that was made of it, real and "
        "fake. It says how far the figure would move had other source videos been tested. The "
        "threshold and the training stay as they are; of several seeds it is the interval of their "
        'mean. "No spread": the draws gave the same value, as few videos without an error do; that '
        "is no proof of certainty. No bracket: too few source videos, or nothing to count.",
        "Two approaches are compared on the same videos and the same draws. p says how easily "
        "their difference comes about by the choice of source videos alone (two-sided), corrected "
        "for the number of pairs compared on that database (Holm); a difference is called sure "
        f"where p is below {below:g}.{_floor(differences)} The interval of a difference is not "
        "corrected for the number of pairs: it may leave out 0 beside a p that is not below "
        f"{below:g}, which is no contradiction. Differences are in percentage points, the first "
        "minus the other: of HTER, below zero is better. Every pair is in differences.csv.",
    ]


def _floor(differences: pd.DataFrame) -> str:
    """Return below what no p can be, in words; nothing where no p was computed."""
    smallest = smallest_p(differences)
    if smallest is None:
        return ""
    p, draws, pairs = smallest
    confidence = float(differences["confidence"].iloc[0])
    plural = "s" if pairs != 1 else ""
    more = "" if sure(p, confidence) else " With so few draws no difference can be sure."
    return (
        f" No p here can be smaller than {p_text(p, confidence)}: 2 / ({draws} draws + 1), times "
        f"{pairs} pair{plural}.{more}"
    )
