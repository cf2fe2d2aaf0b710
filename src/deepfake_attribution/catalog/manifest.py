"""Any dataset, from a table with one row per video."""

import re
import unicodedata
from pathlib import Path, PurePosixPath
from typing import Any

import pandas as pd

from deepfake_attribution.catalog.files import without_suffix
from deepfake_attribution.catalog.table import read_table
from deepfake_attribution.core.errors import UserError
from deepfake_attribution.core.video import REAL, SCHEMA, SPLITS, key

# Words that mean real or do not name an attack; as names, they would become classes.
NOT_NAMES = {
    *("real", "bonafide", "bona_fide", "bona-fide", "original", "genuine", "pristine"),
    *("originals", "reals", "fakes"),
    *("authentic", "0", "1", "true", "false", "fake", "spoof"),
}
CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f]")  # what Unicode calls Cc
OPTIONAL = ("identity", "donor", "source", "compression")
BOX = re.compile(r"(-?\d+(?:\.\d+)?(?:\s+|$)){4}")


def read_manifest(dataset: str, root: Path, manifest: str) -> pd.DataFrame:
    """Return the videos that ``root/manifest`` lists, in its order, columns of `SCHEMA` first.

    The index holds the numbers of the rows in the file (`read_table`).

    Columns: ``path`` (relative to ``root``), ``attack`` (``real`` or the attack's name; a column
    ``label`` does as well) and ``split`` (train, val, test); if they are there, ``identity``,
    ``donor``, ``source``, ``compression`` and ``name`` (the last part of the video's key, by
    default its path without suffix), ``mask`` and ``box`` (`listing.Video`). Other columns are
    kept as text. Whether the files exist is not checked here: the extraction lists a missing one,
    with its reason.

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
    if not path.exists():
        raise UserError(
            f"{path}: no such file, which lists one video per row: set datasets.{dataset}.root to "
            f"the folder that holds it, or datasets.{dataset}.manifest to its name"
        )
    rows = read_table(path, "path")
    rows = rows.rename(columns={"label": "attack"} if "attack" not in rows else {})
    for column in ("path", "attack", "split"):
        if column not in rows:
            raise UserError(f"{path}: no column '{column}'; it has {', '.join(rows.columns)}")
    for column in OPTIONAL:
        if column not in rows:
            rows[column] = ""
    rows["name"] = rows.get("name", "")
    for number, row in zip(rows.index, rows.itertuples(index=False), strict=True):
        _check_row(row, f"{path}, row {number}")
        _check_marks(row, f"{path}, row {number}")
    _check_spellings(rows["attack"], path)
    for column in ("path", "source", *(["mask"] if "mask" in rows else [])):
        rows[column] = [_plain(value, root) for value in rows[column]]
    names = rows["name"].where(rows["name"] != "", rows["path"].map(without_suffix))
    rows["dataset"] = dataset
    rows["video"] = [
        key(dataset, attack, compression, name)
        for attack, compression, name in zip(
            rows["attack"], rows["compression"], names, strict=True
        )
    ]
    own = (rows["source"] == "") & (rows["attack"] == REAL)
    rows.loc[own, "source"] = rows.loc[own, "path"]
    if not rows["name"].any():
        rows = rows.drop(columns="name")
    extra = [column for column in rows.columns if column not in SCHEMA.names]
    return rows[[*SCHEMA.names, *extra]]


def _check_row(row: Any, where: str) -> None:
    parts = _parts(row.path)
    if not parts and not row.path.startswith("/"):
        raise UserError(f"{where}: the path is empty")
    if row.path.startswith("/") or ".." in parts:
        path = PurePosixPath(row.path)
        raise UserError(f"{where}: '{path}' leads out of the root: give it relative to the root")
    if ".." in _parts(row.name):
        raise UserError(f"{where}: name '{row.name}' holds a '..'")
    for column in ("path", "name", "compression"):
        value = getattr(row, column)
        if CONTROL.search(value):
            raise UserError(f"{where}: {column} {value!r} holds a line break or control character")
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


def _check_marks(row: Any, where: str) -> None:
    """Check what says where the labelled face is."""
    mask, box = getattr(row, "mask", ""), getattr(row, "box", "")
    if mask.startswith("/") or ".." in _parts(mask):
        mask = PurePosixPath(mask)
        raise UserError(f"{where}: mask '{mask}' leads out of the root: give it relative to it")
    if not box:
        return
    values = [float(word) for word in box.split()] if BOX.fullmatch(box) else []
    if not values or values[0] >= values[2] or values[1] >= values[3]:
        raise UserError(
            f"{where}: box '{box}' is not four numbers x0 y0 x1 y1 in pixels, such as "
            "'10 20 110 140', x0 before x1 and y0 before y1"
        )


def _check_spellings(attacks: pd.Series, path: Path) -> None:
    """Raise where two names differ in capitals only: they would become two classes."""
    first: dict[str, tuple[int, str]] = {}
    for number, attack in attacks.items():
        before, spelt = first.setdefault(attack.casefold(), (number, attack))
        if spelt != attack:
            raise UserError(
                f"{path}, rows {before} and {number}: attacks '{spelt}' and '{attack}' differ in "
                "capitals only: use one spelling"
            )


def _plain(path: str, root: Path) -> str:
    """Return one spelling of a path: ``./a`` and ``a`` are one file.

    An umlaut can be one character (NFC) or a letter and its dots (NFD). They look alike, but name
    two files. The one that exists is taken; if neither does, NFC.
    """
    if not path:
        return ""
    plain = str(PurePosixPath(path)) if path.startswith("/") else "/".join(_parts(path)) or "."
    if plain.isascii():
        return plain
    composed, decomposed = (unicodedata.normalize(form, plain) for form in ("NFC", "NFD"))
    return next((one for one in (plain, composed, decomposed) if _there(root / one)), composed)


def _there(path: Path) -> bool:
    try:
        return path.exists()
    except OSError:  # no permission: the extraction reports it
        return False


def _parts(path: str) -> list[str]:
    """Return the parts of a relative path, as `PurePath` does, but in a fifth of the time."""
    return [part for part in path.split("/") if part not in ("", ".")]
