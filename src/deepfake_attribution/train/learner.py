"""A head in training: its steps, its losses, and what a checkpoint holds of them."""

import math
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Self, cast

import lightning.pytorch as lightning
import numpy as np
import torch
from torch import Tensor, nn

from deepfake_attribution.core.errors import UserError
from deepfake_attribution.core.video import REAL
from deepfake_attribution.heads import registry
from deepfake_attribution.model.network import Network
from deepfake_attribution.train import freezing, validation
from deepfake_attribution.train.curves import Mean
from deepfake_attribution.train.optimisation import make_optimiser
from deepfake_attribution.train.recipe import Recipe
from deepfake_attribution.train.training_data import Data


class Learner(lightning.LightningModule):
    """One head, its loss and its optimiser.

    Args:
        recipe: head and settings.
        network: is trained.
        classes: names of the classes, real first.
        data: its crops, for the videos of a wrong loss and the classes of validation crops.
        checkpoint: the file of the last checkpoint.

    Attributes:
        means: of ``train_loss`` and ``val_loss`` over the epoch so far.
    """

    def __init__(
        self, recipe: Recipe, network: Network, classes: list[str], data: Data, checkpoint: Path
    ) -> None:
        super().__init__()
        self.recipe = recipe
        self.output = registry.about(recipe.head).output
        self.network = network
        self.data = data
        self.checkpoint = checkpoint
        self.loss = make_loss(recipe, classes)
        self.means = {"train_loss": Mean(), "val_loss": Mean()}
        self._outputs: list[Tensor] = []  # of the validation so far

    def training_step(self, batch: tuple[Tensor, Tensor], batch_idx: int) -> Tensor:
        """Return the loss of a batch of (B, 3, S, S) uint8 crops and (B,) classes."""
        return self._loss("train_loss", batch, batch_idx)

    def validation_step(self, batch: tuple[Tensor, Tensor], batch_idx: int) -> None:
        """Record the loss of a batch."""
        self._loss("val_loss", batch, batch_idx)

    def configure_optimizers(self) -> Any:
        """Return the optimiser and the schedule that ``train`` names."""
        steps = int(self.trainer.estimated_stepping_batches)
        backbone = list(self.network.encoder.parameters())
        known = set(map(id, backbone))
        new = [weight for weight in self.parameters() if id(weight) not in known]
        return make_optimiser(new, backbone, self.recipe.train, steps)

    def train(self, mode: bool = True) -> Self:
        """Set the mode of all layers, but for those of a frozen backbone."""
        super().train(mode)
        freezing.set_modes(self.network, self.recipe.train.freeze)
        return self

    def on_train_epoch_start(self) -> None:
        """Reset the mean of the training loss; not called when a run resumes within an epoch."""
        self.means["train_loss"].reset()

    def on_validation_epoch_start(self) -> None:
        """Reset the mean of the validation loss; copy the first process's buffers to all.

        They are the statistics of batch normalisation, which on a CPU are each process's own.
        """
        self.means["val_loss"].reset()
        self._outputs = []
        if self.trainer.world_size > 1:
            for buffer in self.buffers():
                torch.distributed.broadcast(buffer, src=0)

    def validation_auc(self) -> float:
        """Return the AUC of the validation crops (`validation.auc`), of all processes."""
        parts = [torch.cat(self._outputs)]
        if self.trainer.world_size > 1:
            parts = [torch.empty(0)] * self.trainer.world_size
            torch.distributed.all_gather_object(parts, torch.cat(self._outputs))
        labels, halves = self.data.validated()
        return validation.auc(self.output, self.loss, torch.cat(parts), labels, halves)

    def on_train_batch_start(self, _: Any, batch_idx: int) -> None:
        """Seed what layers draw (dropout), so that a resumed run draws the same."""
        numbers = (self.recipe.seed, self.current_epoch, batch_idx, self.global_rank)
        torch.manual_seed(int(np.random.SeedSequence(numbers).generate_state(1, np.uint64)[0]))

    def on_save_checkpoint(self, checkpoint: dict[str, Any]) -> None:
        """Save the losses of the epoch so far."""
        checkpoint["means"] = {name: mean.state_dict() for name, mean in self.means.items()}

    def on_load_checkpoint(self, checkpoint: dict[str, Any]) -> None:
        """Restore them."""
        for name, mean in self.means.items():
            mean.load_state_dict(checkpoint["means"][name])

    def _loss(self, name: str, batch: tuple[Tensor, Tensor], batch_idx: int) -> Tensor:
        images, labels = batch
        outputs = self.network(images)
        if name == "val_loss":
            self._outputs.append(outputs.detach().float().cpu())
        elif getattr(self.loss, "whole_batch", False) and self.trainer.world_size > 1:
            # The loss compares the crops of all processes: all_gather's gradient is the sum
            # over them, and DDP's mean over them makes it the whole batch's.
            outputs = cast(Tensor, self.all_gather(outputs, sync_grads=True)).flatten(0, 1)
            labels = cast(Tensor, self.all_gather(labels)).flatten()
        loss = self.loss(outputs, labels)
        value = loss.item()
        if not math.isfinite(value):
            raise UserError(self._not_finite(name, value, batch_idx))
        self.means[name].add(value, len(images))
        self.log(name, value, on_step=True, on_epoch=False, prog_bar=True)
        return loss

    def _not_finite(self, name: str, value: float, batch_idx: int) -> str:
        videos = self.data.videos_of(name, self.current_epoch, batch_idx)
        setting = self.recipe.setting("learning_rate")
        last = f"is {self.checkpoint}" if self.checkpoint.exists() else "was not written yet"
        return (
            f"{self.recipe.head}: {name} is {value} at epoch {self.current_epoch + 1}, step "
            f"{batch_idx + 1}: lower {setting} (the last good checkpoint {last}; the "
            f"batch's videos: {', '.join(videos)})"
        )


def make_loss(recipe: Recipe, classes: Sequence[str]) -> nn.Module:
    """Return the loss of a head: (outputs, labels) -> scalar; class 0 is real."""
    assert classes[0] == REAL
    head = registry.module(recipe.head)
    loss: nn.Module = head.make_loss(classes, recipe.backbone.embedding, recipe.loss)
    return loss
