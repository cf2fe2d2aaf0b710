"""The mean losses of a training, its best epoch, and its curve."""

import time
from pathlib import Path
from typing import Any

import lightning.pytorch as lightning
import safetensors.torch
import torch
from lightning.pytorch.callbacks import Callback

from deepfake_attribution.core.durable import write

# Of a curve: the epoch from 1, the mean losses, and the AUC of the validation crops, real against
# fake, in percent.
COLUMNS = ("epoch", "train_loss", "val_loss", "val_auc")


class Mean:
    """The mean loss of an epoch over its crops; its sums are saved in checkpoints.

    Lightning has such means, too, but does not save them.
    """

    def __init__(self) -> None:
        self.reset()

    def reset(self) -> None:
        """Start an epoch."""
        self.sum, self.count = 0.0, 0

    def add(self, loss: float, count: int) -> None:
        """Add the mean loss of ``count`` crops."""
        self.sum, self.count = self.sum + loss * count, self.count + count

    def value(self, trainer: lightning.Trainer) -> float:
        """Return the mean over all crops of all processes."""
        if trainer.world_size == 1:
            return self.sum / self.count
        sums = torch.tensor(
            [self.sum, self.count], dtype=torch.float64, device=trainer.strategy.root_device
        )
        whole = trainer.strategy.reduce(sums, reduce_op="sum")
        return float(whole[0] / whole[1])

    def state_dict(self) -> dict[str, Any]:
        """Return what a resumed run needs."""
        return {"sum": self.sum, "count": self.count}

    def load_state_dict(self, state: dict[str, Any]) -> None:
        """Resume from `state_dict`."""
        self.sum, self.count = state["sum"], state["count"]


class Best(Callback):
    """Keeps the network of the epoch with the lowest validation loss, and the losses of all.

    The files are named by their epoch: until the checkpoint of an epoch is written, the files that
    the checkpoint before it refers to must stay.

    Args:
        learner: has the ``network``, the `Mean` of each loss in ``means``, and ``validation_auc``.
        folder: for the networks.

    Attributes:
        curve: one mapping per epoch: `COLUMNS`.
        epoch: the best one, from 1; the first of equals.
        loss: its validation loss.
    """

    def __init__(self, learner: Any, folder: Path) -> None:
        self.learner = learner
        self.folder = folder
        self.curve: list[dict[str, float]] = []
        self.epoch = 0
        self.loss = float("inf")
        self._begun = 0.0
        self._seen = 0

    def on_train_epoch_start(
        self, trainer: lightning.Trainer, _: lightning.LightningModule
    ) -> None:
        """Start to measure the speed of the epoch."""
        self._begun, self._seen = time.monotonic(), 0

    def on_train_batch_end(
        self,
        trainer: lightning.Trainer,
        _: lightning.LightningModule,
        outputs: Any,
        batch: Any,
        batch_idx: int,
    ) -> None:
        """Count the crops, and show the crops per second."""
        self._seen += len(batch[1])
        self.learner.log("images_per_s", self._speed(trainer), prog_bar=True)

    def on_validation_epoch_end(
        self, trainer: lightning.Trainer, _: lightning.LightningModule
    ) -> None:
        """Record the losses; save the network if it is the best so far.

        An epoch ends with its validation, when the network has the averaged weights.
        """
        values = {name: mean.value(trainer) for name, mean in self.learner.means.items()}
        epoch = trainer.current_epoch + 1
        auc = self.learner.validation_auc()
        self.curve.append({"epoch": epoch, **values, "val_auc": auc})
        # The same number in all processes; Lightning warns unless it is set to average them.
        self.learner.log("val_auc", auc, prog_bar=True, sync_dist=True)
        if values["val_loss"] < self.loss:
            self.epoch, self.loss = epoch, values["val_loss"]
            if trainer.is_global_zero:
                self._save()
        if trainer.is_global_zero:
            print(
                f"epoch {epoch}: training loss {values['train_loss']:.4f}, validation loss "
                f"{values['val_loss']:.4f}, AUC of validation crops {auc:.2f} %, "
                f"{self._speed(trainer):.0f} images/s",
                flush=True,
            )

    def state_dict(self) -> dict[str, Any]:
        """Return what a resumed run needs."""
        return {"curve": self.curve, "epoch": self.epoch, "loss": self.loss}

    def load_state_dict(self, state: dict[str, Any]) -> None:
        """Resume from `state_dict`."""
        self.curve, self.epoch, self.loss = state["curve"], state["epoch"], state["loss"]

    def weights(self) -> dict[str, torch.Tensor]:
        """Return the best network's weights."""
        return safetensors.torch.load_file(self._path())

    def forget_others(self) -> None:
        """Remove the networks of epochs that are no longer, or not yet, the best."""
        for path in self.folder.glob("best-*"):
            if path != self._path():
                path.unlink()

    def _speed(self, trainer: lightning.Trainer) -> float:
        """Return the training crops per second of this epoch, of all processes."""
        return self._seen * trainer.world_size / max(time.monotonic() - self._begun, 1e-9)

    def _path(self) -> Path:
        return self.folder / f"best-{self.epoch:04d}.safetensors"

    def _save(self) -> None:
        weights = self.learner.network.state_dict()
        whole = {name: value.contiguous() for name, value in weights.items()}
        write(safetensors.torch.save(whole), self._path())


def write_curve(curve: list[dict[str, float]], path: Path) -> None:
    """Write one row per epoch as CSV, six significant digits."""
    lines = [",".join(COLUMNS)]
    lines += [",".join(f"{row[name]:.6g}" for name in COLUMNS) for row in curve]
    write(("\n".join(lines) + "\n").encode(), path)
