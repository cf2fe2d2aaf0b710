"""Tables of predicted classes: accuracy, macro F1, and confusion."""

from collections.abc import Mapping
from math import nan

import pandas as pd

from deepfake_attribution.core.video import REAL
from deepfake_attribution.report.cells import NOTHING, bracketed, counted, percent
from deepfake_attribution.report.results import background, pooled

COUNTED = "classes counted"


def accuracies(
    table: pd.DataFrame, figures: pd.DataFrame, classes: Mapping[str, frozenset[str]]
) -> pd.DataFrame:
    """Return how many videos of known classes were assigned their own class, by approach.

    Args:
        table: `results.collect` ("accuracy"); with or without a column ``seed``; with the
            intervals of `with_class_intervals` where there are any.
        figures: `results.over_seeds`, for the further columns.
        classes: `counted_classes`; a dash for a database that is not in it.
    """
    known = table[table["n_known"] > 0]
    order = list(known["approach"].unique())
    videos = pooled(figures).drop_duplicates("database").set_index("database")
    lines = []
    for database, own in known.groupby("database", sort=False):
        cells = {name: _share(own[own["approach"] == name]) for name in order}
        line = {"database": database, COUNTED: _named(classes.get(str(database)))}
        lines.append(line | cells | background(videos.loc[database]))
    return pd.DataFrame(lines)


def counted_classes(table: pd.DataFrame, confusion: pd.DataFrame) -> dict[str, frozenset[str]]:
    """Return database -> the known classes of its counted videos; empty if that is not recorded.

    A class is known if it was predicted for any video or is listed as never predicted: only known
    classes are predicted, or listed.

    Args:
        table: as for `accuracies`.
        confusion: `results.collect` ("confusion").
    """
    if confusion.empty or "never_predicted" not in table:
        return {}
    found = {}
    for database, own in confusion.groupby("database", sort=False):
        listed = table.loc[table["database"] == database, "never_predicted"]
        known = set(own["predicted"]).union(*(names.split(", ") for names in listed))
        found[str(database)] = frozenset(set(own["true"]) & known)
    return found


def _named(classes: frozenset[str] | None) -> str:
    """Return ``real and 5 attacks``, ``real alone`` and so on; a dash if it is not known."""
    if not classes:
        return NOTHING
    attacks = len(classes - {REAL})
    names = [REAL] if REAL in classes else []
    names += [f"{attacks} attack{'s' if attacks > 1 else ''}"] if attacks else []
    return " and ".join(names) if len(classes) > 1 else f"{names[0]} alone"


def macro_f1s(table: pd.DataFrame, classes: Mapping[str, frozenset[str]]) -> pd.DataFrame:
    """Return macro F1 over the classes of each database, and the classes that it leaves out.

    Args:
        table, classes: as for `accuracies`.

    Returns:
        A row per database and approach: ``macro F1`` (none if the counted videos are of one
        class), ``classes counted``, ``known videos``, ``no videos of`` (not counted) and ``never
        predicted`` (by any seed; their F1 is 0).
    """
    lines = []
    known = table[table["n_known"] > 0] if "macro_f1" in table else table.iloc[:0]
    for (database, approach), own in known.groupby(["database", "approach"], sort=False):
        never = [set(filter(None, names.split(", "))) for names in own["never_predicted"]]
        there = classes.get(str(database))
        is_valid = there is None or len(there) > 1
        lines.append(
            {"database": database, "approach": approach}
            | {"macro F1": _over_seeds(own, "macro_f1") if is_valid else NOTHING}
            | {COUNTED: _named(there), "known videos": own["n_known"].iloc[0]}
            | {"no videos of": own["classes_absent"].iloc[0] or NOTHING}
            | {"never predicted": ", ".join(sorted(set.intersection(*never))) or NOTHING}
        )
    return pd.DataFrame(lines)


def with_class_intervals(accuracy: pd.DataFrame, intervals: pd.DataFrame) -> pd.DataFrame:
    """Return accuracies with ``accuracy_ci_low`` and so on, of means over the seeds.

    Args:
        accuracy: `results.collect` ("accuracy").
        intervals: of ``data/uncertainty``.
    """
    own = intervals[intervals["measure"].isin(["accuracy", "macro_f1"])]
    wide = own.pivot(index=["approach", "database"], columns="measure", values=["low", "high"])
    wide.columns = pd.Index([f"{measure}_ci_{end}" for end, measure in wide.columns])
    return accuracy.merge(wide.reset_index(), on=["approach", "database"], how="left")


def confusions(table: pd.DataFrame, approach: str, database: str) -> pd.DataFrame:
    """Return the confusion of classes: counts and percentage of each true class, over all seeds.

    Args:
        table: `results.collect` ("confusion").
        approach: whose.
        database: a dataset or a family.

    Returns:
        A row per true class, a column per class predicted for any of its videos.
    """
    own = table[(table["approach"] == approach) & (table["database"] == database)]
    counts = own.pivot_table(index="true", columns="predicted", values="n", aggfunc="sum")
    first = [name for name in (REAL,) if name in counts.index]
    counts = counts.fillna(0).astype(int)
    counts = counts.reindex([*first, *(name for name in counts.index if name not in first)])
    total = counts.sum(axis=1)
    lines = []
    for name, row in counts.iterrows():
        cells = {
            f"as {predicted}": f"{n} ({percent(100 * n / total[name])} %)" if n else "0"
            for predicted, n in row.items()
        }
        lines.append({"true class": name, "n": int(total[name])} | cells)
    return pd.DataFrame(lines)


def no_confusion() -> pd.DataFrame:
    """Return an empty table of confusion counts."""
    return pd.DataFrame(columns=["approach", "database", "true", "predicted", "n"])


def _share(rows: pd.DataFrame) -> str:
    """Return the accuracy of one approach on one database as text; each row is of one seed."""
    if rows.empty:
        return NOTHING
    text, n = _over_seeds(rows, "accuracy"), rows["n_known"].iloc[0]
    return counted(text, rows["correct"].iloc[0], n) if len(rows) == 1 else f"{text}, n {n}"


def _over_seeds(rows: pd.DataFrame, name: str) -> str:
    """Return a measure of rows of one seed each as text: mean, range of several, interval."""
    values = rows[name]
    text = percent(values.mean())
    if len(rows) > 1:
        text += f" ({percent(values.min())} to {percent(values.max())})"
    first = rows.iloc[0]
    return text + bracketed(first.get(f"{name}_ci_low", nan), first.get(f"{name}_ci_high", nan))
