"""Batches for training from `loading.make_loader`, against the bare decoder on as many cores.

    python benchmarks/load.py [--crops 4000] [--times 4] [--rounds 2]

With the paper's settings crops are decoded as they are. With the demo's they are also scaled, from
160 to 96 pixels, which takes as long as decoding, and every other one is mirrored;
``bare_decoder_and_resize`` decodes and scales. The bare decoder (simplejpeg, bytes in memory, each
picture in the place of the one before) makes no batches.

A core is one that is kept busy: without workers one for each, with two workers two. There, on a
machine of two cores, the process that takes the batches has to make do with what the workers leave;
on a larger one it runs beside them, and ours gets better. Each crop was held to its hash in the
unmeasured first epoch.
"""

import argparse
from collections.abc import Sequence
from concurrent.futures import Executor, ProcessPoolExecutor
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pandas as pd
import simplejpeg
import torch

import crop_files
import measure
from deepfake_attribution.core.params import validate
from deepfake_attribution.train.epoch_order import EpochOrder
from deepfake_attribution.train.loading import Crops, make_loader
from deepfake_attribution.train.settings import Train

WORKERS = (0, 2)
_held: list[bytes] = []  # by each process of the bare decoder


def main() -> None:
    """Measure, print and keep."""
    words = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    words.add_argument("--crops", type=int, default=4000, help="how many distinct ones there are")
    words.add_argument("--times", type=int, default=4, help="how often an epoch shows each")
    words.add_argument("--rounds", type=int, default=2)
    chosen = measure.options(words)
    torch.set_num_threads(1)
    cv2.setNumThreads(1)
    faces = crop_files.make(chosen.crops)
    for name, one in crop_files.PROFILES.items():
        for workers in WORKERS:
            found = _compare(faces, one, workers, chosen)
            results = measure.compared(f"load_{name}_{workers}_workers", found, "crops/s/core")
            measure.show(results)
            measure.keep(results, chosen)


def _compare(
    faces: Path, settings: dict[str, Any], workers: int, chosen: argparse.Namespace
) -> dict[str, list[float]]:
    stored, wanted = settings["crop"]["size"], settings["backbone"]["input_size"]
    jpegs = crop_files.contents(faces, crop_files.table(faces, stored))
    cores = workers or 1
    with ExitStack() as stack:
        pools = [
            stack.enter_context(ProcessPoolExecutor(1, None, _hold, (jpegs[number::cores],)))
            for number in range(cores)
        ]
        works = {
            "ours": _loading(faces, settings, workers, chosen.times),
            "bare_decoder": _decoding(pools, chosen.times, None),
        }
        if stored != wanted:
            works["bare_decoder_and_resize"] = _decoding(pools, chosen.times, wanted)
        return measure.rates(works, chosen.rounds)


def _loading(faces: Path, settings: dict[str, Any], workers: int, times: int) -> measure.Work:
    """Return an epoch of the loader as `training.train` makes it."""
    table = crop_files.table(faces, settings["crop"]["size"])
    table = pd.concat([table] * times)
    crops = Crops(table, faces, settings["backbone"]["input_size"])
    train = validate(Train, settings, crop_files.PROFILE_FOLDER)
    order = EpochOrder(table, crops.labels, train, train.batch_size, seed=1)
    loader = make_loader(crops, order, train.batch_size, workers)

    def work() -> float:
        return sum(len(labels) for _, labels in loader) / (workers or 1)

    return work


def _decoding(pools: Sequence[Executor], times: int, size: int | None) -> measure.Work:
    """Return the decoding of every crop ``times``, each process its own; scaled if to a size."""

    def work() -> float:
        done = [pool.submit(_decode, times, size) for pool in pools]
        return sum(one.result() for one in done) / len(pools)

    return work


def _hold(jpegs: Sequence[bytes]) -> None:
    _held.extend(jpegs)


def _decode(times: int, size: int | None) -> int:
    room = np.empty(simplejpeg.decode_jpeg(_held[0], colorspace="RGB").size, np.uint8)
    for content in _held * times:
        picture = simplejpeg.decode_jpeg(content, colorspace="RGB", buffer=room)
        if size is not None:
            cv2.resize(picture, (size, size), interpolation=cv2.INTER_AREA)
    return len(_held) * times


if __name__ == "__main__":
    main()
