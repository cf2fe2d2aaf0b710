"""Train one head on the superset: what the ``train`` stage does."""

import logging
import shutil
import sys
import warnings
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import lightning.pytorch as lightning
import pandas as pd
import torch
from lightning.pytorch.callbacks import ModelCheckpoint, RichProgressBar
from torch import Tensor
from torch.utils.data import DataLoader

from deepfake_attribution import model
from deepfake_attribution.backbones import make_encoder
from deepfake_attribution.curves import Best, write_curve
from deepfake_attribution.errors import UserError
from deepfake_attribution.fingerprint import fingerprint
from deepfake_attribution.heads import make_loss
from deepfake_attribution.loading import Crops, EpochOrder
from deepfake_attribution.network import Network, outputs_of
from deepfake_attribution.params.backbone import Backbone
from deepfake_attribution.params.compute import Compute
from deepfake_attribution.params.load import Section
from deepfake_attribution.params.train import Train
from deepfake_attribution.superset import class_names

LAST = "last"  # name of the checkpoint of the last whole epoch


@dataclass(frozen=True)
class Recipe:
    """Everything that decides a trained head, besides its data."""

    head: str
    seed: int
    backbone: Backbone
    train: Train
    loss: Section


class Learner(lightning.LightningModule):
    """One head, its loss and its optimiser."""

    def __init__(self, recipe: Recipe, network: Network, classes: list[str]) -> None:
        super().__init__()
        self.recipe = recipe
        self.network = network
        self.loss = make_loss(recipe.head, recipe.loss, classes, recipe.backbone.embedding)

    def training_step(self, batch: tuple[Tensor, Tensor], _: int) -> Tensor:
        """Return the loss of a batch of (B, 3, S, S) uint8 crops and (B,) classes."""
        return self._loss("train_loss", batch)

    def validation_step(self, batch: tuple[Tensor, Tensor], _: int) -> None:
        """Log the loss of a batch."""
        self._loss("val_loss", batch)

    def configure_optimizers(self) -> torch.optim.Optimizer:
        """Return the optimiser that ``train`` names."""
        kind = {"adam": torch.optim.Adam, "adamw": torch.optim.AdamW}[self.recipe.train.optimiser]
        return kind(
            self.parameters(),
            lr=self.recipe.train.learning_rate,
            weight_decay=self.recipe.train.weight_decay,
        )

    def on_train_epoch_start(self) -> None:
        """Seed what layers draw (dropout), so that a resumed run draws the same."""
        torch.manual_seed(self.recipe.seed * 100_003 + self.current_epoch)

    def _loss(self, name: str, batch: tuple[Tensor, Tensor]) -> Tensor:
        images, labels = batch
        loss = self.loss(self.network(images), labels)
        if not torch.isfinite(loss):
            raise UserError(
                f"{name} is {loss.item()} at epoch {self.current_epoch}, step {self.global_step}: "
                "lower train.learning_rate"
            )
        self.log(
            name,
            loss,
            on_step=False,
            on_epoch=True,
            prog_bar=True,
            batch_size=len(labels),
            sync_dist=True,
        )
        return loss


def train(
    recipe: Recipe,
    table: pd.DataFrame,
    faces: Path,
    compute: Compute,
    checkpoints: Path,
    out: Path,
    curve: Path,
) -> str:
    """Train a head; keep the epoch of the lowest validation loss.

    A run that was stopped goes on after its last whole epoch and ends with the same weights.

    Args:
        recipe: head and settings.
        table: the superset.
        faces: folder that its shards are relative to.
        checkpoints: folder for unfinished training; its own part is removed at the end.
        out: folder for weights and description.
        curve: file for the losses of each epoch.

    Returns:
        A line that says which epoch was kept.

    Raises:
        UserError: a setting cannot be met, or the loss is no longer a number.
    """
    _quiet()
    lightning.seed_everything(recipe.seed, verbose=False)
    classes = class_names(table)
    encoder = make_encoder(recipe.backbone)
    outputs = outputs_of(recipe.head, classes, recipe.backbone.embedding)
    learner = Learner(recipe, Network(encoder, outputs), classes)
    folder = checkpoints / f"{recipe.head}-{_name(recipe, table)}"
    best = Best(learner, folder / "best.safetensors")
    trainer = _trainer(recipe, compute, folder, best)
    last = folder / f"{LAST}.ckpt"
    trainer.fit(
        learner,
        *_loaders(recipe, table, faces, classes, compute, trainer.accelerator),
        ckpt_path=str(last) if last.exists() else None,
        weights_only=True,
    )
    if trainer.interrupted:
        raise KeyboardInterrupt
    settings: dict[str, Any] = {"loss": recipe.loss.model_dump(), **recipe.train.model_dump()}
    training = {"seed": recipe.seed, **settings, "epoch": best.epoch, "val_loss": best.loss}
    description = model.Description(
        recipe.head, classes, recipe.backbone.model_dump(), encoder.mean, encoder.std, training
    )
    model.save(best.weights(), description, out)
    write_curve(best.curve, curve)
    shutil.rmtree(folder)
    return f"{recipe.head}: epoch {best.epoch} kept, validation loss {best.loss:.4f}"


def _quiet() -> None:
    """Leave out what Lightning says about itself; its warnings about the training stay."""
    logging.getLogger("lightning.pytorch.utilities.rank_zero").setLevel(logging.WARNING)
    # One process loads and trains: on a CPU there is no core to spare for loading.
    warnings.filterwarnings("ignore", message=".*does not have many workers.*")
    warnings.filterwarnings("ignore", message=".*LeafSpec.*")  # torch's, at Lightning
    warnings.filterwarnings("ignore", message="Checkpoint directory .* exists")  # a resumed run


# Modules that decide what comes out of a training.
_CODE = (
    *("training", "network", "heads", "loading", "backbones", "curves"),
    *("losses.arcface_mod", "losses.triplet", "losses.classification"),
)


def _name(recipe: Recipe, table: pd.DataFrame) -> str:
    """Return a hash of settings, data and code: only the same training is resumed."""
    return fingerprint(
        *(recipe.seed, recipe.backbone, recipe.train, recipe.loss),
        *(table["hash"].tolist(), table["attack"].tolist(), table["split"].tolist()),
        modules=tuple(f"deepfake_attribution.{name}" for name in _CODE),
    )


def _trainer(recipe: Recipe, compute: Compute, folder: Path, best: Best) -> lightning.Trainer:
    watched = sys.stderr.isatty()
    # Without a monitor the latest epoch is kept; with save_top_k=0 nothing is, save_last or not.
    resume = ModelCheckpoint(folder, filename=LAST, save_top_k=1, enable_version_counter=False)
    return lightning.Trainer(
        accelerator={"cuda": "gpu"}.get(compute.device, compute.device),
        devices=compute.devices,
        precision=compute.precision,
        max_epochs=recipe.train.epochs,
        callbacks=[best, resume, *([RichProgressBar()] if watched else [])],
        logger=False,
        enable_progress_bar=watched,
        enable_model_summary=False,
        num_sanity_val_steps=0,
        # On a CPU the arithmetic repeats by itself, and the switch only makes it slower.
        deterministic=False if compute.device == "cpu" else "warn",
        default_root_dir=folder,
    )


def _loaders(
    recipe: Recipe,
    table: pd.DataFrame,
    faces: Path,
    classes: list[str],
    compute: Compute,
    accelerator: Any,
) -> tuple[DataLoader[Any], DataLoader[Any]]:
    """Return the batches of the training and of the validation part."""
    on_cpu = isinstance(accelerator, lightning.accelerators.CPUAccelerator)
    workers = 0 if on_cpu else (compute.workers or torch.get_num_threads())
    parts = {}
    for split in ("train", "val"):
        crops = Crops(table[table["split"] == split], faces, recipe.backbone.input_size, classes)
        # Validation batches are mixed, too: triplets need several classes in a batch. Their order
        # never changes (epoch 0), so that epochs are compared on the same batches.
        training = split == "train"
        order = EpochOrder(len(crops), recipe.seed, flip=recipe.train.flip and training)
        parts[split] = DataLoader(
            crops,
            recipe.train.batch_size,
            sampler=order if training else list(order),
            # A last batch of one crop would break batch normalisation.
            drop_last=training and len(crops) > recipe.train.batch_size,
            num_workers=workers,
            persistent_workers=workers > 0,
            pin_memory=not on_cpu,
        )
    return parts["train"], parts["val"]
