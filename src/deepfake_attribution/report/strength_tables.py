"""Tables of AUC and FPR against the strength of attacks."""

from collections.abc import Sequence

import pandas as pd

from deepfake_attribution.evaluate.metadata_baseline.baseline import VARIANTS
from deepfake_attribution.report.cells import bracketed, percent

TITLES = {"auc": "AUC", "fpr": "Fakes called real (FPR)"}
COLUMNS = [
    *("approach", "database", "part", "strength_low", "strength_mean", "strength_high", "unknown"),
    *("measure", "value", "low", "high", "n_real", "n_fake", "confidence"),
]
TEXT = (
    "Video level, percent; in brackets the confidence interval. The fakes of each database are in "
    "three parts of nearly equal size by their attack's strength. Each part is compared with all "
    "reals of the database. With several seeds, a figure is their mean. Strengths are those of the "
    "dataset's manifest; of simulated attacks, 0 is hard to see and 1 is plain. The paper has no "
    "such figure."
)
FPR_TEXT = (
    "The FNR of the same reals is in the first rows of each database under Each attack alone."
)


def none() -> pd.DataFrame:
    """Return the table of a run whose datasets tell no strength."""
    return pd.DataFrame(columns=COLUMNS)


def table(strengths: pd.DataFrame, measure: str) -> pd.DataFrame:
    """Return a measure by database and part of the strengths, a column per approach.

    Args:
        strengths: of ``data/uncertainty``; at least one row.
        measure: ``auc`` or ``fpr``.
    """
    own = strengths[strengths["measure"] == measure]
    approaches = list(own["approach"].unique())
    lines = []
    for (database, _), rows in own.groupby(["database", "part"], sort=False):
        first = rows.iloc[0]
        cells = {
            row["approach"]: percent(row["value"]) + bracketed(row["low"], row["high"])
            for _, row in rows.iterrows()
        }
        line = {"database": database, "strength": named(first)}
        line |= {approach: cells[approach] for approach in approaches}
        lines.append(line | {"real videos": first["n_real"], "fake videos": first["n_fake"]})
    return pd.DataFrame(lines)


def answer(strengths: pd.DataFrame) -> str:
    """Return for how many pairs of approach and database the strongest part has the highest AUC.

    Figures that print the same are equal. Pairs with one part, or with a part without an AUC, do
    not count; nor does the metadata baseline. Empty without a pair.

    Args:
        strengths: of ``data/uncertainty``.
    """
    rows = of_heads(strengths[strengths["measure"] == "auc"])
    pairs = [own.sort_values("part") for _, own in rows.groupby(["approach", "database"])]
    pairs = [own for own in pairs if len(own) > 1 and own["value"].notna().all()]
    if not pairs:
        return ""
    found = [[float(percent(value)) for value in own["value"]] for own in pairs]
    first = sum(values[-1] > max(values[:-1]) for values in found)
    shared = sum(values[-1] == max(values[:-1]) for values in found)
    name = "third" if all(len(values) == 3 for values in found) else "part"
    known = " of known strength" if any((own["unknown"] > 0).any() for own in pairs) else ""
    also = f" and shares it in {shared}" if shared else ""
    return (
        f"The strongest {name} of the fakes{known} has the highest AUC in {first} of {len(pairs)} "
        f"pair{'s' if len(pairs) > 1 else ''} of approach and database{also}."
    )


def ordered(strengths: pd.DataFrame, figures: pd.DataFrame) -> pd.DataFrame:
    """Return the rows with the approaches in the order of the other tables, ``figures``."""
    places = {name: place for place, name in enumerate(figures["approach"].unique())}
    return strengths.sort_values("approach", key=lambda names: names.map(places), kind="stable")


def of_heads(strengths: pd.DataFrame) -> pd.DataFrame:
    """Return the rows that figures show: those of heads, without the metadata baseline."""
    return strengths[~strengths["approach"].isin(list(VARIANTS))]


def named(row: pd.Series) -> str:
    """Return the strengths of a part as text."""
    low, high = f"{row['strength_low']:.3g}", f"{row['strength_high']:.3g}"
    return low if low == high else f"{low} to {high}"


def left_out(strengths: pd.DataFrame) -> Sequence[str]:
    """Return a sentence for each database that has fakes of unknown strength."""
    rows = strengths.drop_duplicates("database")
    return [
        f"{row['database']}: {row['unknown']} test fakes without a number as strength are left out."
        for _, row in rows[rows["unknown"] > 0].iterrows()
    ]
