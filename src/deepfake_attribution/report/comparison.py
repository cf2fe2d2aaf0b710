"""Our figures next to the published ones, in the shape of their tables, with differences."""

from collections.abc import Sequence
from math import nan

import pandas as pd

from deepfake_attribution.core.metrics import rounded
from deepfake_attribution.report import comparable
from deepfake_attribution.report.cells import NOTHING, counted, ranged, signed
from deepfake_attribution.report.comparable import Ours
from deepfake_attribution.report.published import Cell, Protocol, Publication
from deepfake_attribution.report.results import context

KINDS = ("ours", "published", "difference")
CONTEXT = ("n_real", "n_fake", "compression", "videos_without_face", "videos_missing")
COUNTS = {"fnr": ("k_fnr", "real"), "fpr": ("k_fpr", "fake")}


def run(ours: Ours, publication: Publication, table: int) -> dict[str, str]:
    """Return database -> our row, for what of a published table ours can be compared with.

    Args:
        ours: our results.
        publication: what they are compared with.
        table: number of one of its tables, from 1.
    """
    return {
        name: str(publication.row_of(name))
        for name in _databases(publication, table)
        if comparable.there(ours, publication, name)
        and not comparable.reason(ours, publication, name)
    }


def not_run(ours: Ours, publication: Publication, table: int) -> list[str]:
    """Return the databases of a published table that have no results here, and why."""
    return [
        f"{name} ({row} has no test videos here)"
        if (row := publication.row_of(name))
        else f"{name} (no row of databases.published)"
        for name in _databases(publication, table)
        if not comparable.there(ours, publication, name)
    ]


def refused(ours: Ours, publication: Publication, table: int) -> list[str]:
    """Return the databases of a published table that ours cannot be compared on, and why."""
    reasons = {
        name: comparable.reason(ours, publication, name)
        for name in _databases(publication, table)
        if comparable.there(ours, publication, name)
    }
    return [f"{name} ({reason})" for name, reason in reasons.items() if reason]


def long(ours: Ours, publications: Sequence[Publication]) -> pd.DataFrame:
    """Return one row per database, approach and measure: ours, published, difference.

    Returns:
        ``protocol``, its ``table`` and ``column``, ``database`` (our row), ``level``,
        ``approach``, ``measure``, ``ours`` with ``ours_low`` and ``ours_high`` (percent, two
        decimals), ``k`` of ``n`` (FNR and FPR; k for one seed), ``published``, ``published_k`` of
        ``published_n``, ``difference`` (ours - published as printed, percentage points),
        ``n_real``, ``n_fake``, ``compression``, ``videos_without_face``, ``videos_missing``,
        ``coverage`` (percent), ``seeds``. Approaches that the publication has come first, methods
        that are none of ours last; missing values are NaN.
    """
    lines = []
    for publication in publications:
        protocol = publication.protocol
        for number in range(1, len(protocol.tables) + 1):
            for column, database in run(ours, publication, number).items():
                place = {"protocol": publication.name, "table": number, "column": column}
                place |= {"database": database, "level": protocol.level}
                own = comparable.rows(ours, publication, column).set_index("approach")
                for name, row, cell in _pairs(own, protocol, column):
                    for measure in comparable.measures(ours, protocol):
                        line = place | {"approach": name, "measure": measure}
                        lines.append(line | _compared(row, cell, measure, protocol, column))
    table = pd.DataFrame(lines)
    counts = ["k", "n", "published_k", "published_n", "n_real", "n_fake", "seeds"]
    counts += ["videos_without_face", "videos_missing"]
    return table.astype(dict.fromkeys(counts, "Int64")) if len(table) else table


def wide(compared: pd.DataFrame, publication: Publication, table: int) -> pd.DataFrame:
    """Return a published table: text by (approach, measure) and (column, `KINDS`).

    There is no column ``difference`` if none of the published methods is one of ours.

    Args:
        compared: from `long`.
        publication: whose table.
        table: its number.
    """
    rows = compared[(compared["protocol"] == publication.name) & (compared["table"] == table)]
    protocol = publication.protocol
    kinds = KINDS if any(method.ours for method in protocol.methods.values()) else KINDS[:2]
    index = pd.MultiIndex.from_frame(rows[["approach", "measure"]].drop_duplicates())
    columns = pd.MultiIndex.from_product([rows["column"].unique(), kinds])
    cells = pd.DataFrame(NOTHING, index=index, columns=columns)
    for _, row in rows.iterrows():
        published = _text(row["published"], protocol.decimals)
        texts = {
            "ours": counted(ranged(row, "ours"), row["k"], row["n"]),
            "published": counted(published, row["published_k"], row["published_n"]),
            "difference": signed(row["difference"]),
        }
        for kind in kinds:
            cells.loc[(row["approach"], row["measure"]), (row["column"], kind)] = texts[kind]
    return cells.rename(index=str.upper, level="measure")


def video_counts(ours: Ours, publication: Publication, table: int) -> pd.DataFrame:
    """Return how many videos (or crops) each column of a published table counts, here and there."""
    protocol = publication.protocol
    unit = "videos" if protocol.level == "video" else "crops"
    title, unknown = (
        ("published n (decoded)", "not decodable")
        if protocol.decoded
        else ("published n", "not stated")
    )
    lines = []
    for column, database in run(ours, publication, table).items():
        own = comparable.rows(ours, publication, column)
        videos = protocol.databases[column].videos
        theirs = f"{videos.real} real, {videos.fake} fake" if videos else unknown
        if videos and unit == "crops":
            theirs += " videos"
        seeds = " or ".join(str(number) for number in sorted(own["seeds"].unique()))
        lines.append(
            {"column": column, "ours": database}
            | context(own.iloc[0], unit)
            | {"seeds": seeds, title: theirs}
        )
    return pd.DataFrame(lines)


def _databases(publication: Publication, table: int) -> list[str]:
    return publication.protocol.tables[table - 1].databases


def _pairs(
    own: pd.DataFrame, protocol: Protocol, column: str
) -> list[tuple[str, pd.Series | None, Cell | None]]:
    """Return name, our row and the published cell: shared approaches, our others, their others."""
    theirs = [name for method in protocol.methods.values() for name in method.ours]
    shared = [name for name in theirs if name in own.index]
    others = [name for name in own.index if name not in theirs]
    pairs: list[tuple[str, pd.Series | None, Cell | None]] = [
        (name, own.loc[name], protocol.cell(protocol.method_of(name), column))
        for name in (*shared, *others)
    ]
    foreign = [name for name, method in protocol.methods.items() if not method.ours]
    return pairs + [(name, None, protocol.cell(name, column)) for name in foreign]


def _compared(
    row: pd.Series | None, cell: Cell | None, measure: str, protocol: Protocol, column: str
) -> dict[str, object]:
    """Return ours, published, and the difference of the printed figures."""
    k, kind = COUNTS.get(measure, ("", ""))
    found = getattr(cell, measure) if cell else None
    theirs = nan if found is None else float(found)
    videos = protocol.databases[column].videos
    k_theirs = getattr(cell, k) if cell and k else None
    values = {
        name: _printed(nan if row is None else row[f"{measure}{suffix}"])
        for name, suffix in (("ours", ""), ("ours_low", "_low"), ("ours_high", "_high"))
    }
    shown = values["ours"] if protocol.decimals == 2 else round(values["ours"], protocol.decimals)
    return {
        **values,
        "k": row[k] if k and row is not None else None,
        "n": row[f"n_{kind}"] if k and row is not None else None,
        "published": theirs,
        "published_k": k_theirs,
        "published_n": getattr(videos, kind) if videos and k_theirs is not None else None,
        "difference": _printed(shown - theirs),
        **{name: None if row is None else row[name] for name in CONTEXT},
        "coverage": nan if row is None else _printed(row["coverage"]),
        "seeds": None if row is None else row["seeds"],
    }


def _printed(value: float) -> float:
    return nan if pd.isna(value) else rounded(float(value))


def _text(value: float, decimals: int) -> str:
    return NOTHING if pd.isna(value) else f"{value:.{decimals}f}"
