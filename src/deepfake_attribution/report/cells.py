"""Numbers as they are printed: percentages, ranges over seeds, counts, differences."""

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
    """Return a measure of a row of `results.over_seeds`: its mean, and the range of several seeds.

    Args:
        row: with ``name``, ``name_low``, ``name_high`` and ``seeds``.
        name: of the measure.
        decimals: 2 rounds halves up, as percentages are printed.
    """
    values = [float(row[name]), float(row[f"{name}_low"]), float(row[f"{name}_high"])]
    if math.isnan(values[0]):
        return NOTHING
    mean, low, high = (percent(v) if decimals == 2 else f"{v:.{decimals}f}" for v in values)
    return mean if row["seeds"] == 1 else f"{mean} ({low} to {high})"


def counted(text: str, k: object, n: object) -> str:
    """Return ``text`` with the count that it is, k of n; without one where k is not known."""
    return text if pd.isna(k) or text == NOTHING else f"{text} ({k}/{n})"
