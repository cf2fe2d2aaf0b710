"""Numbers as they are printed: percentages, ranges over seeds, intervals, counts, differences."""

import math

import pandas as pd

from deepfake_attribution.metrics import rounded

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
    """Return an interval as it stands behind its figure, with one decimal; empty for NaN.

    An interval without width is no certainty: all draws had the same value, and that is said.
    """
    if math.isnan(low):
        return ""
    return " [no spread]" if low == high else f" [{_short(low)} to {_short(high)}]"


def _short(value: float) -> str:
    return f"{value:.1f}".replace("-0.0", "0.0") if abs(value) < 0.05 else f"{value:.1f}"


def counted(text: str, k: object, n: object) -> str:
    """Return ``text`` with the count that it is, k of n; without one where k is not known."""
    return text if pd.isna(k) or text == NOTHING else f"{text} ({k}/{n})"
