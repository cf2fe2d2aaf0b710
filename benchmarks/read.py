"""Crops read at random, with decoding, on one core: shards against PNG files, LMDB and parquet.

    python benchmarks/read.py [--crops 4000] [--reads 1000] [--rounds 9]

Ours is what training uses, `loading.Crops`: the bytes are held to the index's hash, and come as a
tensor, channels first. The others give the same picture, unchecked, as an array. ``bare_decoder``
is simplejpeg on bytes in memory: the most that anybody can reach.
"""

import argparse
from pathlib import Path

import cv2
import numpy as np
import pandas as pd
import pyarrow as pa
import torch

import crop_files
import measure
from crop_peers import Read, bare_decoder, lmdb_values, parquet_images, png_files
from deepfake_attribution.loading import Crops

SIZE = crop_files.PROFILES["paper"]["crop"]["size"]  # pixels per side


def main() -> None:
    """Measure, print and keep."""
    words = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    words.add_argument("--crops", type=int, default=4000, help="how many distinct ones there are")
    words.add_argument("--reads", type=int, default=1000, help="crops per round")
    words.add_argument("--rounds", type=int, default=9)
    chosen = words.parse_args()
    torch.set_num_threads(1)
    cv2.setNumThreads(1)
    pa.set_cpu_count(1)
    faces = crop_files.make(chosen.crops)
    readers = _readers(faces, crop_files.table(faces, SIZE))
    _check(readers, chosen.crops)
    works = {name: _work(read, chosen.crops, chosen.reads) for name, read in readers.items()}
    found = measure.compared("read", measure.rates(works, chosen.rounds), "crops/s/core")
    measure.show(found)
    measure.write(found)


def _readers(faces: Path, table: pd.DataFrame) -> dict[str, Read]:
    crops = Crops(table, faces, SIZE)
    jpegs = crop_files.contents(faces, table)
    return {
        "ours": lambda number: crops[number][0].numpy(),
        "png_files": png_files(jpegs, faces),
        "lmdb": lmdb_values(jpegs, faces),
        "parquet_images": parquet_images(jpegs, faces),
        "bare_decoder": bare_decoder(jpegs),
    }


def _check(readers: dict[str, Read], count: int) -> None:
    """Stop unless all give the same pictures."""
    for number in (0, count // 2, count - 1):
        ours = readers["ours"](number).transpose(1, 2, 0)
        for name, read in readers.items():
            if name != "ours" and not np.array_equal(read(number), ours):
                raise SystemExit(f"{name} reads another picture {number}")


def _work(read: Read, count: int, reads: int) -> measure.Work:
    """Return the reading of ``reads`` crops, others in each round; the same ones for everybody."""
    random = np.random.default_rng(1)

    def work() -> float:
        for number in random.permutation(count)[:reads].tolist():
            read(number)
        return reads

    return work


if __name__ == "__main__":
    main()
