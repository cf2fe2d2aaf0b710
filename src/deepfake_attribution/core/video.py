"""One row of a catalog: a video, what was done to it, and who is seen."""

import os
from collections.abc import Iterable
from pathlib import Path

import pandas as pd
import pyarrow as pa

from deepfake_attribution.core.errors import UserError

REAL = "real"
SPLITS = ("train", "val", "test")

# Empty strings mean "not known": identity, donor, source.
SCHEMA = pa.schema(
    [
        ("video", pa.string()),  # unique key: dataset/attack/compression/name
        ("dataset", pa.string()),
        ("path", pa.string()),  # relative to the dataset's root, with /
        ("attack", pa.string()),  # "real" or the attack's name
        ("split", pa.string()),
        ("identity", pa.string()),  # who is seen
        ("donor", pa.string()),  # whose face was put there
        ("source", pa.string()),  # path of the original of a fake; of a real, its own
        ("compression", pa.string()),
    ]
)


def class_names(table: pd.DataFrame) -> list[str]:
    """Return the classes of a table of videos or crops: ``real`` first, then attacks by name."""
    return [REAL, *sorted(set(table["attack"]) - {REAL})]


def key(dataset: str, attack: str, compression: str, name: str) -> str:
    """Return the unique key of a video."""
    return "/".join((dataset, attack, compression or "-", name))


def check(videos: pd.DataFrame, where: str) -> None:
    """Check what every catalog guarantees: at least one video, unique keys, one split per file.

    Args:
        videos: columns ``video``, ``path`` and ``split``; the index holds the numbers of the rows.
        where: what they were read from.

    Raises:
        UserError: names the first problem, and ``where``.
    """
    if videos.empty:
        raise UserError(f"{where}: no video is listed")
    for path, rows in _repeated(videos, "path"):
        splits = list(dict.fromkeys(rows["split"]))
        if len(splits) > 1:
            problem = f"'{path}' is in two splits ({', '.join(splits)})"
            raise UserError(f"{where}: {_numbers(rows)}: {problem}: keep one")
        times = f"'{path}' is listed {len(rows)} times"
        raise UserError(f"{where}: {_numbers(rows)}: {times}: keep one row")
    for name, rows in _repeated(videos, "video"):
        raise UserError(
            f"{where}: {_numbers(rows)}: {' and '.join(rows['path'][:2])} would share the key "
            f"'{name}': "
            "give each a name of its own in a column 'name'"
        )


def check_links(videos: pd.DataFrame, root: Path, where: str) -> None:
    """Check that no two paths are one file, through a link or a case-insensitive file system.

    Files that are missing or forbidden are left to the extraction. Copies of a video are found by
    `superset.build`, which compares their pictures.

    Raises:
        UserError: names both rows.
    """
    known: dict[tuple[int, int], tuple[int, str, str]] = {}
    # Strings and lists, because paths and columns take three times as long.
    columns = (videos[name].tolist() for name in ("path", "split"))
    for number, path, split in zip(videos.index.tolist(), *columns, strict=True):
        try:
            seen = os.stat(os.path.join(root, path))  # noqa: PTH116, PTH118
        except OSError:
            continue
        other = known.setdefault((seen.st_dev, seen.st_ino), (number, path, split))
        if other[1] != path:
            raise UserError(
                f"{where}: rows {other[0]} and {number}: '{other[1]}' ({other[2]}) and '{path}' "
                f"({split}) are one file, linked: keep one row"
            )


def _numbers(rows: pd.DataFrame) -> str:
    return f"rows {rows.index[0]} and {rows.index[1]}"


def _repeated(videos: pd.DataFrame, column: str) -> Iterable[tuple[str, pd.DataFrame]]:
    repeated = videos[videos.duplicated(column, keep=False)]
    for value, rows in repeated.groupby(column, sort=False):
        yield str(value), rows
