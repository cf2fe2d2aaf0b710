"""The network under every head: any model of timm, without its classifier."""

import difflib
from dataclasses import dataclass
from typing import Any

import timm
import torch
from torch import nn

from deepfake_attribution.core.errors import UserError
from deepfake_attribution.model.settings import Backbone
from deepfake_attribution.model.starting_weights import with_weights

# A strided 1 x 1 convolution over fewer input channels than this crashes where its weights are
# trained in channels_last on a CPU: torch 2.15's gradient of them (oneDNN) writes past its memory.
# RepVGG, MobileOne and FastViT have one over the picture's three channels.
CRASHING_CHANNELS = 16


@dataclass(frozen=True)
class Encoder:
    """A backbone and how its input is normalised.

    Attributes:
        module: maps (B, 3, S, S) float to (B, D) float features, D = ``features``.
        features: length D of a feature vector.
        mean, std: per channel, for RGB in [0, 1].
    """

    module: nn.Module
    features: int
    mean: tuple[float, float, float]
    std: tuple[float, float, float]


def make_encoder(settings: Backbone) -> Encoder:
    """Return the backbone that ``settings`` names, with its weights.

    A model that would crash in the layout channels_last keeps the other one, which is printed.

    Raises:
        UserError: timm has no such model, its weights cannot be loaded or do not fit, or it does
            not take pictures of the size that is set.
    """
    check_name(settings.name)
    module = laid_out(with_weights(settings), settings)
    if settings.channels_last and (layer := _crashing(module)):
        print(
            f"backbone.channels_last: left off for {settings.name}: training its layer {layer} in "
            "this layout would crash on a CPU",
            flush=True,
        )
    _check_size(module, settings)
    config = module.pretrained_cfg
    return Encoder(module, module.head_hidden_size, tuple(config["mean"]), tuple(config["std"]))


def laid_out(module: Any, settings: Backbone) -> Any:
    """Return ``module`` with its weights in the layout that ``settings`` names, if that is safe."""
    if settings.channels_last and not _crashing(module):
        return module.to(memory_format=torch.channels_last)
    return module


def input_size(settings: Backbone) -> int:
    """Return the pixels per side that crops are scaled to; ``auto``: what the model was made for.

    Raises:
        UserError: timm has no such model, or knows no square size for it.
    """
    if settings.input_size != "auto":
        return settings.input_size
    check_name(settings.name)
    config = timm.get_pretrained_cfg(settings.name)
    _, height, width = config.input_size if config else (0, 0, 0)
    if height != width or height == 0:
        raise UserError(
            f"backbone.input_size: timm names no square size for {settings.name}, and crops are "
            "square: set it to a number"
        )
    return int(height)


def _crashing(module: nn.Module) -> str | None:
    """Return the name of a layer that crashes in channels_last, if there is one."""
    for name, layer in module.named_modules():
        if (
            isinstance(layer, nn.Conv2d)
            and layer.kernel_size == (1, 1)
            and max(layer.stride) > 1
            and layer.in_channels < CRASHING_CHANNELS
        ):
            return name
    return None


@torch.no_grad()
def _check_size(module: nn.Module, settings: Backbone) -> None:
    """Check that the model takes pictures of this size: transformers are made for one size."""
    size = input_size(settings)
    try:
        module.eval()(torch.zeros(1, 3, size, size))
    except (AssertionError, RuntimeError, ValueError) as error:
        first = " ".join(str(error).split()) or type(error).__name__
        raise UserError(
            f"backbone.input_size: {settings.name} takes no pictures of {size} pixels ({first}): "
            "set it to auto, which is what the model was made for"
        ) from None
    module.train()


def check_name(name: str) -> None:
    """Check that timm has a model ``name``; raises a `UserError` with the nearest ones if not."""
    if not timm.is_model(name):
        near = difflib.get_close_matches(name, timm.list_models(), n=3)
        hint = f"; near: {', '.join(near)}" if near else ""
        raise UserError(f"backbone.name: timm has no model '{name}'{hint}")
