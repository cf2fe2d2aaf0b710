"""Results of all heads as tables: one row per approach, each figure with its n."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from deepfake_attribution import paths, tables
from deepfake_attribution.metrics import rounded

HEADS = ("binary", "attribution", "triplet", "arcface")
RATES = ("auc", "fnr", "fpr", "hter")
ALL = "all"


def collect(name: str) -> pd.DataFrame:
    """Return the table ``name`` (figures, accuracy, confusion) of all heads, below each other."""
    parts = [tables.read(paths.results(head) / f"{name}.parquet") for head in HEADS]
    return pd.concat([part for part in parts if len(part)] or parts[:1], ignore_index=True)


def by_database(figures: pd.DataFrame, databases: Sequence[str], level: str) -> pd.DataFrame:
    """Return approach x database: AUC, FNR, FPR and HTER, as the paper's tables print them.

    Args:
        figures: from `collect`.
        databases: the columns, in order.
        level: ``video`` or ``frame``.
    """
    pooled = figures[(figures["level"] == level) & (figures["attack"] == ALL)]
    pooled = pooled.drop_duplicates(["approach", "database"])  # the first joins all compressions
    rows = []
    for approach in pooled["approach"].unique():
        own = pooled[pooled["approach"] == approach].set_index("database")
        cells = {name: four(own.loc[name]) for name in databases if name in own.index}
        rows.append({"approach": approach} | cells)
    return pd.DataFrame(rows)


def by_measure(figures: pd.DataFrame, databases: Sequence[str], level: str) -> pd.DataFrame:
    """Return `by_database` with a column for each measure.

    Returns:
        Text, indexed by approach; columns (database, measure), measures in capitals. A dash
        stands where there is nothing to count.
    """
    pooled = figures[(figures["level"] == level) & (figures["attack"] == ALL)]
    pooled = pooled[pooled["database"].isin(databases)]
    pooled = pooled.drop_duplicates(["approach", "database"])
    columns = pd.MultiIndex.from_product([databases, [name.upper() for name in RATES]])
    table = pd.DataFrame("-", index=pooled["approach"].drop_duplicates(), columns=columns)
    for row in pooled.to_dict("records"):
        for name in RATES:
            table.loc[row["approach"], (row["database"], name.upper())] = percent(row[name])
    return table


def size(figures: pd.DataFrame, database: str, level: str) -> str:
    """Return n of a database: how many reals and fakes its figures at ``level`` rest on."""
    rows = figures[(figures["database"] == database) & (figures["attack"] == ALL)]
    row = rows[rows["level"] == level].iloc[0]
    unit = "videos" if level == "video" else "crops"
    return f"{row['n_real']} real, {row['n_fake']} fake {unit}"


def parted(figures: pd.DataFrame, training: Sequence[str]) -> tuple[list[str], list[str]]:
    """Return the databases trained on, and the others, in the order of the tables."""
    databases = list(figures["database"].unique())
    seen = [name for name in databases if name in training]
    return seen, [name for name in databases if name not in training]


def counts(figures: pd.DataFrame, databases: Sequence[str]) -> pd.DataFrame:
    """Return per database what the figures rest on: reals, fakes, videos without a face."""
    videos = figures[(figures["level"] == "video") & (figures["attack"] == ALL)]
    videos = videos.drop_duplicates("database").set_index("database")
    return pd.DataFrame(
        {
            "database": name,
            "compression": videos.loc[name, "compression"],
            "real videos": videos.loc[name, "n_real"],
            "fake videos": videos.loc[name, "n_fake"],
            "videos without a face": videos.loc[name, "videos_without_face"],
            "coverage": percent(videos.loc[name, "coverage"]),
        }
        for name in databases
    )


def by_attack(figures: pd.DataFrame, databases: Sequence[str]) -> pd.DataFrame:
    """Return per database and attack the share of fakes called real, k/n, by approach."""
    rows = figures[(figures["level"] == "video") & (figures["attack"] != ALL)]
    rows = rows[rows["database"].isin(databases)]
    rows = rows.drop_duplicates(["approach", "database", "attack"])
    rows = rows.assign(
        cell=[
            f"{percent(row.fpr)} ({row.k_fpr}/{row.n_fake})" for row in rows.itertuples(index=False)
        ]
    )
    order = list(rows["approach"].unique())
    wide = rows.pivot(index=["database", "attack"], columns="approach", values="cell")
    return wide[order].reset_index()


def thresholds(figures: pd.DataFrame) -> pd.DataFrame:
    """Return the video-level threshold of each approach and the scores that set it."""
    rows = figures[figures["level"] == "video"].drop_duplicates("approach")
    return pd.DataFrame(
        {
            "approach": row.approach,
            "threshold": f"{row.threshold:.4f}",
            "set on": f"validation videos, {row.threshold_scores.replace('_', '-')} scores",
        }
        for row in rows.itertuples(index=False)
    )


def accuracies(table: pd.DataFrame) -> pd.DataFrame:
    """Return how many videos of known classes were given their own class, by approach."""
    known = table[table["n_known"] > 0]
    cells = [
        f"{percent(row.accuracy)} ({row.correct}/{row.n_known})"
        for row in known.itertuples(index=False)
    ]
    if not cells:
        return pd.DataFrame(columns=["approach"])
    order = list(known["database"].unique())
    approaches = list(known["approach"].unique())
    wide = known.assign(cell=cells).pivot(index="approach", columns="database", values="cell")
    return wide.loc[approaches, order].reset_index()


def four(row: pd.Series) -> str:
    """Return AUC, FNR, FPR and HTER of a row, in percent; a dash where there is none."""
    return " ".join(percent(row[name]) for name in RATES)


def percent(value: float) -> str:
    """Return ``value`` with two decimals, a dash for NaN."""
    return "-" if np.isnan(value) else f"{rounded(float(value)):.2f}"
