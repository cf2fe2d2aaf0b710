"""Batches of crops from shards as arrays, without torch."""

from collections.abc import Sequence
from pathlib import Path

import cv2
import numpy as np
import pandas as pd

from deepfake_attribution.core.forked_memory import zeros
from deepfake_attribution.core.images import Room
from deepfake_attribution.core.shards import ShardReader
from deepfake_attribution.core.stored_pictures import read_crop, scaled
from deepfake_attribution.model.settings import Augment


class CropReader:
    """Reads crops of a table by their rows.

    Each crop is verified against its hash when it is first read, by this process or one forked from
    it, and again if its shard has been replaced since.

    Args:
        table: columns ``shard`` (relative to ``folder``), ``offset``, ``length`` and ``hash`` (of
            the bytes).
        folder: where the shards lie.
        size: pixels per side of what is returned.
        augment: how crops are degraded before they are scaled; None: they are not.
        seeds: of each row's degradations.
    """

    def __init__(
        self,
        table: pd.DataFrame,
        folder: Path,
        size: int,
        augment: Augment | None = None,
        seeds: Sequence[int] = (),
    ) -> None:
        self.size = size
        self.augment = augment
        self.seeds = seeds
        self.files = ShardReader(folder)
        self.room = Room()
        self.shards = table["shard"].to_numpy(dtype=object)
        self.offsets = table["offset"].to_numpy(dtype=np.int64)
        self.lengths = table["length"].to_numpy(dtype=np.int64)
        self.hashes = table["hash"].to_numpy(dtype=object)
        # Of each crop, the stamp of the file in which it was verified.
        self.verified_in = zeros([len(table)], np.int64)

    def stored(self, row: int) -> np.ndarray:
        """Return the crop at ``row`` as it is in its shard; it lasts until the next one is read.

        Raises:
            UserError: the shard does not hold this crop.
        """
        shard = self.shards[row]
        where = shard, int(self.offsets[row]), int(self.lengths[row])
        stamp = self.files.stamp(shard)
        if stamp and stamp == self.verified_in[row]:
            return read_crop(self.files, *where, None, self.room)
        image = read_crop(self.files, *where, self.hashes[row], self.room)
        self.verified_in[row] = self.files.stamp(shard)
        return image

    def read(self, rows: Sequence[int]) -> np.ndarray:
        """Return the crops at ``rows``, (B, 3, size, size) uint8 RGB.

        Raises:
            UserError: a shard does not hold one of these crops.
        """
        images = np.empty((len(rows), 3, self.size, self.size), np.uint8)
        for planes, row in zip(images, rows, strict=True):
            image = self.stored(row)
            if self.augment is not None:
                # loads torch, which reading alone does not need
                from deepfake_attribution.model.augmentation import degrade

                image = degrade(image, self.seeds[row], self.augment)
            cv2.split(scaled(image, self.size), list(planes))
        return images
