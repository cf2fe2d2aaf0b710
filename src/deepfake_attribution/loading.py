"""Crops from shards for torch: a dataset with random access, and the order of an epoch."""

from collections.abc import Iterator
from pathlib import Path

import cv2
import numpy as np
import pandas as pd
import torch
from torch import Tensor
from torch.utils.data import Dataset, Sampler

from deepfake_attribution import images
from deepfake_attribution.shards import ShardReader

Pick = tuple[int, bool]  # row of the table, whether it is mirrored


class Crops(Dataset[tuple[Tensor, int]]):
    """Crops of a table and their classes.

    Args:
        table: columns ``shard`` (relative to ``folder``), ``offset``, ``length``, and ``attack``
            if there are ``classes``.
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
        numbers = {name: number for number, name in enumerate(classes or [])}
        known = table["attack"].map(numbers) if classes else pd.Series(0, index=table.index)
        self.labels = known.to_numpy(dtype=np.int64)

    def __len__(self) -> int:
        return len(self.shards)

    def __getitem__(self, pick: int | Pick) -> tuple[Tensor, int]:
        """Return the crop, (3, size, size) uint8 RGB, and its class."""
        row, mirrored = pick if isinstance(pick, tuple) else (pick, False)
        where = self.shards[row], int(self.offsets[row]), int(self.lengths[row])
        image = images.decode(self.reader.read(*where))
        if image.shape[0] != self.size:
            way = cv2.INTER_AREA if image.shape[0] > self.size else cv2.INTER_CUBIC
            image = cv2.resize(image, (self.size, self.size), interpolation=way)
        if mirrored:
            image = image[:, ::-1]
        return torch.from_numpy(np.ascontiguousarray(image.transpose(2, 0, 1))), int(
            self.labels[row]
        )


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

    def set_epoch(self, epoch: int) -> None:
        """Choose the epoch, from 0; Lightning calls this before each."""
        self.epoch = epoch

    def __len__(self) -> int:
        return self.length

    def __iter__(self) -> Iterator[Pick]:
        random = np.random.default_rng([self.seed, self.epoch])
        order = random.permutation(self.length)
        mirrored = (random.random(self.length) < 0.5) & self.flip
        yield from zip(order.tolist(), mirrored.tolist(), strict=True)
