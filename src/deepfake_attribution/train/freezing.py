"""Which weights of a network are trained: setting ``train.freeze``."""

from functools import partial
from typing import Any

import torch
from lightning.pytorch.callbacks import WeightAveraging
from timm.models import group_parameters
from torch import Tensor, nn

from deepfake_attribution.core.errors import UserError
from deepfake_attribution.model.network import Network


def freeze(network: Network, how: str, backbone: str) -> None:
    """Freeze the backbone's weights that ``how`` names; the head is always trained.

    Frozen weights get no gradient and are not in the optimiser, so weight decay spares them, too.

    - ``all_but_head``: the backbone works as in evaluation (`set_modes`). So the statistics of
      batch normalisation stay, too, and no dropout works: its output for a crop is always the same.
    - ``first_third``: so does the first third of the backbone, counted in timm's stages (the stem,
      each stage or block, what follows them).
    - ``all_but_norm``: the weights of normalisation layers are trained. The backbone works as in
      training: the statistics of batch normalisation follow the new crops, and dropout works.

    Args:
        network: is changed.
        how: ``none``, ``first_third``, ``all_but_head`` or ``all_but_norm``.
        backbone: its name, for the message.

    Raises:
        UserError: the backbone has no normalisation layer with weights, or fewer than three stages.
    """
    if how == "none":
        return
    if how == "first_third":
        for weight in _first_third(network.encoder, backbone):
            weight.requires_grad_(False)
        return
    network.encoder.requires_grad_(False)
    if how == "all_but_head":
        return
    weights = [weight for layer in network.encoder.modules() for weight in _of_norm(layer)]
    if not weights:
        raise UserError(
            f"train.freeze: all_but_norm: {backbone} has no normalisation layers with weights: "
            "set it to all_but_head or none"
        )
    for weight in weights:
        weight.requires_grad_()


def set_modes(network: Network, how: str) -> None:
    """Put the parts of the backbone that are wholly frozen into evaluation mode.

    But not with ``all_but_norm``, whose statistics follow the new crops.
    """
    if how in ("none", "all_but_norm"):
        return
    for part in network.encoder.modules():
        weights = list(part.parameters())
        if weights and not any(weight.requires_grad for weight in weights):
            part.eval()


def _first_third(backbone: Any, name: str) -> list[nn.Parameter]:
    """Return the weights of the first third of timm's groups of layers, rounded."""
    groups = group_parameters(backbone, backbone.group_matcher(coarse=True), return_values=True)
    if len(groups) < 3:
        raise UserError(
            f"train.freeze: first_third: {name} has fewer than three stages: set it to "
            "all_but_head, all_but_norm or none"
        )
    return [weight for number in range(round(len(groups) / 3)) for weight in groups[number]]


def _of_norm(layer: nn.Module) -> list[nn.Parameter]:
    """Return the own weights of a normalisation layer, of torch or timm; none of another layer.

    Its class is named so, and each weight holds one number per channel.
    """
    weights = list(layer.parameters(recurse=False))
    vectors = all(weight.numel() == max(weight.shape, default=1) for weight in weights)
    return weights if "Norm" in type(layer).__name__ and vectors else []


def counts(network: Network) -> dict[str, int]:
    """Return how many parameters the network has, and how many of them are trained."""
    weights = list(network.parameters())
    trained = [weight for weight in weights if weight.requires_grad]
    return {
        "parameters": sum(weight.numel() for weight in weights),
        "trained_parameters": sum(weight.numel() for weight in trained),
    }


def averaging(decay: float) -> WeightAveraging:
    """Return the callback that keeps the exponential moving average of the weights."""
    return WeightAveraging(avg_fn=partial(_average, decay=decay))


@torch.no_grad()
def _average(average: Tensor, current: Tensor, _: Any, decay: float) -> Tensor:
    """Return the new average; a value that did not change, such as a frozen one, stays exactly."""
    mixed = decay * average + (1 - decay) * current
    return torch.where(average == current, current, mixed)
