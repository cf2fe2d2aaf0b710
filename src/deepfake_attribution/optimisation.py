"""The optimiser of a training, and what becomes of its learning rate."""

from collections.abc import Iterable
from typing import Any

import torch
from torch import nn

from deepfake_attribution.params.train import Train

RISE = 0.25  # share of the steps over which ``one_cycle`` reaches the highest rate


def make_optimiser(parameters: Iterable[nn.Parameter], settings: Train, steps: int) -> Any:
    """Return what Lightning's ``configure_optimizers`` returns.

    Args:
        parameters: what is trained.
        settings: the section ``train``.
        steps: optimiser steps of the whole training.

    Returns:
        The optimiser, or a mapping of it and a schedule that moves after every step.
    """
    kind = {"adam": torch.optim.Adam, "adamw": torch.optim.AdamW}[settings.optimiser]
    rate, decay = settings.learning_rate, settings.weight_decay
    optimiser = kind(parameters, lr=rate, weight_decay=decay)
    if settings.schedule == "constant":
        return optimiser
    # OneCycleLR rises over share * total - 1 steps and falls over the others: neither may be 0.
    total = max(steps, 3)
    schedule = torch.optim.lr_scheduler.OneCycleLR(
        optimiser, max_lr=rate, total_steps=total, pct_start=max(RISE, 2 / total)
    )
    return {"optimizer": optimiser, "lr_scheduler": {"scheduler": schedule, "interval": "step"}}
