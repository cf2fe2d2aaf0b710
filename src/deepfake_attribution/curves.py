"""The best epoch of a training, and its curve."""

from pathlib import Path
from typing import Any

import lightning.pytorch as lightning
import safetensors.torch
import torch
from lightning.pytorch.callbacks import Callback


class Best(Callback):
    """Keeps the network of the epoch with the lowest validation loss, and the losses of all.

    Attributes:
        curve: one mapping per epoch: ``epoch`` (from 1), ``train_loss``, ``val_loss``.
        epoch: the best one, from 1; the first of equals.
        loss: its validation loss.
    """

    def __init__(self, learner: Any, path: Path) -> None:
        self.network = learner.network
        self.path = path
        self.curve: list[dict[str, float]] = []
        self.epoch = 0
        self.loss = float("inf")

    def on_train_epoch_end(self, trainer: lightning.Trainer, _: lightning.LightningModule) -> None:
        """Note the losses; save the network if it is the best so far."""
        seen = trainer.callback_metrics
        values = {name: float(seen[name]) for name in ("train_loss", "val_loss")}
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
        return safetensors.torch.load_file(self.path)

    def _save(self) -> None:
        self.path.parent.mkdir(parents=True, exist_ok=True)
        temporary = self.path.with_suffix(".tmp")
        safetensors.torch.save_file(self.network.state_dict(), temporary)
        temporary.replace(self.path)


def write_curve(curve: list[dict[str, float]], path: Path) -> None:
    """Write one row per epoch as CSV, six significant digits."""
    lines = ["epoch,train_loss,val_loss"]
    lines += [f"{row['epoch']:.0f},{row['train_loss']:.6g},{row['val_loss']:.6g}" for row in curve]
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(f".{path.name}.tmp")
    temporary.write_text("\n".join(lines) + "\n", encoding="utf-8")
    temporary.replace(path)
