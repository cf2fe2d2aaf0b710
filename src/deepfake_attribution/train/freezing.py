"""Which weights of a network are trained: setting ``train.freeze``."""

from functools import partial
from typing import Any

import torch
from lightning.pytorch.callbacks import WeightAveraging
from torch import Tensor, nn

from deepfake_attribution.core.errors import UserError
from deepfake_attribution.model.network import Network


def freeze(network: Network, how: str, backbone: str) -> None:
    """Freeze the backbone's weights that ``how`` names; the head is always trained.

    Frozen weights get no gradient and are not in the optimiser, so weight decay spares them, too.

    - ``all_but_head``: the backbone works as in evaluation (`set_modes`). So the statistics of
      batch normalisation stay, too, and no dropout works: its output for a crop is always the same.
    - ``all_but_norm``: the weights of normalisation layers are trained. The backbone works as in
      training: the statistics of batch normalisation follow the new crops, and dropout works.

    Args:
        network: is changed.
        how: ``none``, ``all_but_head`` or ``all_but_norm``.
        backbone: its name, for the message.

    Raises:
        UserError: the backbone has no normalisation layer with weights.
    """
    if how == "none":
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
    """Put a backbone that is wholly frozen into evaluation mode, whatever mode the rest is in."""
    if how == "all_but_head":
        network.encoder.eval()


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
