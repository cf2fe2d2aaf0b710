"""Numbers as text: percentages, ranges over seeds, intervals, counts, differences."""

import math

import pandas as pd

from deepfake_attribution.core.metrics import rounded

NOTHING = "-"  # nothing to count


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


def bracketed(low: float, high: float, *, least: int = 1) -> str:
    """Return an interval as the text that follows its figure; empty for NaN.

    ``least`` decimals, or as many as are needed to tell the ends apart. Ends that are equal to four
    decimals differ by rounding errors at most, so all draws had the same value. The text then is
    "no spread", because an interval without width would suggest certainty.
    """
    if math.isnan(low):
        return ""
    for decimals in range(least, 5):
        first, last = _short(low, decimals), _short(high, decimals)
        if first != last:
            return f" [{first} to {last}]"
    return " [no spread]"


def _short(value: float, decimals: int) -> str:
    text = f"{value:.{decimals}f}"
    return text.removeprefix("-") if float(text) == 0 else text


def counted(text: str, k: object, n: object) -> str:
    """Return ``text`` with its count, k of n; without one if k is not known."""
    return text if pd.isna(k) or text == NOTHING else f"{text} ({k}/{n})"
