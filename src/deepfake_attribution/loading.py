"""Crops from shards for torch: a dataset with random access, and the order of an epoch."""

from collections.abc import Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pandas as pd
import torch
from torch import Tensor
from torch.utils.data import DataLoader, Dataset, Sampler

from deepfake_attribution.shards import ShardReader
from deepfake_attribution.stored_crop import read_crop, scaled

Pick = tuple[int, bool]  # row of the table, whether it is mirrored
Batch = tuple[Tensor, Tensor]  # (B, 3, S, S) uint8 RGB crops, (B,) int64 classes


class Crops(Dataset[tuple[Tensor, int]]):
    """Crops of a table and their classes.

    Args:
        table: columns ``shard`` (relative to ``folder``), ``offset``, ``length``, ``hash`` (of
            the bytes), and ``attack`` if there are ``classes``.
        folder: where the shards lie.
        size: pixels per side of what is returned.
        classes: names of the classes, in the order of their numbers; None gives 0 for all.
    """

    def __init__(
        self, table: pd.DataFrame, folder: Path, size: int, classes: list[str] | None = None
    ) -> None:
        self.size = size
        self.reader = ShardReader(folder)
        self.shards = table["shard"].to_numpy(dtype=object)
        self.offsets = table["offset"].to_numpy(dtype=np.int64)
        self.lengths = table["length"].to_numpy(dtype=np.int64)
        self.hashes = table["hash"].to_numpy(dtype=object)
        numbers = {name: number for number, name in enumerate(classes or [])}
        known = table["attack"].map(numbers) if classes else pd.Series(0, index=table.index)
        self.labels = known.to_numpy(dtype=np.int64)

    def __len__(self) -> int:
        return len(self.shards)

    def __getitem__(self, pick: int | Pick) -> tuple[Tensor, int]:
        """Return the crop, (3, size, size) uint8 RGB, and its class.

        Raises:
            UserError: the shard does not hold this crop.
        """
        images, labels = self.__getitems__([pick])
        return images[0], int(labels[0])

    def __getitems__(self, picks: Sequence[int | Pick]) -> Batch:
        """Return a batch, what `as_read` hands on; torch asks for it where a dataset has it.

        Each crop goes straight to its place: joining single ones costs a tenth of decoding them.

        Raises:
            UserError: a shard does not hold one of these crops.
        """
        images = np.empty((len(picks), 3, self.size, self.size), np.uint8)
        rows = []
        for planes, pick in zip(images, picks, strict=True):
            row, mirrored = pick if isinstance(pick, tuple) else (pick, False)
            rows.append(row)
            cv2.split(self._picture(row, mirrored), list(planes))
        return torch.from_numpy(images), torch.from_numpy(self.labels[rows])

    def _picture(self, row: int, mirrored: bool) -> np.ndarray:
        """Return the crop at ``row``, (size, size, 3) uint8 RGB."""
        where = self.shards[row], int(self.offsets[row]), int(self.lengths[row])
        image = read_crop(self.reader, *where, self.hashes[row])
        image = scaled(image, self.size)
        return cv2.flip(image, 1) if mirrored else image


def as_read(batch: Any) -> Any:
    """Return ``batch``: for loaders of `Crops`, whose `Batch` needs no joining."""
    return batch


class EpochOrder(Sampler[Pick]):
    """A new order, and new mirrorings, for each epoch; the same ones after a restart.

    Args:
        length: of the dataset.
        seed: of the order.
        flip: mirror every other crop, at random.
    """

    def __init__(self, length: int, seed: int, flip: bool) -> None:
        self.length = length
        self.seed = seed
        self.flip = flip
        self.epoch = 0
        self.done = 0  # crops of this epoch that an earlier run has used

    def set_epoch(self, epoch: int) -> None:
        """Choose the epoch, from 0; Lightning calls this before each."""
        if epoch != self.epoch:
            self.epoch, self.done = epoch, 0

    def go_on(self, epoch: int, done: int) -> None:
        """Leave out the first ``done`` crops of ``epoch``, and only of this one."""
        self.epoch, self.done = epoch, done

    def __len__(self) -> int:
        """Return the length of a whole epoch: the steps of a resumed one are counted on."""
        return self.length

    def __iter__(self) -> Iterator[Pick]:
        random = np.random.default_rng([self.seed, self.epoch])
        order = random.permutation(self.length)
        mirrored = (random.random(self.length) < 0.5) & self.flip
        yield from islice(zip(order.tolist(), mirrored.tolist(), strict=True), self.done, None)


def make_loader(
    crops: Crops, order: EpochOrder | list[Pick], batch_size: int, workers: int
) -> DataLoader[tuple[Tensor, int]]:
    """Return the loader of batches of (B, 3, S, S) uint8 crops and (B,) classes.

    Args:
        crops: the dataset.
        order: new for each epoch (training), or the same one for all.
        batch_size: crops per batch.
        workers: loading processes beside a GPU; 0: none, for on a CPU there is no core to spare.
    """
    training = isinstance(order, EpochOrder)
    return DataLoader(
        crops,
        batch_size,
        sampler=order,
        collate_fn=as_read,
        # A last batch of one crop would break batch normalisation.
        drop_last=training and len(crops) > batch_size,
        num_workers=workers,
        persistent_workers=workers > 0,
        pin_memory=workers > 0 and torch.cuda.is_available(),
    )
