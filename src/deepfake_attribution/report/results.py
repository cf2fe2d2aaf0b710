"""Results of all heads: read, joined over seeds, and as tables with the number of videos."""

from collections.abc import Mapping, Sequence

import pandas as pd

from deepfake_attribution.core import paths, tables
from deepfake_attribution.evaluate import protocol
from deepfake_attribution.evaluate.metadata_baseline import baseline
from deepfake_attribution.evaluate.uncertainty.intervals import NO_SPREAD
from deepfake_attribution.heads.registry import chosen
from deepfake_attribution.report.cells import NOTHING, percent, ranged

RATES = ("auc", "fnr", "fpr", "hter")  # the paper prints these
SHOWN = protocol.MEASURES
ALL = protocol.ALL
ROW = ["approach", "database", "attack", "compression", "level"]
MEASURES = (*SHOWN, "threshold")
SAME = ["n_real", "n_fake", "videos_without_face", "videos_missing"]  # for every seed
CHANCE = 50.0  # percent: AUC of random scores, and HTER of any threshold on them


def collect(name: str) -> pd.DataFrame:
    """Return the table ``name`` (figures, accuracy, confusion) of all heads and the baseline."""
    parts = [
        tables.read(paths.results(head) / f"{name}.parquet") for head in (*chosen(), baseline.HEAD)
    ]
    return pd.concat([part for part in parts if len(part)] or parts[:1], ignore_index=True)


def over_seeds(figures: pd.DataFrame) -> pd.DataFrame:
    """Return one row for all seeds of an approach on a database, attack, compression and level.

    Args:
        figures: from `collect`.

    Returns:
        The columns of ``figures`` without ``seed``, in the order of first appearance. ``auc``,
        ``eer``, ``ap``, ``fnr``, ``fpr``, ``hter`` and ``threshold`` are means over seeds; a
        measure that is missing for one seed has no mean (NaN). ``NAME_low`` and ``NAME_high`` are
        the smallest and the largest, ``seeds`` is how many. ``k_fnr`` and ``k_fpr`` exist for one
        seed only: a sum over seeds would count a video several times.

    Raises:
        ValueError: a seed has a row twice, or seeds do not count the same videos.
    """
    if figures.duplicated([*ROW, "seed"]).any():
        raise ValueError("a seed has two rows of one approach, database, attack and level")
    groups = figures.groupby(ROW, sort=False)
    if (groups[SAME].nunique() > 1).any(axis=None):
        raise ValueError("the seeds of an approach were not counted over the same videos")
    rows = figures.drop_duplicates(ROW).set_index(ROW).drop(columns="seed")
    for name in MEASURES:
        whole = ~figures[name].isna().groupby([figures[key] for key in ROW], sort=False).any()
        rows[name] = groups[name].mean().where(whole)
        rows[f"{name}_low"] = groups[name].min().where(whole)
        rows[f"{name}_high"] = groups[name].max().where(whole)
    rows["seeds"] = groups.size()
    for name in ("k_fnr", "k_fpr"):
        rows[name] = rows[name].astype("Int64").where(rows["seeds"] == 1)
    return rows.reset_index()


def with_intervals(figures: pd.DataFrame, intervals: pd.DataFrame) -> pd.DataFrame:
    """Return figures with ``NAME_ci_low`` and ``NAME_ci_high`` beside them, and ``note``.

    Args:
        figures: with the columns `ROW`: `over_seeds`, or the table of each seed.
        intervals: of ``data/uncertainty``: of means over the seeds.

    Returns:
        The same rows; NaN where there is no interval. ``note`` says why an interval is missing, or
        what to know about it; else it is empty.
    """
    own = intervals[intervals["measure"].isin(SHOWN)]
    wide = own.pivot(index=ROW, columns="measure", values=["low", "high"])
    wide.columns = pd.Index([f"{measure}_ci_{end}" for end, measure in wide.columns])
    ordered = [f"{measure}_ci_{end}" for measure in SHOWN for end in ("low", "high")]
    wide = wide.reindex(columns=ordered)
    named = own[(own["note"] != "") & ~own["note"].str.startswith("nothing to count")]
    measured = named["measure"].str.upper() + ": " + named["note"]
    texts = measured.where(named["note"].str.startswith(NO_SPREAD), named["note"])
    grouped = named.assign(text=texts).groupby(ROW)["text"]
    wide["note"] = grouped.agg(lambda notes: "; ".join(dict.fromkeys(notes)))
    joined = figures.merge(wide.reset_index(), on=ROW, how="left", validate="many_to_one")
    return joined.assign(note=joined["note"].astype(object).fillna(""))


def notes(figures: pd.DataFrame, database: str) -> list[str]:
    """Return a sentence for each figure or interval that a database has not, with the reason.

    Args:
        figures: `over_seeds`, with or without `with_intervals`.
        database: a dataset or a family.
    """
    rows = figures[(figures["database"] == database) & (figures["attack"] == ALL)]
    names_of: dict[str, list[str]] = {}
    for _, row in rows.iterrows():
        for column in ("missing", "note"):
            for note in str(row.get(column, "")).split("; "):
                if note and NO_SPREAD not in note:  # the cell itself shows this one
                    named = f"{row['approach']} ({row['level']}s)"
                    names_of.setdefault(note, []).append(named)
    total = len(rows.drop_duplicates(["approach", "level"]))
    sentences = []
    for note, names in names_of.items():
        whose = "" if len(set(names)) == total else f": {', '.join(dict.fromkeys(names))}"
        sentences.append(f"{note[:1].upper()}{note[1:]}{whose}.")
    return sentences


def parted(
    figures: pd.DataFrame, training: Sequence[str], families: Mapping[str, Sequence[str]]
) -> tuple[list[str], list[str]]:
    """Return the databases trained on, and the others, in the order of the tables.

    A family counts as trained on if one of its datasets was.
    """
    databases = list(figures["database"].unique())
    seen = [name for name in databases if {name, *families.get(name, ())} & set(training)]
    return seen, [name for name in databases if name not in seen]


def pooled(figures: pd.DataFrame, level: str = "video") -> pd.DataFrame:
    """Return the rows over all attacks and compressions: one per approach and database.

    Args:
        figures: `over_seeds`; the first row of a database joins its compressions.
        level: ``video`` or ``frame``.
    """
    rows = figures[(figures["level"] == level) & (figures["attack"] == ALL)]
    return rows.drop_duplicates(["approach", "database"])


def context(row: pd.Series, unit: str = "videos") -> dict[str, object]:
    """Return the context that every figure is shown with: n, compression, coverage, seeds.

    Args:
        row: of `over_seeds`.
        unit: what n counts.
    """
    return {f"real {unit}": row["n_real"], f"fake {unit}": row["n_fake"]} | background(row)


def background(row: pd.Series) -> dict[str, object]:
    """Return `context` without n, for tables whose cells contain counts."""
    return {
        "compression": row["compression"],
        "videos without a face": row["videos_without_face"],
        "videos not found": row["videos_missing"],
        "coverage %": percent(row["coverage"]),
        "seeds": row["seeds"],
    }


def of_database(figures: pd.DataFrame, database: str, level: str) -> pd.DataFrame:
    """Return the figures of one database, a row per approach and compression, with all context.

    Args:
        figures: `over_seeds`.
        database: a dataset or a family.
        level: ``video`` or ``frame``; n counts videos or crops.
    """
    rows = figures[(figures["level"] == level) & (figures["attack"] == ALL)]
    unit = "videos" if level == "video" else "crops"
    return pd.DataFrame(
        {"approach": row["approach"]}
        | {name.upper(): ranged(row, name) for name in SHOWN}
        | context(row, unit)
        for _, row in rows[rows["database"] == database].iterrows()
    )


def by_measure(figures: pd.DataFrame, databases: Sequence[str], level: str) -> pd.DataFrame:
    """Return approach x database with a column for each measure.

    Returns:
        Text, indexed by approach; columns (database, measure), measures in capitals. A dash means
        that there is nothing to count.
    """
    rows = pooled(figures, level)
    rows = rows[rows["database"].isin(databases)]
    columns = pd.MultiIndex.from_product([databases, [name.upper() for name in SHOWN]])
    table = pd.DataFrame(NOTHING, index=rows["approach"].drop_duplicates(), columns=columns)
    for _, row in rows.iterrows():
        for name in SHOWN:
            table.loc[row["approach"], (row["database"], name.upper())] = ranged(row, name)
    return table


def size(figures: pd.DataFrame, database: str, level: str) -> str:
    """Return as text how many videos the figures of a database at ``level`` count."""
    rows = pooled(figures, level)
    return counts(rows[rows["database"] == database], level)


def counts(rows: pd.DataFrame, level: str) -> str:
    """Return as text how many videos, or crops, figures count.

    Args:
        rows: one per approach, of the same videos.
        level: ``video`` or ``frame``.
    """
    row = rows.iloc[0]
    unit = "videos" if level == "video" else "crops"
    seeds = " or ".join(str(number) for number in sorted(rows["seeds"].unique()))
    return (
        f"{row['n_real']} real, {row['n_fake']} fake {unit} ({row['compression']}; "
        f"{row['videos_without_face']} videos without a face, {row['videos_missing']} not found, "
        f"coverage {percent(row['coverage'])}; seeds: {seeds})"
    )


def thresholds(figures: pd.DataFrame) -> pd.DataFrame:
    """Return the thresholds of each approach, for videos and frames, and what set them."""
    rows = figures.drop_duplicates(["approach", "level"])
    return pd.DataFrame(
        {
            "approach": row["approach"],
            "threshold for": f"{row['level']}s",
            "threshold": ranged(row, "threshold", decimals=4),
            "set on": _set_on(row["threshold_scores"], row["level"]),
            "seeds": row["seeds"],
        }
        for _, row in rows.iterrows()
    )


def _set_on(scores: str, level: str) -> str:
    """Return ``scores`` of a `threshold.Threshold` as text, for a level."""
    label = scores.removeprefix("degraded_")
    copies = "" if label == scores else "degraded copies of "
    return f"{copies}validation {level}s, {label.replace('_', '-')} scores"
