"""Thumbnails of face crops on sheets: one JPEG for many, so that few files are opened."""

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import numpy as np
import pandas as pd

from deepfake_attribution.core import images, paths, tables
from deepfake_attribution.core.durable import write
from deepfake_attribution.core.errors import UserError
from deepfake_attribution.core.shards import ShardReader, digest
from deepfake_attribution.core.stored_pictures import read_crop, scaled

SIDE = 64  # pixels; whole blocks of a JPEG, so that no crop shines into the next
ACROSS, DOWN = 32, 16  # crops of a sheet; larger ones take longer until the first is seen
QUALITY = 70
CROP = ["video", "slot", "person"]
PLACE = ["shard", "offset", "length", "hash"]


def write_sheets(crops: pd.DataFrame, folder: Path) -> list[str]:
    """Write sheets of ``crops`` into ``folder``, remove others, and return their names.

    The crop of row n lies on sheet n // (`ACROSS` x `DOWN`), row by row. A sheet's name is made of
    the hash of its bytes.

    Args:
        crops: ``dataset``, ``video``, ``slot`` and ``person``; one row per crop, each once.
        folder: made if it is not there.

    Raises:
        UserError: a crop is not listed by its dataset's index, or not where that says.
    """
    names = []
    size = ACROSS * DOWN
    thumbnails = _thumbnails(crops)
    for first in range(0, len(crops), size):
        count = min(size, len(crops) - first)
        sheet = np.zeros((-(-count // ACROSS) * SIDE, ACROSS * SIDE, 3), np.uint8)
        for place in range(count):
            top, left = SIDE * (place // ACROSS), SIDE * (place % ACROSS)
            sheet[top : top + SIDE, left : left + SIDE] = next(thumbnails)
        content = images.encode(sheet, "jpeg", QUALITY)
        names.append(f"{digest(content)[:16]}.jpg")
        write(content, folder / names[-1])
    for old in folder.glob("*.jpg"):
        if old.name not in names:
            old.unlink()
    return names


def _thumbnails(crops: pd.DataFrame) -> Iterator[np.ndarray]:
    """Yield each crop, (SIDE, SIDE, 3) uint8, in the order of the rows."""
    for dataset, rows in _runs(crops):
        folder = paths.faces(dataset)
        index = tables.read(paths.index(folder), [*CROP, "status", *PLACE])
        index = index[index["status"] == "ok"]
        found = rows[CROP].merge(index, on=CROP, how="left", validate="one_to_one")
        lost = found[found["shard"].isna()]
        if len(lost):
            raise UserError(
                f"{paths.index(folder)}: lists no crop of {lost['video'].iloc[0]}, slot "
                f"{lost['slot'].iloc[0]}, which is on a map; `dvc repro` makes the maps anew"
            )
        with closing(ShardReader(folder)) as reader:
            for shard, offset, length, hash in found[PLACE].itertuples(index=False, name=None):
                yield scaled(read_crop(reader, shard, int(offset), int(length), hash), SIDE)


def _runs(crops: pd.DataFrame) -> Iterator[tuple[str, pd.DataFrame]]:
    """Yield rows that follow each other and are of one dataset."""
    run = (crops["dataset"] != crops["dataset"].shift()).cumsum()
    for _, rows in crops.groupby(run, sort=False):
        yield str(rows["dataset"].iloc[0]), rows
