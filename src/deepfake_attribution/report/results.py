"""Results of all heads: read, joined over seeds, and as tables that show what they rest on."""

from collections.abc import Mapping, Sequence
from math import nan

import pandas as pd

from deepfake_attribution import paths, tables
from deepfake_attribution.report.cells import NOTHING, bracketed, counted, percent, ranged

HEADS = ("binary", "attribution", "triplet", "arcface")
COLLECTED = (*HEADS, "cues")  # and the baseline that sees no pixel
RATES = ("auc", "fnr", "fpr", "hter")  # what the paper prints
SHOWN = ("auc", "eer", "ap", "fnr", "fpr", "hter")
ALL = "all"
ROW = ["approach", "database", "attack", "compression", "level"]
MEASURES = (*SHOWN, "threshold")
SAME = ["n_real", "n_fake", "videos_without_face", "videos_missing"]  # whatever the seed


def collect(name: str) -> pd.DataFrame:
    """Return the table ``name`` (figures, accuracy, confusion) of all `COLLECTED`, in one."""
    parts = [tables.read(paths.results(head) / f"{name}.parquet") for head in COLLECTED]
    return pd.concat([part for part in parts if len(part)] or parts[:1], ignore_index=True)


def over_seeds(figures: pd.DataFrame) -> pd.DataFrame:
    """Return one row for all seeds of an approach on a database, attack, compression and level.

    Args:
        figures: from `collect`; without a column ``seed`` it is of one seed, without
            ``videos_missing`` no video was missing, without ``ap`` there is none.

    Returns:
        The columns of ``figures`` without ``seed``, in the order of first appearance. ``auc``,
        ``eer``, ``ap``, ``fnr``, ``fpr``, ``hter`` and ``threshold`` are means over seeds; a
        measure that one seed lacks has no mean (NaN). ``NAME_low`` and ``NAME_high`` are the
        smallest and the largest, ``seeds`` is how many. ``k_fnr`` and ``k_fpr`` are there for one
        seed only: a sum over seeds would count a video several times.

    Raises:
        ValueError: a seed has a row twice, or seeds do not count the same videos.
    """
    before = {"seed": 0, "videos_missing": 0, "ap": nan}
    absent = {name: value for name, value in before.items() if name not in figures}
    table = figures.assign(**absent)
    if table.duplicated([*ROW, "seed"]).any():
        raise ValueError("a seed has two rows of one approach, database, attack and level")
    groups = table.groupby(ROW, sort=False)
    if (groups[SAME].nunique() > 1).any(axis=None):
        raise ValueError("the seeds of an approach were not counted over the same videos")
    rows = table.drop_duplicates(ROW).set_index(ROW).drop(columns="seed")
    for name in MEASURES:
        whole = ~table[name].isna().groupby([table[key] for key in ROW], sort=False).any()
        rows[name] = groups[name].mean().where(whole)
        rows[f"{name}_low"] = groups[name].min().where(whole)
        rows[f"{name}_high"] = groups[name].max().where(whole)
    rows["seeds"] = groups.size()
    for name in ("k_fnr", "k_fpr"):
        rows[name] = rows[name].astype("Int64").where(rows["seeds"] == 1)
    return rows.reset_index()


def with_intervals(figures: pd.DataFrame, intervals: pd.DataFrame) -> pd.DataFrame:
    """Return figures with ``NAME_ci_low`` and ``NAME_ci_high`` beside them, and ``doubt``.

    Args:
        figures: with the columns `ROW`: `over_seeds`, or the table of each seed.
        intervals: of ``data/results/doubt``: of means over the seeds.

    Returns:
        The same rows; NaN where there is no interval. ``doubt`` says why one is lacking, or what
        is to be known of it; empty where nothing is.
    """
    own = intervals[intervals["measure"].isin(SHOWN)]
    wide = own.pivot(index=ROW, columns="measure", values=["low", "high"])
    wide.columns = pd.Index([f"{measure}_ci_{end}" for end, measure in wide.columns])
    ordered = [f"{measure}_ci_{end}" for measure in SHOWN for end in ("low", "high")]
    wide = wide.reindex(columns=ordered)
    named = own[(own["note"] != "") & ~own["note"].str.startswith("nothing to count")]
    pairs = zip(named["measure"], named["note"], strict=True)
    notes = named.assign(said=[_noted(*pair) for pair in pairs])
    wide["doubt"] = notes.groupby(ROW)["said"].agg(lambda said: "; ".join(dict.fromkeys(said)))
    joined = figures.merge(wide.reset_index(), on=ROW, how="left", validate="many_to_one")
    return joined.assign(doubt=joined["doubt"].astype(object).fillna(""))


def _noted(measure: str, note: str) -> str:
    return f"{measure.upper()}: {note}" if note.startswith("no spread") else note


def unsaid(figures: pd.DataFrame, database: str) -> list[str]:
    """Return a sentence for each thing that the rows of a database cannot show, and why.

    Args:
        figures: `over_seeds`, with or without `with_intervals`.
        database: a dataset or a family.
    """
    rows = figures[(figures["database"] == database) & (figures["attack"] == ALL)]
    told: dict[str, list[str]] = {}
    for _, row in rows.iterrows():
        for column in ("missing", "doubt"):
            for note in str(row.get(column, "")).split("; "):
                if note and not note[:5].rstrip(":").isupper():  # "AUC: no spread" is in its cell
                    named = f"{row['approach']} ({row['level']}s)"
                    told.setdefault(note, []).append(named)
    everybody = len(rows.drop_duplicates(["approach", "level"]))
    said = []
    for note, names in told.items():
        whose = "" if len(set(names)) == everybody else f": {', '.join(dict.fromkeys(names))}"
        said.append(f"{_capital(note)}{whose}.")
    return said


def _capital(note: str) -> str:
    text = f"No interval: {note}" if note.endswith("fewer than 10") else note
    return text[:1].upper() + text[1:]


def parted(
    figures: pd.DataFrame, training: Sequence[str], families: Mapping[str, Sequence[str]]
) -> tuple[list[str], list[str]]:
    """Return the databases trained on, and the others, in the order of the tables.

    A family stands with those trained on if one of its datasets was.
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
    """Return what no figure stands without: n, compression, coverage, seeds.

    Args:
        row: of `over_seeds`.
        unit: what n counts.
    """
    return {f"real {unit}": row["n_real"], f"fake {unit}": row["n_fake"]} | background(row)


def background(row: pd.Series) -> dict[str, object]:
    """Return `context` without n, for tables whose cells say what they count."""
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
        Text, indexed by approach; columns (database, measure), measures in capitals. A dash
        stands where there is nothing to count.
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
    """Return what the figures of a database at ``level`` rest on, in words."""
    rows = pooled(figures, level)
    rows = rows[rows["database"] == database]
    row = rows.iloc[0]
    unit = "videos" if level == "video" else "crops"
    seeds = " or ".join(str(number) for number in sorted(rows["seeds"].unique()))
    return (
        f"{row['n_real']} real, {row['n_fake']} fake {unit} ({row['compression']}; "
        f"{row['videos_without_face']} videos without a face, {row['videos_missing']} not found, "
        f"coverage {percent(row['coverage'])}; seeds: {seeds})"
    )


def by_attack(figures: pd.DataFrame, measure: str) -> pd.DataFrame:
    """Return a measure of every attack alone, by approach: its fakes, and all reals beside them.

    Args:
        figures: `over_seeds`.
        measure: of `RATES`; FPR comes with k/n where there is one seed.
    """
    rows = figures[(figures["level"] == "video") & (figures["attack"] != ALL)]
    rows = rows.drop_duplicates(["approach", "database", "attack"])
    approaches = list(rows["approach"].unique())
    lines = []
    for (database, attack), own in rows.groupby(["database", "attack"], sort=False):
        cells = dict.fromkeys(approaches, NOTHING)
        for _, row in own.iterrows():
            text = ranged(row, measure)
            cells[row["approach"]] = (
                counted(text, row["k_fpr"], row["n_fake"]) if measure == "fpr" else text
            )
        lines.append({"database": database, "attack": attack} | cells | context(own.iloc[0]))
    return pd.DataFrame(lines)


def thresholds(figures: pd.DataFrame) -> pd.DataFrame:
    """Return the video-level threshold of each approach and the scores that set it."""
    rows = figures[figures["level"] == "video"].drop_duplicates("approach")
    return pd.DataFrame(
        {
            "approach": row["approach"],
            "threshold": ranged(row, "threshold", decimals=4),
            "set on": _set_on(row["threshold_scores"]),
            "seeds": row["seeds"],
        }
        for _, row in rows.iterrows()
    )


def _set_on(scores: str) -> str:
    """Return in words what `protocol.Threshold` says of its scores."""
    label = scores.removeprefix("degraded_")
    copies = "" if label == scores else "degraded copies of "
    return f"{copies}validation videos, {label.replace('_', '-')} scores"


def accuracies(table: pd.DataFrame, figures: pd.DataFrame) -> pd.DataFrame:
    """Return how many videos of known classes were given their own class, by approach.

    Args:
        table: `collect` ("accuracy"); with or without a column ``seed``; with the intervals of
            `with_class_intervals` where there are any.
        figures: `over_seeds`, for what stands beside.
    """
    known = table[table["n_known"] > 0]
    order = list(known["approach"].unique())
    rests = pooled(figures).drop_duplicates("database").set_index("database")
    lines = []
    for database, own in known.groupby("database", sort=False):
        cells = {name: _share(own[own["approach"] == name]) for name in order}
        lines.append({"database": database} | cells | background(rests.loc[database]))
    return pd.DataFrame(lines)


def macro_f1s(table: pd.DataFrame) -> pd.DataFrame:
    """Return macro F1 over the classes of each database, and which classes it cannot speak of.

    Args:
        table: as for `accuracies`.

    Returns:
        A row per database and approach: ``macro F1``, ``known videos``, ``no videos of`` (not
        counted) and ``never predicted`` (their F1 is 0; by no seed).
    """
    lines = []
    known = table[table["n_known"] > 0] if "macro_f1" in table else table.iloc[:0]
    for (database, approach), own in known.groupby(["database", "approach"], sort=False):
        never = [set(filter(None, names.split(", "))) for names in own["never_predicted"]]
        lines.append(
            {"database": database, "approach": approach}
            | {"macro F1": _over_seeds(own, "macro_f1"), "known videos": own["n_known"].iloc[0]}
            | {"no videos of": own["classes_absent"].iloc[0] or NOTHING}
            | {"never predicted": ", ".join(sorted(set.intersection(*never))) or NOTHING}
        )
    return pd.DataFrame(lines)


def with_class_intervals(accuracy: pd.DataFrame, intervals: pd.DataFrame) -> pd.DataFrame:
    """Return accuracies with ``accuracy_ci_low`` and so on, of means over the seeds.

    Args:
        accuracy: `collect` ("accuracy").
        intervals: of ``data/results/doubt``.
    """
    own = intervals[intervals["measure"].isin(["accuracy", "macro_f1"])]
    wide = own.pivot(index=["approach", "database"], columns="measure", values=["low", "high"])
    wide.columns = pd.Index([f"{measure}_ci_{end}" for end, measure in wide.columns])
    return accuracy.merge(wide.reset_index(), on=["approach", "database"], how="left")


def confusions(table: pd.DataFrame, approach: str, database: str) -> pd.DataFrame:
    """Return who is taken for whom: counts and the percentage of each true class, seeds together.

    Args:
        table: `collect` ("confusion").
        approach: whose.
        database: a dataset or a family.

    Returns:
        A row per true class, a column per class predicted for any of its videos.
    """
    own = table[(table["approach"] == approach) & (table["database"] == database)]
    counts = own.pivot_table(index="true", columns="predicted", values="n", aggfunc="sum")
    first = [name for name in ("real",) if name in counts.index]
    counts = counts.fillna(0).astype(int)
    counts = counts.reindex([*first, *(name for name in counts.index if name not in first)])
    total = counts.sum(axis=1)
    lines = []
    for name, row in counts.iterrows():
        cells = {
            f"as {given}": f"{n} ({percent(100 * n / total[name])} %)" if n else "0"
            for given, n in row.items()
        }
        lines.append({"true class": name, "n": int(total[name])} | cells)
    return pd.DataFrame(lines)


def no_confusion() -> pd.DataFrame:
    """Return confusion counts of no approach."""
    return pd.DataFrame(columns=["approach", "database", "true", "predicted", "n"])


def _share(rows: pd.DataFrame) -> str:
    """Return the accuracy of one approach on one database; its rows are of one seed each."""
    if rows.empty:
        return NOTHING
    text, n = _over_seeds(rows, "accuracy"), rows["n_known"].iloc[0]
    return counted(text, rows["correct"].iloc[0], n) if len(rows) == 1 else f"{text}, n {n}"


def _over_seeds(rows: pd.DataFrame, name: str) -> str:
    """Return a measure of rows of one seed each: mean, range of several, interval."""
    values = rows[name]
    text = percent(values.mean())
    if len(rows) > 1:
        text += f" ({percent(values.min())} to {percent(values.max())})"
    first = rows.iloc[0]
    return text + bracketed(first.get(f"{name}_ci_low", nan), first.get(f"{name}_ci_high", nan))
