"""Batches for training from `loading.make_loader`, against the bare decoder on as many cores.

    python benchmarks/load.py [--crops 4000] [--rounds 7]

With the paper's settings crops are decoded as they are. With the demo's they are also scaled, from
160 to 96 pixels, which takes as long as decoding, and every other one is mirrored. Without workers
loading takes one core, with two of them two. The bare decoder (simplejpeg, bytes in memory) makes
no batches, and has as many processes.
"""

import argparse
from collections.abc import Sequence
from concurrent.futures import Executor, ProcessPoolExecutor
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import cv2
import simplejpeg
import torch

import crop_files
import measure
from deepfake_attribution.epoch_order import EpochOrder
from deepfake_attribution.loading import Crops, make_loader
from deepfake_attribution.params.load import validate
from deepfake_attribution.params.train import Train

WORKERS = (0, 2)
_held: list[bytes] = []  # by each process of the bare decoder


def main() -> None:
    """Measure, print and keep."""
    words = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    words.add_argument("--crops", type=int, default=4000, help="how many distinct ones there are")
    words.add_argument("--rounds", type=int, default=7)
    chosen = words.parse_args()
    torch.set_num_threads(1)
    cv2.setNumThreads(1)
    faces = crop_files.make(chosen.crops)
    for name, one in crop_files.PROFILES.items():
        for workers in WORKERS:
            found = _compare(faces, one, workers, chosen.rounds)
            results = measure.compared(f"load_{name}_{workers}_workers", found, "crops/s/core")
            measure.show(results)
            measure.write(results)


def _compare(
    faces: Path, settings: dict[str, Any], workers: int, rounds: int
) -> dict[str, list[float]]:
    jpegs = crop_files.contents(faces, crop_files.table(faces, settings["crop"]["size"]))
    cores = workers or 1
    with ExitStack() as stack:
        pools = [
            stack.enter_context(ProcessPoolExecutor(1, None, _hold, (jpegs[number::cores],)))
            for number in range(cores)
        ]
        works = {"ours": _loading(faces, settings, workers), "bare_decoder": _decoding(pools)}
        return measure.rates(works, rounds)


def _loading(faces: Path, settings: dict[str, Any], workers: int) -> measure.Work:
    """Return an epoch of the loader as `training.train` makes it."""
    table = crop_files.table(faces, settings["crop"]["size"])
    crops = Crops(table, faces, settings["backbone"]["input_size"])
    train = validate(Train, settings, crop_files.PROFILE_FOLDER)
    order = EpochOrder(table, crops.labels, train, train.batch_size, seed=1)
    loader = make_loader(crops, order, train.batch_size, workers)

    def work() -> float:
        return sum(len(labels) for _, labels in loader) / (workers or 1)

    return work


def _decoding(pools: Sequence[Executor]) -> measure.Work:
    """Return the decoding of every crop once, each process its own."""

    def work() -> float:
        done = [pool.submit(_decode) for pool in pools]
        return sum(one.result() for one in done) / len(pools)

    return work


def _hold(jpegs: Sequence[bytes]) -> None:
    _held.extend(jpegs)


def _decode() -> int:
    for content in _held:
        simplejpeg.decode_jpeg(content, colorspace="RGB")
    return len(_held)


if __name__ == "__main__":
    main()
