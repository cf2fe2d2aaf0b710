"""Our figures next to the published ones, in the shape of the paper's tables, with differences."""

from collections.abc import Mapping, Sequence
from math import nan

import pandas as pd

from deepfake_attribution.core.metrics import rounded
from deepfake_attribution.report import published
from deepfake_attribution.report.cells import counted, percent, ranged, signed
from deepfake_attribution.report.results import RATES, context, pooled

EARLIER_APPROACHES = ("TripletLoss-NN", "TripletLoss-LR", "TripletLoss-SVM")
KINDS = ("ours", "published", "difference")


def run(figures: pd.DataFrame, rows: Mapping[str, str], table: int) -> dict[str, str]:
    """Return column -> our row, for the columns of a published table that we have results for.

    Args:
        figures: `results.over_seeds`.
        rows: our row -> column (``databases.published``).
        table: 1 or 2.
    """
    there = set(figures["database"])
    return {column: row for column, row in _of_table(rows, table).items() if row in there}


def not_run(figures: pd.DataFrame, rows: Mapping[str, str], table: int) -> list[str]:
    """Return the columns of a published table that have no results here, and why; see `run`."""
    mapped, there = _of_table(rows, table), run(figures, rows, table)
    return [
        f"{column} ({mapped[column]} has no test videos here)"
        if column in mapped
        else f"{column} (no row of databases.published)"
        for column, number in published.COLUMNS.items()
        if number == table and column not in there
    ]


def long(figures: pd.DataFrame, rows: Mapping[str, str]) -> pd.DataFrame:
    """Return one row per database, approach and measure: ours, published, difference.

    Args:
        figures: `results.over_seeds`.
        rows: our row -> column (``databases.published``).

    Returns:
        ``table`` and ``column`` of the paper, ``database`` (our row), ``approach``, ``measure``,
        ``ours`` with ``ours_low`` and ``ours_high`` (percent, two decimals), ``k`` of ``n`` (FNR
        and FPR; k for one seed), ``published``, ``published_k`` of ``published_n`` (derived),
        ``difference`` (ours - published as printed, percentage points), ``n_real``, ``n_fake``,
        ``compression``, ``videos_without_face``, ``videos_missing``, ``coverage`` (percent),
        ``seeds``. Approaches of the paper first; missing values are NaN.
    """
    lines = []
    videos = pooled(figures)
    for number in published.TABLES:
        for column, database in run(figures, rows, number).items():
            own = videos[videos["database"] == database].set_index("approach")
            for approach in _ordered(own.index):
                cell = published.figures(column, approach)
                for measure in RATES:
                    lines.append(
                        {"table": number, "column": column, "database": database}
                        | {"approach": approach, "measure": measure}
                        | _compared(own.loc[approach], cell, measure)
                    )
    table = pd.DataFrame(lines)
    counts = ["k", "n", "published_k", "published_n"]
    return table.astype(dict.fromkeys(counts, "Int64")) if len(table) else table


def wide(compared: pd.DataFrame, table: int) -> pd.DataFrame:
    """Return a published table: text by (approach, measure) and (column, `KINDS`).

    Args:
        compared: from `long`.
        table: 1 or 2.
    """
    rows = compared[compared["table"] == table]
    index = pd.MultiIndex.from_frame(rows[["approach", "measure"]].drop_duplicates())
    columns = pd.MultiIndex.from_product([rows["column"].unique(), KINDS])
    cells = pd.DataFrame("-", index=index, columns=columns)
    for _, row in rows.iterrows():
        at = (row["approach"], row["measure"])
        ours = counted(ranged(row, "ours"), row["k"], row["n"])
        theirs = counted(percent(row["published"]), row["published_k"], row["published_n"])
        for kind, text in zip(KINDS, (ours, theirs, signed(row["difference"])), strict=True):
            cells.loc[at, (row["column"], kind)] = text
    return cells.rename(index=str.upper, level="measure")


def video_counts(figures: pd.DataFrame, rows: Mapping[str, str], table: int) -> pd.DataFrame:
    """Return how many videos each column of a published table counts, here and in the paper.

    The paper's numbers are derived.
    """
    lines = []
    videos = pooled(figures)
    for column, database in run(figures, rows, table).items():
        own = videos[videos["database"] == database]
        cell = published.figures(column, published.APPROACHES[0])
        known = cell is not None and cell.n_real is not None
        theirs = f"{cell.n_real} real, {cell.n_fake} fake" if cell and known else "not decodable"
        seeds = " or ".join(str(number) for number in sorted(own["seeds"].unique()))
        lines.append(
            {"column": column, "ours": database}
            | context(own.iloc[0])
            | {"seeds": seeds, "published n (decoded)": theirs}
        )
    return pd.DataFrame(lines)


def other_videos(figures: pd.DataFrame, rows: Mapping[str, str], table: int) -> list[str]:
    """Return a sentence for each column whose test videos differ in number from the published."""
    sentences = []
    videos = pooled(figures)
    for column, database in run(figures, rows, table).items():
        own = videos[videos["database"] == database].iloc[0]
        cell = published.figures(column, published.APPROACHES[0])
        if cell is None or cell.n_real is None:
            continue
        if (own["n_real"], own["n_fake"]) != (cell.n_real, cell.n_fake):
            sentences.append(
                f"{column}: not the published test set: {own['n_real']} real and {own['n_fake']} "
                f"fake videos here, {cell.n_real} and {cell.n_fake} in the paper (decoded)."
            )
    return sentences


def earlier(figures: pd.DataFrame, rows: Mapping[str, str]) -> pd.DataFrame:
    """Return the HTER of an earlier paper's TripletLoss next to ours, for the columns it has."""
    videos = pooled(figures)
    lines = []
    for column, database in run(figures, rows, 2).items():
        own = videos[videos["database"] == database].set_index("approach")
        approaches = [name for name in EARLIER_APPROACHES if name in own.index]
        if column in published.EARLIER_HTER and approaches:
            lines.append(
                {"column": column, "published HTER": percent(published.EARLIER_HTER[column])}
                | {f"{name} HTER": ranged(own.loc[name], "hter") for name in approaches}
                | context(own.loc[approaches[0]])
            )
    return pd.DataFrame(lines)


def _of_table(rows: Mapping[str, str], table: int) -> dict[str, str]:
    """Return column -> our row of a published table, in its order."""
    row_of = {column: row for row, column in rows.items()}
    return {
        column: row_of[column]
        for column, number in published.COLUMNS.items()
        if number == table and column in row_of
    }


def _ordered(approaches: Sequence[str]) -> list[str]:
    """Return the paper's approaches first, then the others."""
    theirs = [name for name in published.APPROACHES if name in approaches]
    return theirs + [name for name in approaches if name not in theirs]


def _compared(row: pd.Series, cell: published.Published | None, measure: str) -> dict[str, object]:
    """Return ours, published, and the difference of the printed figures."""
    counts = {"fnr": ("k_fnr", "n_real"), "fpr": ("k_fpr", "n_fake")}
    k, n = counts.get(measure, (None, None))
    ours = {
        name: _printed(row[f"{measure}{suffix}"])
        for name, suffix in (("ours", ""), ("ours_low", "_low"), ("ours_high", "_high"))
    }
    theirs = nan if cell is None else float(getattr(cell, measure))
    return {
        **ours,
        "k": row[k] if k else None,
        "n": row[n] if n else None,
        "published": theirs,
        "published_k": getattr(cell, k) if cell and k else None,
        "published_n": getattr(cell, n) if cell and n else None,
        "difference": _printed(ours["ours"] - theirs),
        **{name: row[name] for name in ("n_real", "n_fake", "compression")},
        "videos_without_face": row["videos_without_face"],
        "videos_missing": row["videos_missing"],
        "coverage": _printed(row["coverage"]),
        "seeds": row["seeds"],
    }


def _printed(value: float) -> float:
    return nan if pd.isna(value) else rounded(float(value))
