"""Crops from shards for torch: a dataset with random access."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pandas as pd
import torch
from torch import Tensor
from torch.utils.data import DataLoader, Dataset, get_worker_info

from deepfake_attribution.core.stored_pictures import scaled
from deepfake_attribution.model.augmentation import degrade
from deepfake_attribution.model.crop_reader import CropReader
from deepfake_attribution.model.settings import Augment
from deepfake_attribution.train.epoch_order import EpochOrder, Pick
from deepfake_attribution.train.self_blending import self_blend
from deepfake_attribution.train.shared_batches import AHEAD, Places, Sent

Batch = tuple[Tensor, Tensor]  # (B, 3, S, S) uint8 RGB crops, (B,) int64 classes


class Crops(Dataset[tuple[Tensor, int]]):
    """Crops of a table and their classes.

    `CropReader` reads them, and holds each to its hash.

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
        self.reader = CropReader(table, folder, size)
        numbers = {name: number for number, name in enumerate(classes or [])}
        known = table["attack"].map(numbers) if classes else pd.Series(0, index=table.index)
        self.labels = known.to_numpy(dtype=np.int64)

    def __len__(self) -> int:
        return len(self.labels)

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
        labels = self.read(picks, images)
        return torch.from_numpy(images), labels

    def read(self, picks: Sequence[int | Pick], images: np.ndarray) -> Tensor:
        """Read a batch into ``images``, (B, 3, size, size) uint8; return its (B,) int64 classes.

        Raises:
            UserError: a shard does not hold one of these crops.
        """
        labels = np.empty(len(picks), np.int64)
        for place, given in enumerate(picks):
            pick = Pick(given) if isinstance(given, int) else Pick(*given)
            cv2.split(self._picture(pick), list(images[place]))
            if pick.blended:
                assert self.blended is not None
                labels[place] = self.blended
            else:
                labels[place] = self.labels[pick.row]
        return torch.from_numpy(labels)

    def _picture(self, pick: Pick) -> np.ndarray:
        """Return a crop, (size, size, 3) uint8 RGB, which lasts until the next one."""
        image = self.reader.stored(pick.row)
        if pick.blended:
            points = np.reshape(self.points[pick.row], (6, 2))
            image = self_blend(image, points, pick.blended)
        if pick.degraded and self.augment is not None:
            image = degrade(image, pick.degraded, self.augment)
        image = scaled(image, self.size)
        return cv2.flip(image, 1) if pick.mirrored else image


class SharedCrops(Dataset[tuple[Tensor, int]]):
    """Crops for loading processes, which put each batch where the training process can see it.

    Args:
        crops: what to read.
        places: for batches at least as large as those asked for.
    """

    def __init__(self, crops: Crops, places: Places) -> None:
        self.crops = crops
        self.places = places

    def __len__(self) -> int:
        return len(self.crops)

    def __getitems__(self, picks: Sequence[int | Pick]) -> Batch | Sent:
        """Return a batch, or what becomes one in the training process.

        Raises:
            UserError: a shard does not hold one of these crops.
        """
        info = get_worker_info()
        assert info is not None  # no loading process, no `SharedCrops`
        place = self.places.take(info.id)
        if place is None:  # batches are kept over there: torch makes room for this one
            return self.crops.__getitems__(picks)
        try:
            labels = self.crops.read(picks, self.places.look(info.id, place, len(picks)))
        except BaseException:
            self.places.free(info.id, place)
            raise
        return self.places.sent(info.id, place, labels)


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
    return load(
        crops,
        batch_size,
        workers,
        batch_size=batch_size,
        sampler=order,
        # A last batch of one crop would break batch normalisation.
        drop_last=training and len(order) > batch_size,
        pin_memory=workers > 0 and torch.cuda.is_available(),
    )


def load(
    crops: Crops, largest: int, workers: int, **settings: Any
) -> DataLoader[tuple[Tensor, int]]:
    """Return a loader of whole batches, the same ones for any number of processes.

    Args:
        crops: the dataset.
        largest: crops in the largest batch.
        workers: loading processes; 0: none.
        settings: what else torch's loader is told.
    """
    if not workers:
        return DataLoader(crops, collate_fn=as_read, **settings)
    places = Places(workers, (largest, 3, crops.size, crops.size))
    return DataLoader(
        SharedCrops(crops, places),
        collate_fn=as_read,
        num_workers=workers,
        prefetch_factor=AHEAD,
        # The same processes for each epoch: they, and no second set, write into their places.
        persistent_workers=True,
        **settings,
    )
