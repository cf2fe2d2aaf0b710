"""The same pictures in the forms that `read.py` compares: PNG files, LMDB, parquet, memory.

Each function makes its form once, beside the shards, and returns what reads picture number n: as
fast as its users know to do it, on one core.
"""

import shutil
from collections.abc import Callable, Sequence
from pathlib import Path

import cv2
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import simplejpeg

import measure
from deepfake_attribution.core import images

Read = Callable[[int], np.ndarray]  # number -> (H, W, 3) uint8 RGB
# Rows per row group: Hugging Face's number for pictures, and pyarrow's own, with which one random
# row costs the whole file.
ROWS = 100
DEFAULT_ROWS = 1024 * 1024


def bare_decoder(jpegs: Sequence[bytes]) -> Read:
    """Return simplejpeg on bytes that lie in memory: nobody who decodes them is faster.

    Each picture takes the place of the one before: memory of its own would cost 7 %.
    """
    room = np.empty(simplejpeg.decode_jpeg(jpegs[0], colorspace="RGB").size, np.uint8)
    return lambda number: simplejpeg.decode_jpeg(jpegs[number], colorspace="RGB", buffer=room)


def png_files(jpegs: Sequence[bytes], folder: Path) -> Read:
    """Return OpenCV's reading of a file for each picture."""
    files = folder / "png"
    if not files.exists():
        unfinished = folder / ".png.tmp"
        shutil.rmtree(unfinished, ignore_errors=True)
        unfinished.mkdir()
        for number, content in enumerate(jpegs):
            png = images.encode(images.decode(content), "png", 0)
            (unfinished / f"{number:05d}.png").write_bytes(png)
        unfinished.replace(files)
    names = [str(files / f"{number:05d}.png") for number in range(len(jpegs))]

    def read(number: int) -> np.ndarray:
        picture = cv2.imread(names[number], cv2.IMREAD_COLOR)
        assert picture is not None
        return cv2.cvtColor(picture, cv2.COLOR_BGR2RGB)

    return read


def lmdb_values(jpegs: Sequence[bytes], folder: Path) -> Read:
    """Return simplejpeg on values of one LMDB environment, without copies, in one transaction."""
    lmdb = measure.peer("lmdb")
    path = folder / "crops.lmdb"
    if not path.exists():
        unfinished = folder / ".lmdb.tmp"
        shutil.rmtree(unfinished, ignore_errors=True)
        space = 2 * sum(map(len, jpegs)) + 10_000_000  # values begin on pages of their own
        with lmdb.open(str(unfinished), map_size=space) as new, new.begin(write=True) as writing:
            for number, content in enumerate(jpegs):
                writing.put(_key(number), content)
        unfinished.replace(path)
    environment = lmdb.open(str(path), readonly=True, lock=False, readahead=False)
    reading = environment.begin(buffers=True)
    return lambda number: simplejpeg.decode_jpeg(reading.get(_key(number)), colorspace="RGB")


def _key(number: int) -> bytes:
    return b"%05d" % number


def parquet_images(jpegs: Sequence[bytes], folder: Path, rows: int) -> Read:
    """Return simplejpeg on a row of one parquet file, whose row group is read for it.

    Args:
        jpegs: the pictures.
        folder: where the file is, or is to be.
        rows: per row group.
    """
    path = folder / f"crops-{rows}.parquet"
    if not path.exists():
        unfinished = folder / f".{path.name}.tmp"
        column = pa.table({"image": pa.array(jpegs, pa.binary())})
        pq.write_table(column, unfinished, row_group_size=rows)
        unfinished.replace(path)
    file = pq.ParquetFile(path, memory_map=True)

    def read(number: int) -> np.ndarray:
        group = file.read_row_group(number // rows, columns=["image"], use_threads=False)
        content = memoryview(group.column("image")[number % rows].as_buffer()).cast("B")
        return simplejpeg.decode_jpeg(content, colorspace="RGB")

    return read
