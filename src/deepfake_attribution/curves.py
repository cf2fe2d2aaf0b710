"""The mean losses of a training, its best epoch, and its curve."""

from pathlib import Path
from typing import Any

import lightning.pytorch as lightning
import safetensors.torch
import torch
from lightning.pytorch.callbacks import Callback

from deepfake_attribution.durable import write


class Mean:
    """The mean loss of an epoch, crop by crop; its sums outlive a stopped run.

    Lightning keeps such means, too, but not in its checkpoints.
    """

    def __init__(self) -> None:
        self.reset()

    def reset(self) -> None:
        """Begin an epoch."""
        self.sum, self.count = 0.0, 0

    def add(self, loss: float, count: int) -> None:
        """Add the mean loss of ``count`` crops."""
        self.sum, self.count = self.sum + loss * count, self.count + count

    def value(self, trainer: lightning.Trainer) -> float:
        """Return the mean over all crops of all processes."""
        if trainer.world_size == 1:
            return self.sum / self.count
        sums = torch.tensor([self.sum, self.count], device=trainer.strategy.root_device)
        whole = trainer.strategy.reduce(sums, reduce_op="sum")
        return float(whole[0] / whole[1])

    def state_dict(self) -> dict[str, Any]:
        """Return what a resumed run needs."""
        return {"sum": self.sum, "count": self.count}

    def load_state_dict(self, state: dict[str, Any]) -> None:
        """Go on from `state_dict`."""
        self.sum, self.count = state["sum"], state["count"]


class Best(Callback):
    """Keeps the network of the epoch with the lowest validation loss, and the losses of all.

    The files bear the number of their epoch: until the checkpoint of an epoch is written, the
    files that the one before it knows must stay.

    Args:
        learner: has the ``network``, and the `Mean` of each loss in ``means``.
        folder: for the networks.

    Attributes:
        curve: one mapping per epoch: ``epoch`` (from 1), ``train_loss``, ``val_loss``.
        epoch: the best one, from 1; the first of equals.
        loss: its validation loss.
    """

    def __init__(self, learner: Any, folder: Path) -> None:
        self.learner = learner
        self.folder = folder
        self.curve: list[dict[str, float]] = []
        self.epoch = 0
        self.loss = float("inf")

    def on_train_epoch_end(self, trainer: lightning.Trainer, _: lightning.LightningModule) -> None:
        """Note the losses; save the network if it is the best so far."""
        values = {name: mean.value(trainer) for name, mean in self.learner.means.items()}
        epoch = trainer.current_epoch + 1
        self.curve.append({"epoch": epoch, **values})
        if values["val_loss"] < self.loss:
            self.epoch, self.loss = epoch, values["val_loss"]
            if trainer.is_global_zero:
                self._save()
        print(
            f"epoch {epoch}: training loss {values['train_loss']:.4f}, "
            f"validation loss {values['val_loss']:.4f}",
            flush=True,
        )

    def state_dict(self) -> dict[str, Any]:
        """Return what a resumed run needs."""
        return {"curve": self.curve, "epoch": self.epoch, "loss": self.loss}

    def load_state_dict(self, state: dict[str, Any]) -> None:
        """Go on from `state_dict`."""
        self.curve, self.epoch, self.loss = state["curve"], state["epoch"], state["loss"]

    def weights(self) -> dict[str, torch.Tensor]:
        """Return the best network's weights."""
        return safetensors.torch.load_file(self._path())

    def forget_others(self) -> None:
        """Remove the networks of epochs that are no longer, or not yet, the best."""
        for path in self.folder.glob("best-*"):
            if path != self._path():
                path.unlink()

    def _path(self) -> Path:
        return self.folder / f"best-{self.epoch:04d}.safetensors"

    def _save(self) -> None:
        weights = self.learner.network.state_dict()
        whole = {name: value.contiguous() for name, value in weights.items()}
        write(safetensors.torch.save(whole), self._path())


def write_curve(curve: list[dict[str, float]], path: Path) -> None:
    """Write one row per epoch as CSV, six significant digits."""
    lines = ["epoch,train_loss,val_loss"]
    lines += [f"{row['epoch']:.0f},{row['train_loss']:.6g},{row['val_loss']:.6g}" for row in curve]
    write(("\n".join(lines) + "\n").encode(), path)
