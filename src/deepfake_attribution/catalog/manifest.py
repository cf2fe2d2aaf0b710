"""Any dataset, from a table with one row per video."""

import re
from pathlib import Path, PurePosixPath
from typing import Any

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from deepfake_attribution.catalog.video import REAL, SCHEMA, SPLITS, key
from deepfake_attribution.errors import UserError

NOT_NAMES = {"real", "bonafide", "bona_fide", "bona-fide", "original", "0", "1", "fake"}
OPTIONAL = ("identity", "donor", "source", "compression")


def read_manifest(dataset: str, root: Path, manifest: str) -> pd.DataFrame:
    """Return the videos that ``root/manifest`` lists, in its order, columns of `SCHEMA` first.

    Columns: ``path`` (relative to ``root``), ``attack`` (``real`` or the attack's name; a column
    ``label`` does as well) and ``split`` (train, val, test); if they are there, ``identity``,
    ``donor``, ``source``, ``compression`` and ``name`` (the last part of the video's key, by
    default its path without suffix). Other columns are kept as text. Whether the files exist is
    not asked here: a missing one is listed by the extraction, with its reason.

    Raises:
        UserError: the root or the file is missing or unreadable, a column is missing, or a value
            is not allowed; names the row.
    """
    if not root.is_dir():
        raise UserError(
            f"datasets.{dataset}.root: {root} is not a folder: set it to where the videos are"
        )
    path = root / manifest
    if PurePosixPath(manifest).is_absolute() or ".." in PurePosixPath(manifest).parts:
        raise UserError(
            f"datasets.{dataset}.manifest: {manifest} is outside the root, where DVC would not "
            "see it change: put it into the root, or set the root to a folder that holds both"
        )
    rows = _table(path)
    if not isinstance(rows.index, pd.RangeIndex):  # pandas' way to take what has no heading
        raise UserError(f"{path}: the rows have more fields than the first line has names")
    rows = rows.rename(columns={"label": "attack"} if "attack" not in rows else {})
    for column in ("path", "attack", "split"):
        if column not in rows:
            raise UserError(f"{path}: no column '{column}'; it has {', '.join(rows.columns)}")
    for column in OPTIONAL:
        if column not in rows:
            rows[column] = ""
    for number, row in enumerate(rows.itertuples(index=False), start=2):
        _check_row(row, f"{path}, row {number}")
    for column in ("path", "source"):
        rows[column] = rows[column].map(_plain)
    names = rows["path"].map(_without_suffix)
    if "name" in rows:
        names = rows["name"].where(rows["name"] != "", names)
    rows["dataset"] = dataset
    rows["video"] = [
        key(dataset, attack, compression, name)
        for attack, compression, name in zip(
            rows["attack"], rows["compression"], names, strict=True
        )
    ]
    own = (rows["source"] == "") & (rows["attack"] == REAL)
    rows.loc[own, "source"] = rows.loc[own, "path"]
    extra = [column for column in rows.columns if column not in SCHEMA.names]
    return rows[[*SCHEMA.names, *extra]]


def _table(path: Path) -> pd.DataFrame:
    try:
        if path.suffix == ".parquet":
            table = pq.read_table(path).to_pandas()
            return table.astype(object).where(table.notna(), "").astype(str)
        return pd.read_csv(path, dtype=str, keep_default_na=False, skipinitialspace=True)
    except FileNotFoundError:
        raise UserError(f"{path}: no such file: it lists one video per row") from None
    except (UnicodeDecodeError, pd.errors.ParserError, pa.ArrowInvalid) as error:
        raise UserError(f"{path}: not a readable CSV or parquet table ({error})") from None
    except pd.errors.EmptyDataError:
        raise UserError(f"{path}: the file is empty") from None


def _check_row(row: Any, where: str) -> None:
    path = PurePosixPath(row.path)
    if not path.parts:
        raise UserError(f"{where}: the path is empty")
    if path.is_absolute() or ".." in path.parts:
        raise UserError(f"{where}: '{path}' leads out of the root: give it relative to the root")
    split, attack = row.split, row.attack
    if split not in SPLITS:
        raise UserError(f"{where}: split '{split}' is not one of {', '.join(SPLITS)}")
    if not re.fullmatch(r"\w[\w.+-]*", attack):
        raise UserError(
            f"{where}: attack '{attack}' is not a name: 'real' or letters, digits and _ . + -"
        )
    if attack != REAL and attack.lower() in NOT_NAMES:
        raise UserError(
            f"{where}: attack '{attack}': write 'real' for a real video, else the attack's name"
        )
    if "/" in row.compression:
        raise UserError(f"{where}: compression '{row.compression}' holds a /")


def _plain(path: str) -> str:
    """Return one spelling of a path: ``./a`` and ``a`` are one file."""
    return str(PurePosixPath(path)) if path else ""


def _without_suffix(path: str) -> str:
    pure = PurePosixPath(path)
    return str(pure.with_suffix("")) if pure.suffix else str(pure)
