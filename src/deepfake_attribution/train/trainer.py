"""Lightning's trainer as this project sets it: device, processes, threads, messages."""

import logging
import sys
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, cast

import lightning.pytorch as lightning
import torch
from lightning.pytorch.callbacks import Callback, RichProgressBar
from lightning.pytorch.loggers import TensorBoardLogger
from lightning.pytorch.strategies import DDPStrategy

from deepfake_attribution.core import paths
from deepfake_attribution.core.devices import precision
from deepfake_attribution.core.errors import UserError
from deepfake_attribution.core.settings import Compute
from deepfake_attribution.train.checkpoints import WholeFiles
from deepfake_attribution.train.recipe import Recipe


def make_trainer(
    recipe: Recipe, compute: Compute, folder: Path, callbacks: list[Callback]
) -> lightning.Trainer:
    """Return the trainer for one training.

    Args:
        recipe: names the training and gives its number of epochs.
        compute: devices and processes.
        folder: for what Lightning writes on its own.
        callbacks: further ones; the progress bar is added where a person watches.

    Raises:
        UserError: TensorBoard is asked for and not installed.
    """
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


@contextmanager
def threads(count: int, on_cpu: bool) -> Iterator[None]:
    """Give torch ``count`` threads on a CPU until the block ends; 0: as many as it has."""
    before = torch.get_num_threads()
    if count and on_cpu:
        torch.set_num_threads(count)
    try:
        yield
    finally:
        torch.set_num_threads(before)


def quiet() -> None:
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


def loading_processes(compute: Compute) -> int:
    """Return how many processes load crops beside each of those that train."""
    return compute.workers or max(torch.get_num_threads() // compute.devices, 1)
