"""The optimiser of a training, and the schedule of its learning rate."""

import math
from collections.abc import Iterable
from functools import partial
from typing import Any

import torch
from torch import nn
from torch.optim.lr_scheduler import LambdaLR, LRScheduler, OneCycleLR

from deepfake_attribution.train.settings import Train

RISE = 0.25  # share of the steps over which ``one_cycle`` reaches the highest rate


def make_optimiser(
    new: Iterable[nn.Parameter], backbone: Iterable[nn.Parameter], settings: Train, steps: int
) -> Any:
    """Return what Lightning's ``configure_optimizers`` returns.

    Both groups follow the same schedule, each to its own highest rate.

    Args:
        new: parameters of the head and of its loss.
        backbone: parameters of the backbone, whose rate is ``backbone_rate`` times the others'.
            Frozen ones of both are left out.
        settings: the section ``train``.
        steps: optimiser steps of the whole training.

    Returns:
        The optimiser, or a mapping of it and a schedule that moves after every step.
    """
    kind = {"adam": torch.optim.Adam, "adamw": torch.optim.AdamW}[settings.optimiser]
    rate = settings.learning_rate
    rates = ((backbone, rate * settings.backbone_rate), (new, rate))
    groups = [
        {"params": trained, "lr": highest}
        for weights, highest in rates
        if (trained := [weight for weight in weights if weight.requires_grad])
    ]
    # One pass over all weights at a time, instead of some ten small ones for each.
    optimiser = kind(groups, weight_decay=settings.weight_decay, fused=True)
    if settings.schedule == "constant":
        return optimiser
    schedule: LRScheduler
    if settings.schedule == "one_cycle":
        # OneCycleLR rises over share * total - 1 steps and falls over the others: neither may be 0.
        total = max(steps, 3)
        highest = [group["lr"] for group in optimiser.param_groups]
        schedule = OneCycleLR(optimiser, highest, total_steps=total, pct_start=max(RISE, 2 / total))
    else:
        schedule = LambdaLR(optimiser, partial(_cosine, steps=steps, rise=settings.warmup))
    return {"optimizer": optimiser, "lr_scheduler": {"scheduler": schedule, "interval": "step"}}


def _cosine(step: int, steps: int, rise: float) -> float:
    """Return the rate at ``step``, from 0, as a share of the highest."""
    up = round(rise * steps)
    if step < up:
        return (step + 1) / (up + 1)
    return (1 + math.cos(math.pi * min((step - up) / max(steps - up, 1), 1))) / 2
