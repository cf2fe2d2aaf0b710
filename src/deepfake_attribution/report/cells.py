"""Numbers as they are printed: percentages, ranges over seeds, intervals, counts, differences."""

import math

import pandas as pd

from deepfake_attribution.core.metrics import rounded

NOTHING = "-"  # there is nothing to count


def percent(value: float) -> str:
    """Return ``value`` with two decimals, a dash for NaN."""
    return NOTHING if math.isnan(value) else f"{rounded(float(value)):.2f}"


def signed(value: float) -> str:
    """Return a difference in percentage points with its sign, a dash for NaN; zero has none."""
    text = percent(value)
    return f"+{text}" if value > 0 and text != "0.00" else text.replace("-0.00", "0.00")


def ranged(row: pd.Series, name: str, decimals: int = 2) -> str:
    """Return a measure of a row of `results.over_seeds`: mean, range of several seeds, interval.

    Args:
        row: with ``name``, ``name_low``, ``name_high`` and ``seeds``; ``name_ci_low`` and
            ``name_ci_high`` where there is an interval.
        name: of the measure.
        decimals: 2 rounds halves up, as percentages are printed.
    """
    values = [float(row[name]), float(row[f"{name}_low"]), float(row[f"{name}_high"])]
    if math.isnan(values[0]):
        return NOTHING
    mean, low, high = (percent(v) if decimals == 2 else f"{v:.{decimals}f}" for v in values)
    text = mean if row["seeds"] == 1 else f"{mean} ({low} to {high})"
    ends = [float(row.get(f"{name}_ci_{end}", math.nan)) for end in ("low", "high")]
    return text + bracketed(*ends)


def bracketed(low: float, high: float) -> str:
    """Return an interval as it stands behind its figure; empty for NaN.

    One decimal, or as many as it takes to tell the ends apart. Ends that four do not tell apart
    differ by how a computer adds, if at all: all draws had the same value, and that is said, for
    an interval without width is no certainty.
    """
    if math.isnan(low):
        return ""
    for decimals in (1, 2, 3, 4):
        first, last = _short(low, decimals), _short(high, decimals)
        if first != last:
            return f" [{first} to {last}]"
    return " [no spread]"


def _short(value: float, decimals: int) -> str:
    text = f"{value:.{decimals}f}"
    return text.removeprefix("-") if float(text) == 0 else text


def counted(text: str, k: object, n: object) -> str:
    """Return ``text`` with the count that it is, k of n; without one where k is not known."""
    return text if pd.isna(k) or text == NOTHING else f"{text} ({k}/{n})"
