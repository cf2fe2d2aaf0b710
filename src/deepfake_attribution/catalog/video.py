"""One row of a catalog: a video, what was done to it, and who is seen."""

from collections.abc import Iterable

import pandas as pd
import pyarrow as pa

from deepfake_attribution.errors import UserError

REAL = "real"
SPLITS = ("train", "val", "test")

# Empty strings stand for "not known": identity, donor, source.
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


def key(dataset: str, attack: str, compression: str, name: str) -> str:
    """Return the unique key of a video."""
    return "/".join((dataset, attack, compression or "-", name))


def check(videos: pd.DataFrame, where: str) -> None:
    """Hold what every catalog promises: at least one video, unique keys, one split per file.

    Raises:
        UserError: names the first offence, with ``where`` it was read from.
    """
    if videos.empty:
        raise UserError(f"{where}: no video is listed")
    for path, rows in _repeated(videos, "path"):
        splits = sorted(set(rows["split"]))
        if len(splits) > 1:
            raise UserError(f"{where}: '{path}' is in two splits ({', '.join(splits)}): keep one")
        raise UserError(f"{where}: '{path}' is listed {len(rows)} times: keep one row")
    for name, rows in _repeated(videos, "video"):
        raise UserError(
            f"{where}: {' and '.join(rows['path'][:2])} would share the key '{name}': "
            "give each a name of its own in a column 'name'"
        )


def _repeated(videos: pd.DataFrame, column: str) -> Iterable[tuple[str, pd.DataFrame]]:
    repeated = videos[videos.duplicated(column, keep=False)]
    for value, rows in repeated.groupby(column, sort=False):
        yield str(value), rows
