"""Crops from shards for torch: a dataset with random access."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pandas as pd
import torch
from torch import Tensor
from torch.utils.data import DataLoader, Dataset

from deepfake_attribution.augmentation import degrade
from deepfake_attribution.epoch_order import EpochOrder, Pick
from deepfake_attribution.params.augment import Augment
from deepfake_attribution.self_blending import self_blend
from deepfake_attribution.shards import ShardReader
from deepfake_attribution.stored_crop import read_crop

Batch = tuple[Tensor, Tensor]  # (B, 3, S, S) uint8 RGB crops, (B,) int64 classes


class Crops(Dataset[tuple[Tensor, int]]):
    """Crops of a table and their classes.

    Args:
        table: columns ``shard`` (relative to ``folder``), ``offset``, ``length``, ``hash`` (of
            the bytes), ``attack`` if there are ``classes``, and ``points`` (12 numbers: x and y of
            the detector's points, as shares of the crop's side) to blend crops with themselves.
        folder: where the shards lie.
        size: pixels per side of what is returned.
        classes: names of the classes, in the order of their numbers; None gives 0 for all.
        augment: how crops are degraded where a `Pick` says so.
        blended: class of crops that are blended with themselves.
    """

    def __init__(
        self,
        table: pd.DataFrame,
        folder: Path,
        size: int,
        classes: list[str] | None = None,
        augment: Augment | None = None,
        blended: int | None = None,
    ) -> None:
        self.size = size
        self.augment = augment
        self.blended = blended
        self.points = table["points"].to_list() if blended is not None else []
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
        labels = np.empty(len(picks), np.int64)
        for place, given in enumerate(picks):
            pick = Pick(given) if isinstance(given, int) else Pick(*given)
            cv2.split(self._picture(pick), list(images[place]))
            if pick.blended:
                assert self.blended is not None
                labels[place] = self.blended
            else:
                labels[place] = self.labels[pick.row]
        return torch.from_numpy(images), torch.from_numpy(labels)

    def _picture(self, pick: Pick) -> np.ndarray:
        """Return the crop of ``pick``, (size, size, 3) uint8 RGB."""
        row = pick.row
        where = self.shards[row], int(self.offsets[row]), int(self.lengths[row])
        image = read_crop(self.reader, *where, self.hashes[row])
        if pick.blended:
            image = self_blend(image, np.reshape(self.points[row], (6, 2)), pick.blended)
        if pick.degraded and self.augment is not None:
            image = degrade(image, pick.degraded, self.augment)
        if image.shape[0] != self.size:
            way = cv2.INTER_AREA if image.shape[0] > self.size else cv2.INTER_CUBIC
            image = cv2.resize(image, (self.size, self.size), interpolation=way)
        return cv2.flip(image, 1) if pick.mirrored else image


def as_read(batch: Any) -> Any:
    """Return ``batch``: for loaders of `Crops`, whose `Batch` needs no joining."""
    return batch


def make_loader(
    crops: Crops, order: EpochOrder | Sequence[Pick], batch_size: int, workers: int
) -> DataLoader[tuple[Tensor, int]]:
    """Return the loader of batches of (B, 3, S, S) uint8 crops and (B,) classes.

    Args:
        crops: the dataset.
        order: new for each epoch (training), or the same one for all.
        batch_size: crops per batch of this process.
        workers: loading processes beside a GPU; 0: none, for on a CPU there is no core to spare.
    """
    training = isinstance(order, EpochOrder)
    return DataLoader(
        crops,
        batch_size,
        sampler=order,
        collate_fn=as_read,
        # A last batch of one crop would break batch normalisation.
        drop_last=training and len(order) > batch_size,
        num_workers=workers,
        persistent_workers=workers > 0,
        pin_memory=workers > 0 and torch.cuda.is_available(),
    )
