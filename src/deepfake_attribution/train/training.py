"""Train one head on the superset, with one seed."""

from pathlib import Path
from typing import Any

import lightning.pytorch as lightning
import numpy as np
import pandas as pd
from timm.layers import convert_sync_batchnorm

from deepfake_attribution.core import kept_memory, paths
from deepfake_attribution.core.code import code_of, hash_of
from deepfake_attribution.core.devices import precision
from deepfake_attribution.core.durable import discard
from deepfake_attribution.core.errors import UserError
from deepfake_attribution.core.failures import one_line
from deepfake_attribution.core.fingerprint import fingerprint
from deepfake_attribution.core.settings import Compute
from deepfake_attribution.core.video import class_names
from deepfake_attribution.heads import registry
from deepfake_attribution.heads.settings import HeadSection
from deepfake_attribution.model import model
from deepfake_attribution.model.backbones import Encoder, input_size, make_encoder
from deepfake_attribution.model.network import Network
from deepfake_attribution.model.onnx_export import add_onnx
from deepfake_attribution.model.probabilities import outputs_of
from deepfake_attribution.model.starting_weights import file_hash, origin, weights_hash
from deepfake_attribution.train import freezing
from deepfake_attribution.train.checkpoints import LAST, Checkpoints
from deepfake_attribution.train.curves import Best, write_curve
from deepfake_attribution.train.learner import Learner
from deepfake_attribution.train.recipe import Recipe
from deepfake_attribution.train.self_blending import SELF_BLENDED
from deepfake_attribution.train.trainer import loading_processes, make_trainer, quiet, threads
from deepfake_attribution.train.training_data import Data


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
    quiet()
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
    trainer = make_trainer(recipe, compute, work, [best, *average, resume])
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
    workers = 0 if on_cpu else loading_processes(compute)
    checkpoint = resume.find()
    if compute.tensorboard and checkpoint is None and trainer.is_global_zero:
        discard(paths.tensorboard(recipe.head, recipe.seed))
    learner.train()  # Lightning keeps the modes that it finds
    with one_line(recipe.setting("batch_size")), threads(recipe.train.threads, on_cpu):
        trainer.fit(learner, *data.loaders(workers), ckpt_path=checkpoint, weights_only=True)
    if trainer.interrupted:
        raise KeyboardInterrupt
    if trainer.is_global_zero:
        _save(recipe, best, classes, encoder, began, out)
        write_curve(best.curve, out / paths.CURVE)
    kept = f"epoch {best.epoch} kept, validation loss {best.loss:.4f}"
    return f"{recipe.head}, seed {recipe.seed}: {kept}"


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


# Columns of the superset that a training depends on, besides the points.
DECIDING = ("hash", "attack", "split", "dataset", "video", "source", "slot")


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
