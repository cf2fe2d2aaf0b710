"""Train one head on the superset, with one seed."""

import logging
import math
import sys
import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Self, cast

import lightning.pytorch as lightning
import numpy as np
import pandas as pd
import torch
from lightning.pytorch.callbacks import Callback, RichProgressBar
from lightning.pytorch.loggers import TensorBoardLogger
from lightning.pytorch.strategies import DDPStrategy
from timm.layers import convert_sync_batchnorm
from torch import Tensor, nn

from deepfake_attribution.core import kept_memory, paths
from deepfake_attribution.core.code import code_of, hash_of
from deepfake_attribution.core.devices import precision
from deepfake_attribution.core.durable import discard
from deepfake_attribution.core.errors import UserError
from deepfake_attribution.core.failures import one_line
from deepfake_attribution.core.fingerprint import fingerprint
from deepfake_attribution.core.settings import Compute
from deepfake_attribution.core.video import REAL, class_names
from deepfake_attribution.heads import registry
from deepfake_attribution.heads.settings import HeadSection
from deepfake_attribution.model import model
from deepfake_attribution.model.backbones import Encoder, input_size, make_encoder
from deepfake_attribution.model.network import Network
from deepfake_attribution.model.onnx_export import add_onnx
from deepfake_attribution.model.probabilities import outputs_of
from deepfake_attribution.model.starting_weights import file_hash, origin, weights_hash
from deepfake_attribution.train import freezing, validation
from deepfake_attribution.train.checkpoints import LAST, Checkpoints, WholeFiles
from deepfake_attribution.train.curves import Best, Mean, write_curve
from deepfake_attribution.train.optimisation import make_optimiser
from deepfake_attribution.train.recipe import Recipe
from deepfake_attribution.train.self_blending import SELF_BLENDED
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


def train(
    recipe: Recipe,
    table: pd.DataFrame,
    faces: Path,
    compute: Compute,
    work: Path,
    out: Path,
) -> str:
    """Train a head; keep the epoch of the lowest validation loss.

    A run that was stopped resumes after the last step that `Checkpoints` saved, and ends with the
    same files. Each of several processes calls this; the first of them writes.

    Args:
        recipe: head, seed and settings.
        table: the superset.
        faces: folder that its shards are relative to.
        work: folder for the unfinished training; it is kept, because the files in ``out`` may be
            lost. All machines share it.
        out: folder for weights, description, ONNX file, and the losses of each epoch
            (`paths.CURVE`).

    Returns:
        A line that says which epoch was kept.

    Raises:
        UserError: a setting cannot be met, the loss is no longer a number, memory is not enough,
            a shard does not hold its crops, or a package is not installed.
    """
    _quiet()
    lightning.seed_everything(recipe.seed, verbose=False)
    classes = classes_of(recipe, table)
    blended = classes.index(SELF_BLENDED) if recipe.train.self_blended else None
    data = Data(table, faces, classes, recipe, blended)
    encoder = make_encoder(recipe.backbone)
    began_from = weights_hash(encoder.module, recipe.backbone)
    outputs = outputs_of(registry.about(recipe.head).output, classes, recipe.backbone.embedding)
    network = Network(encoder, outputs)
    freezing.freeze(network, recipe.train.freeze, recipe.backbone.name)
    began = {"weights_hash": began_from, **freezing.counts(network)}
    learner = Learner(recipe, network, classes, data, work / LAST)
    best = Best(learner, work)
    size, decay = recipe.train.batch_size, recipe.train.averaging
    resume = Checkpoints(work, data.order, size, compute.checkpoint_seconds, best)
    # Best saves while the averaged weights are in place, checkpoints are written after each step.
    average = [freezing.averaging(decay)] if decay else []
    trainer = _trainer(recipe, compute, work, [best, *average, resume])
    data.share(trainer.global_rank, trainer.world_size)
    on_cpu = isinstance(trainer.accelerator, lightning.accelerators.CPUAccelerator)
    if trainer.world_size > 1 and not on_cpu:
        # Batch normalisation sees the whole batch (torch has this for GPUs only). timm's way to
        # convert it, and not Lightning's, which loses the activation of timm's own layers.
        learner.network = convert_sync_batchnorm(learner.network)
    if compute.compile and not on_cpu:
        learner.network.compile()
    if on_cpu:
        kept_memory.keep()
    workers = 0 if on_cpu else _loading_processes(compute)
    checkpoint = resume.find()
    if compute.tensorboard and checkpoint is None and trainer.is_global_zero:
        discard(paths.tensorboard(recipe.head, recipe.seed))
    learner.train()  # Lightning keeps the modes that it finds
    with one_line(recipe.setting("batch_size")), _threads(recipe.train.threads, on_cpu):
        trainer.fit(learner, *data.loaders(workers), ckpt_path=checkpoint, weights_only=True)
    if trainer.interrupted:
        raise KeyboardInterrupt
    if trainer.is_global_zero:
        _save(recipe, best, classes, encoder, began, out)
        write_curve(best.curve, out / paths.CURVE)
    kept = f"epoch {best.epoch} kept, validation loss {best.loss:.4f}"
    return f"{recipe.head}, seed {recipe.seed}: {kept}"


@contextmanager
def _threads(count: int, on_cpu: bool) -> Iterator[None]:
    """Give torch ``count`` threads on a CPU until the block ends; 0: as many as it has."""
    before = torch.get_num_threads()
    if count and on_cpu:
        torch.set_num_threads(count)
    try:
        yield
    finally:
        torch.set_num_threads(before)


def classes_of(recipe: Recipe, table: pd.DataFrame) -> list[str]:
    """Return the names of the classes that the head is trained on, real first.

    Raises:
        UserError: an attack has the name of the class that the training adds.
    """
    classes = class_names(table)
    if not recipe.train.self_blended:
        return classes
    if SELF_BLENDED in classes:
        raise UserError(
            f"train.self_blended: there is already an attack with the name '{SELF_BLENDED}': "
            "give it another name, or set train.self_blended to false"
        )
    return [*classes, SELF_BLENDED]


def _save(
    recipe: Recipe,
    best: Best,
    classes: list[str],
    encoder: Encoder,
    began: dict[str, Any],
    out: Path,
) -> None:
    """Write the best network, its description and its ONNX file."""
    of_loss = recipe.loss.model_dump(exclude=set(HeadSection.model_fields))
    settings: dict[str, Any] = {"loss": of_loss, **_loop(recipe)}
    settings["augment"] = recipe.augment.model_dump()
    training = {
        **{"seed": recipe.seed, **began},
        **{"weights_from": origin(recipe.backbone), **settings},
        **{"epoch": best.epoch, "val_loss": best.loss},
    }
    # a number, so that a later timm does not change it
    backbone = recipe.backbone.model_dump() | {"input_size": input_size(recipe.backbone)}
    description = model.Description(
        recipe.head,
        registry.about(recipe.head).output,
        classes,
        backbone,
        encoder.mean,
        encoder.std,
        training,
    )
    model.save(best.weights(), description, out)
    problem = add_onnx(out)
    if problem:
        print(f"{recipe.head}, seed {recipe.seed}: {problem}", flush=True)


def _loop(recipe: Recipe) -> dict[str, Any]:
    """Return the head's settings of the loop, without the list of all seeds: it has one."""
    return recipe.train.model_dump(exclude={"seeds"})


def _quiet() -> None:
    """Silence Lightning's messages about itself; its warnings about the training stay."""
    logging.getLogger("lightning.pytorch.utilities.rank_zero").setLevel(logging.WARNING)
    # One process loads and trains: on a CPU there is no core to spare for loading.
    warnings.filterwarnings("ignore", message=".*does not have many workers.*")
    warnings.filterwarnings("ignore", message=".*LeafSpec.*")  # torch's, about Lightning
    warnings.filterwarnings("ignore", message=".*nn.functional.all_gather is deprecated.*")
    # A frozen backbone is, on purpose.
    warnings.filterwarnings("ignore", message=".*in eval mode at the start of training.*")
    # The new name is missing in older versions of torch.
    warnings.filterwarnings("ignore", message=".*`broadcast_buffers` is deprecated.*")
    logging.getLogger("lightning.fabric.utilities.distributed").setLevel(logging.WARNING)
    # EpochOrder leaves out the crops of an earlier run, which Lightning does not detect.
    warnings.filterwarnings("ignore", message=".*your dataloader is not resumable.*")


def _loading_processes(compute: Compute) -> int:
    """Return how many processes load crops beside each of those that train."""
    return compute.workers or max(torch.get_num_threads() // compute.devices, 1)


# Columns of the superset that a training depends on, besides the points.
DECIDING = ("hash", "attack", "split", "dataset", "video", "source", "slot")


def make_loss(recipe: Recipe, classes: Sequence[str]) -> nn.Module:
    """Return the loss of a head: (outputs, labels) -> scalar; class 0 is real."""
    assert classes[0] == REAL
    head = registry.module(recipe.head)
    loss: nn.Module = head.make_loss(classes, recipe.backbone.embedding, recipe.loss)
    return loss


def identity(recipe: Recipe, table: pd.DataFrame, compute: Compute) -> str:
    """Return a hash of seed, settings, data and code: only the same training is resumed."""
    return fingerprint(
        *(recipe.seed, recipe.backbone, file_hash(recipe.backbone), _loop(recipe)),
        *(recipe.augment, recipe.loss),
        *(table[name].tolist() for name in DECIDING),
        np.stack(table["points"].to_list()).tobytes(),
        *(compute.devices, compute.nodes, compute.compile),
        precision(compute.precision, compute.device),
        *(code_of("train"), hash_of(registry.FOLDER / f"{recipe.head}.py")),
    )


def _trainer(
    recipe: Recipe, compute: Compute, folder: Path, callbacks: list[Callback]
) -> lightning.Trainer:
    watched = sys.stdout.isatty()  # Rich draws its bar there
    return lightning.Trainer(
        accelerator={"cuda": "gpu"}.get(compute.device, compute.device),
        devices=compute.devices,
        num_nodes=compute.nodes,
        strategy=_strategy(compute),
        # Each process takes its part of each batch itself (`EpochOrder`).
        use_distributed_sampler=False,
        precision=cast(Any, precision(compute.precision, compute.device)),
        max_epochs=recipe.train.epochs,
        callbacks=[*callbacks, *([RichProgressBar()] if watched else [])],
        plugins=[WholeFiles()],
        logger=_logger(recipe, compute),
        log_every_n_steps=1,
        enable_checkpointing=False,
        enable_progress_bar=watched,
        enable_model_summary=False,
        num_sanity_val_steps=0,
        # On a CPU results repeat without this switch, which only makes it slower.
        deterministic=False if compute.device == "cpu" else "warn",
        default_root_dir=folder,
    )


def _strategy(compute: Compute) -> DDPStrategy | str:
    if compute.devices * compute.nodes == 1:
        return "auto"
    # DDP would broadcast buffers with every batch, also in validation, where processes may have
    # different numbers of batches; `Learner` does it once, before validation.
    return DDPStrategy(broadcast_buffers=False)


def _logger(recipe: Recipe, compute: Compute) -> TensorBoardLogger | bool:
    """Return the logger for TensorBoard; False for none.

    Raises:
        UserError: it is not installed.
    """
    if not compute.tensorboard:
        return False
    try:
        return TensorBoardLogger(paths.tensorboard(recipe.head, recipe.seed), name="", version="")
    except ModuleNotFoundError:
        raise UserError(
            "compute.tensorboard: TensorBoard is not installed: `pip install tensorboard`, or set "
            "compute.tensorboard to false"
        ) from None
