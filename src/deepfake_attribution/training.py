"""Train one head on the superset, with one seed."""

import logging
import math
import sys
import warnings
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import lightning.pytorch as lightning
import numpy as np
import pandas as pd
import torch
from lightning.pytorch.callbacks import Callback, RichProgressBar
from torch import Tensor

from deepfake_attribution import model, paths
from deepfake_attribution.backbones import Encoder, make_encoder
from deepfake_attribution.catalog.video import class_names
from deepfake_attribution.checkpoints import Checkpoints, WholeFiles
from deepfake_attribution.curves import Best, Mean, write_curve
from deepfake_attribution.errors import UserError
from deepfake_attribution.failures import one_line
from deepfake_attribution.fingerprint import fingerprint
from deepfake_attribution.heads import make_loss
from deepfake_attribution.loading import Crops, EpochOrder, make_loader
from deepfake_attribution.network import Network, outputs_of
from deepfake_attribution.onnx_export import add_onnx
from deepfake_attribution.optimisation import make_optimiser
from deepfake_attribution.params.backbone import Backbone
from deepfake_attribution.params.compute import Compute
from deepfake_attribution.params.load import Section
from deepfake_attribution.params.train import Train


@dataclass(frozen=True)
class Recipe:
    """Everything that decides a trained head, besides its data."""

    head: str
    seed: int
    backbone: Backbone
    train: Train
    loss: Section


class Learner(lightning.LightningModule):
    """One head, its loss and its optimiser.

    Attributes:
        means: of ``train_loss`` and ``val_loss`` over the epoch so far.
    """

    def __init__(self, recipe: Recipe, network: Network, classes: list[str]) -> None:
        super().__init__()
        self.recipe = recipe
        self.network = network
        self.loss = make_loss(recipe.head, recipe.loss, classes, recipe.backbone.embedding)
        self.means = {"train_loss": Mean(), "val_loss": Mean()}

    def training_step(self, batch: tuple[Tensor, Tensor], batch_idx: int) -> Tensor:
        """Return the loss of a batch of (B, 3, S, S) uint8 crops and (B,) classes."""
        return self._loss("train_loss", batch, batch_idx)

    def validation_step(self, batch: tuple[Tensor, Tensor], batch_idx: int) -> None:
        """Note the loss of a batch."""
        self._loss("val_loss", batch, batch_idx)

    def configure_optimizers(self) -> Any:
        """Return the optimiser and the schedule that ``train`` names."""
        steps = int(self.trainer.estimated_stepping_batches)
        return make_optimiser(self.parameters(), self.recipe.train, steps)

    def on_train_epoch_start(self) -> None:
        """Begin the mean of the training loss; a run that goes on within an epoch does not."""
        self.means["train_loss"].reset()

    def on_validation_epoch_start(self) -> None:
        """Begin the mean of the validation loss."""
        self.means["val_loss"].reset()

    def on_train_batch_start(self, _: Any, batch_idx: int) -> None:
        """Seed what layers draw (dropout), so that a resumed run draws the same."""
        numbers = (self.recipe.seed, self.current_epoch, batch_idx, self.global_rank)
        torch.manual_seed(int(np.random.SeedSequence(numbers).generate_state(1, np.uint64)[0]))

    def on_save_checkpoint(self, checkpoint: dict[str, Any]) -> None:
        """Keep the losses of the epoch so far."""
        checkpoint["means"] = {name: mean.state_dict() for name, mean in self.means.items()}

    def on_load_checkpoint(self, checkpoint: dict[str, Any]) -> None:
        """Go on from them."""
        for name, mean in self.means.items():
            mean.load_state_dict(checkpoint["means"][name])

    def _loss(self, name: str, batch: tuple[Tensor, Tensor], batch_idx: int) -> Tensor:
        images, labels = batch
        loss = self.loss(self.network(images), labels)
        value = loss.item()
        if not math.isfinite(value):
            raise UserError(
                f"{self.recipe.head}: {name} is {value} at epoch {self.current_epoch + 1}, step "
                f"{batch_idx + 1}: lower train.learning_rate"
            )
        self.means[name].add(value, len(labels))
        self.log(name, value, on_step=True, on_epoch=False, prog_bar=True)
        return loss


def train(
    recipe: Recipe,
    table: pd.DataFrame,
    faces: Path,
    compute: Compute,
    work: Path,
    out: Path,
) -> str:
    """Train a head; keep the epoch of the lowest validation loss.

    A run that was stopped goes on after the last step that `Checkpoints` wrote, and ends with the
    same files. On several GPUs each process calls this; the first of them writes.

    Args:
        recipe: head, seed and settings.
        table: the superset.
        faces: folder that its shards are relative to.
        work: folder for the unfinished training; it stays, for the files in ``out`` may be lost.
        out: folder for weights, description, ONNX file, and the losses of each epoch
            (`paths.CURVE`).

    Returns:
        A line that says which epoch was kept.

    Raises:
        UserError: a setting cannot be met, the loss is no longer a number, memory is not enough,
            or a shard does not hold its crops.
    """
    _quiet()
    lightning.seed_everything(recipe.seed, verbose=False)
    classes = class_names(table)
    encoder = make_encoder(recipe.backbone)
    outputs = outputs_of(recipe.head, classes, recipe.backbone.embedding)
    learner = Learner(recipe, Network(encoder, outputs), classes)
    best = Best(learner, work)
    crops = {
        split: Crops(table[table["split"] == split], faces, recipe.backbone.input_size, classes)
        for split in ("train", "val")
    }
    order = EpochOrder(len(crops["train"]), recipe.seed, recipe.train.flip)
    resume = Checkpoints(work, order, recipe.train.batch_size, compute.checkpoint_seconds, best)
    trainer = _trainer(recipe, compute, work, [best, resume])
    on_cpu = isinstance(trainer.accelerator, lightning.accelerators.CPUAccelerator)
    workers = 0 if on_cpu else (compute.workers or torch.get_num_threads())
    # Validation batches are mixed, too: triplets need several classes in a batch. Their order
    # never changes (epoch 0), so that epochs are compared on the same batches.
    fixed = list(EpochOrder(len(crops["val"]), recipe.seed, flip=False))
    loaders = (
        make_loader(crops["train"], order, recipe.train.batch_size, workers),
        make_loader(crops["val"], fixed, recipe.train.batch_size, workers),
    )
    with one_line("train.batch_size"):
        trainer.fit(learner, *loaders, ckpt_path=resume.find(), weights_only=True)
    if trainer.interrupted:
        raise KeyboardInterrupt
    if trainer.is_global_zero:
        _save(recipe, best, classes, encoder, out)
        write_curve(best.curve, out / paths.CURVE)
    kept = f"epoch {best.epoch} kept, validation loss {best.loss:.4f}"
    return f"{recipe.head}, seed {recipe.seed}: {kept}"


def _save(recipe: Recipe, best: Best, classes: list[str], encoder: Encoder, out: Path) -> None:
    """Write the best network, its description and its ONNX file."""
    settings: dict[str, Any] = {"loss": recipe.loss.model_dump(), **_loop(recipe)}
    training = {"seed": recipe.seed, **settings, "epoch": best.epoch, "val_loss": best.loss}
    description = model.Description(
        recipe.head, classes, recipe.backbone.model_dump(), encoder.mean, encoder.std, training
    )
    model.save(best.weights(), description, out)
    problem = add_onnx(out)
    if problem:
        print(f"{recipe.head}, seed {recipe.seed}: {problem}", flush=True)


def _loop(recipe: Recipe) -> dict[str, Any]:
    """Return the settings of the loop, without the list of all seeds: a training has one."""
    return recipe.train.model_dump(exclude={"seeds"})


def _quiet() -> None:
    """Leave out what Lightning says about itself; its warnings about the training stay."""
    logging.getLogger("lightning.pytorch.utilities.rank_zero").setLevel(logging.WARNING)
    # One process loads and trains: on a CPU there is no core to spare for loading.
    warnings.filterwarnings("ignore", message=".*does not have many workers.*")
    warnings.filterwarnings("ignore", message=".*LeafSpec.*")  # torch's, at Lightning
    # EpochOrder leaves out what an earlier run has used; Lightning cannot know.
    warnings.filterwarnings("ignore", message=".*your dataloader is not resumable.*")


# Modules that decide what comes out of a training.
_CODE = (
    *("training", "network", "heads", "loading", "backbones", "curves", "checkpoints"),
    *("optimisation", "stored_crop", "model"),
    *("losses.arcface_mod", "losses.triplet", "losses.classification"),
    *("description", "onnx_export", "onnx_model"),
)


def identity(recipe: Recipe, table: pd.DataFrame, compute: Compute) -> str:
    """Return a hash of seed, settings, data and code: only the same training is resumed."""
    return fingerprint(
        *(recipe.seed, recipe.backbone, _loop(recipe), recipe.loss),
        *(table["hash"].tolist(), table["attack"].tolist(), table["split"].tolist()),
        *(compute.devices, compute.precision),
        modules=tuple(f"deepfake_attribution.{name}" for name in _CODE),
    )


def _trainer(
    recipe: Recipe, compute: Compute, folder: Path, callbacks: list[Callback]
) -> lightning.Trainer:
    watched = sys.stderr.isatty()
    return lightning.Trainer(
        accelerator={"cuda": "gpu"}.get(compute.device, compute.device),
        devices=compute.devices,
        precision=compute.precision,
        max_epochs=recipe.train.epochs,
        callbacks=[*callbacks, *([RichProgressBar()] if watched else [])],
        plugins=[WholeFiles()],
        logger=False,
        enable_checkpointing=False,
        enable_progress_bar=watched,
        enable_model_summary=False,
        num_sanity_val_steps=0,
        # On a CPU the arithmetic repeats by itself, and the switch only makes it slower.
        deterministic=False if compute.device == "cpu" else "warn",
        default_root_dir=folder,
    )
