"""Checkpoints of a training: a run that was stopped resumes from the last one."""

import io
import time
import zipfile
from pathlib import Path
from typing import Any

import lightning.pytorch as lightning
import torch
from lightning.pytorch.callbacks import Callback
from lightning.pytorch.plugins.io import TorchCheckpointIO

from deepfake_attribution.core.durable import write
from deepfake_attribution.core.errors import UserError
from deepfake_attribution.train.curves import Best
from deepfake_attribution.train.loading import EpochOrder

LAST = "last.ckpt"
SHARE = 0.02  # of the time of a training, at most, is spent on checkpoints within epochs


class WholeFiles(TorchCheckpointIO):
    """Writes a checkpoint under a temporary name, and renames it once it is on the disk.

    Lightning's own way leaves a moment without a complete file if the folder of temporary files is
    on another disk.
    """

    def save_checkpoint(
        self, checkpoint: dict[str, Any], path: str | Path, storage_options: Any = None
    ) -> None:
        """Write ``checkpoint`` to ``path``.

        Raises:
            OSError: the disk is full or the folder cannot be written; the older file stays.
        """
        content = io.BytesIO()  # torch would raise an error of its own for a full disk
        torch.save(checkpoint, content)
        write(content.getbuffer(), Path(path))


class Checkpoints(Callback):
    """Writes a checkpoint at the end of each epoch and, at intervals, within it.

    A resumed run continues with the next batch of the same epoch, in the same order and with the
    same mirrorings. Nothing is written between the last batch of an epoch and the end of its
    validation, which a resumed run repeats. On several GPUs each process takes its own part of the
    order, so there a run resumes at the beginning of an epoch.

    Args:
        folder: for the checkpoint.
        order: of the training crops; a resumed run moves it forward.
        batch_size: crops per step.
        seconds: between two checkpoints within an epoch; 0: after every step. It is longer if
            writing takes long, so that at most `SHARE` of the time is spent on it.
        best: its files belong to the checkpoint.
    """

    def __init__(
        self, folder: Path, order: EpochOrder, batch_size: int, seconds: float, best: Best
    ) -> None:
        self.path = folder / LAST
        self.order = order
        self.batch_size = batch_size
        self.seconds = seconds
        self.best = best
        self.epoch = 0  # the one that the next step belongs to, from 0
        self.step = 0  # steps done in it
        self._cost = 0.0
        self._written = 0.0

    def find(self) -> str | None:
        """Return the checkpoint to resume from, if there is one.

        Raises:
            UserError: the file is not a checkpoint.
        """
        if not self.path.exists():
            return None
        if not zipfile.is_zipfile(self.path):
            raise UserError(
                f"{self.path} is damaged: remove the folder {self.path.parent} and start again; "
                "the training then starts from the beginning"
            )
        return str(self.path)

    def on_train_start(self, trainer: lightning.Trainer, _: lightning.LightningModule) -> None:
        """Print where a resumed run continues.

        Raises:
            UserError: the first process resumes from another checkpoint than this one.
        """
        self._written = time.monotonic()
        if trainer.strategy.broadcast((self.epoch, self.step)) != (self.epoch, self.step):
            raise UserError(
                f"{self.path}: not all machines see the same checkpoint: {self.path.parent.parent} "
                "must be one folder that all of them share; start again on all of them"
            )
        if trainer.is_global_zero and (self.epoch or self.step):
            steps = trainer.num_training_batches
            print(
                f"continuing at epoch {self.epoch + 1}, step {self.step + 1} of {steps}", flush=True
            )

    def on_train_batch_end(
        self,
        trainer: lightning.Trainer,
        learner: lightning.LightningModule,
        outputs: Any,
        batch: Any,
        batch_idx: int,
    ) -> None:
        """Write a checkpoint if it is time; after the last step, validation comes first."""
        self.epoch, self.step = trainer.current_epoch, batch_idx + 1
        if trainer.world_size == 1 and self.step < trainer.num_training_batches and self._due():
            self._write(trainer)

    def on_train_epoch_end(self, trainer: lightning.Trainer, _: lightning.LightningModule) -> None:
        """Write a checkpoint; it must come after `Best`, whose choice it holds."""
        self.epoch, self.step = trainer.current_epoch + 1, 0
        self._write(trainer)
        if trainer.is_global_zero:
            self.best.forget_others()

    def state_dict(self) -> dict[str, Any]:
        """Return what a resumed run needs."""
        return {"epoch": self.epoch, "step": self.step}

    def load_state_dict(self, state: dict[str, Any]) -> None:
        """Resume from `state_dict`: loading processes need the order before an epoch begins."""
        self.epoch, self.step = state["epoch"], state["step"]
        self.order.go_on(self.epoch, self.step * self.batch_size)

    def _due(self) -> bool:
        if self.seconds == 0:
            return True
        return time.monotonic() - self._written >= max(self.seconds, self._cost / SHARE)

    def _write(self, trainer: lightning.Trainer) -> None:
        begun = time.monotonic()
        trainer.save_checkpoint(self.path, weights_only=False)
        self._written = time.monotonic()
        self._cost = self._written - begun
