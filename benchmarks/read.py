"""Crops read at random, with decoding, on one core: shards against PNG files, LMDB and parquet.

    python benchmarks/read.py [--crops 4000] [--reads 1000] [--rounds 9] [--whole 10]

Ours is what training uses, `loading.Crops`: the bytes are held to the index's hash where a process
reads them first (here before the first round), and come as a tensor, channels first. The others
give the same picture, unchecked, as an array. ``bare_decoder`` is simplejpeg on bytes in memory:
the most that anybody can reach. ``read_default_groups`` is parquet as pyarrow writes it if nobody
says how.
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
from crop_peers import (
    DEFAULT_ROWS,
    ROWS,
    Read,
    bare_decoder,
    lmdb_values,
    parquet_images,
    png_files,
)
from deepfake_attribution.train.loading import Crops

SIZE = crop_files.PROFILES["paper"]["crop"]["size"]  # pixels per side


def main() -> None:
    """Measure, print and keep."""
    words = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    words.add_argument("--crops", type=int, default=4000, help="how many distinct ones there are")
    words.add_argument("--reads", type=int, default=1000, help="crops per round")
    words.add_argument("--rounds", type=int, default=9)
    words.add_argument("--whole", type=int, default=10, help="crops where each costs a file")
    chosen = measure.options(words)
    torch.set_num_threads(1)
    cv2.setNumThreads(1)
    pa.set_cpu_count(1)
    faces = crop_files.make(chosen.crops)
    readers = _readers(faces, crop_files.table(faces, SIZE))
    _check(readers, chosen.crops)
    for number in range(chosen.crops):
        readers["ours"](number)  # held to its hash, once
    works = {name: _work(read, chosen.crops, chosen.reads) for name, read in readers.items()}
    found = measure.compared("read", measure.rates(works, chosen.rounds), "crops/s/core")
    found += _default_groups(readers["ours"], faces, chosen)
    measure.show(found)
    measure.keep(found, chosen)


def _default_groups(ours: Read, faces: Path, chosen: argparse.Namespace) -> list[measure.Result]:
    """Return the comparison with parquet as pyarrow writes it."""
    jpegs = crop_files.contents(faces, crop_files.table(faces, SIZE))
    readers = {"ours": ours, "parquet_images": parquet_images(jpegs, faces, DEFAULT_ROWS)}
    works = {name: _work(read, chosen.crops, chosen.whole) for name, read in readers.items()}
    rates = measure.rates(works, chosen.rounds)
    return measure.compared("read_default_groups", rates, "crops/s/core")


def _readers(faces: Path, table: pd.DataFrame) -> dict[str, Read]:
    crops = Crops(table, faces, SIZE)
    jpegs = crop_files.contents(faces, table)
    return {
        "ours": lambda number: crops[number][0].numpy(),
        "png_files": png_files(jpegs, faces),
        "lmdb": lmdb_values(jpegs, faces),
        "parquet_images": parquet_images(jpegs, faces, ROWS),
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
