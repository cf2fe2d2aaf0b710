"""The training and validation crops of a training, divided among its processes."""

import copy
from pathlib import Path
from typing import Any, Self

import numpy as np
import pandas as pd
import torch
from torch import Tensor
from torch.utils.data import DataLoader

from deepfake_attribution.core.errors import UserError
from deepfake_attribution.model.backbones import input_size
from deepfake_attribution.train import validation
from deepfake_attribution.train.epoch_order import EpochOrder, Pick
from deepfake_attribution.train.loading import Crops, make_loader
from deepfake_attribution.train.recipe import Recipe

Loader = DataLoader[tuple[Tensor, int]]


class Data:
    """Training and validation crops of a table.

    Args:
        table: the superset.
        faces: folder that its shards are relative to.
        classes: names of the classes, real first.
        recipe: sampling, augmentation, batch and picture size, seed.
        blended: class of crops that are blended with themselves, if there is one.
    """

    def __init__(
        self,
        table: pd.DataFrame,
        faces: Path,
        classes: list[str],
        recipe: Recipe,
        blended: int | None,
    ) -> None:
        self.recipe = recipe
        size = input_size(recipe.backbone)
        shown = table[table["split"] == "train"]
        checked = table[table["split"] == "val"]
        self.videos = {"train_loss": shown["video"].tolist(), "val_loss": checked["video"].tolist()}
        self.train = Crops(shown, faces, size, classes, recipe.augment, blended)
        self.val = Crops(checked, faces, size, classes)
        self.order = EpochOrder(
            shown,
            self.train.labels,
            recipe.train,
            recipe.train.batch_size,
            recipe.seed,
            degrade=recipe.augment.chance > 0,
        )
        # Validation batches are mixed, too: triplets need several classes in a batch. Their order
        # never changes, so that epochs are compared on the same batches.
        mixed = np.random.default_rng([recipe.seed, 0]).permutation(len(self.val))
        self._mixed = mixed.tolist()
        self._batches = self._cut(recipe.train.batch_size)

    def share(self, number: int, count: int) -> None:
        """Take the share of process ``number`` of ``count``.

        A training batch is cut into equal parts; a validation batch goes whole to one process, so
        that its loss is the same as with a single process.

        Raises:
            UserError: a batch cannot be divided evenly.
        """
        self.recipe.check_shared(count)
        size, setting = self.recipe.train.batch_size, self.recipe.setting("batch_size")
        if count > 1 and len(self.train) < size:
            raise UserError(
                f"{setting}: {size} is more than the {len(self.train)} training crops: lower it"
            )
        self.order.share = (number, count)
        # Each process must validate: one without a batch would wait for the others forever.
        self._batches = self._cut(min(size, max(len(self._mixed) // count, 1)))

    def _cut(self, size: int) -> list[list[int]]:
        rows = self._mixed
        return [rows[start : start + size] for start in range(0, len(rows), size)]

    def __deepcopy__(self, _: dict[int, Any]) -> Self:
        """Return this: the copy of the network that averaging makes needs no other crops."""
        return self

    def loaders(self, workers: int) -> tuple[Loader, Loader]:
        """Return the loaders of this process: training, validation."""
        size, (number, count) = self.recipe.train.batch_size, self.order.share
        picks = [Pick(row) for row in self._validated(number)]
        return (
            make_loader(self.train, self.order, size // count, workers),
            make_loader(self.val, picks, len(self._batches[0]), workers),
        )

    def validated(self) -> tuple[Tensor, Tensor]:
        """Return what `validation.auc` needs of the validation crops of all processes.

        They are in the order of the processes, and of each one's batches: (N,) int64 classes and
        (N,) bool halves.
        """
        rows = [row for number in range(self.order.share[1]) for row in self._validated(number)]
        halves = validation.halves(self.videos["val_loss"])
        return torch.from_numpy(self.val.labels[rows]), halves[rows]

    def videos_of(self, name: str, epoch: int, step: int) -> list[str]:
        """Return the videos of this process's batch ``step``, from 0, without repetition.

        Args:
            name: ``train_loss`` or ``val_loss``.
        """
        size, (number, count) = self.recipe.train.batch_size, self.order.share
        if name == "val_loss":
            rows = list(self._batches[step * count + number])
        else:
            again = copy.copy(self.order)
            again.go_on(epoch, step * size)
            rows = [pick.row for pick, _ in zip(again, range(size // count), strict=False)]
        return list(dict.fromkeys(self.videos[name][row] for row in rows))

    def _validated(self, number: int) -> list[int]:
        """Return the rows of the validation batches of process ``number``."""
        return [row for batch in self._batches[number :: self.order.share[1]] for row in batch]
