"""Grad-CAM: where a face speaks for real or for fake, by the network's own gradients.

The last feature map of the backbone is weighted with the gradient of the score (Selvaraju et al.,
"Grad-CAM", ICCV 2017; by captum). The sign is kept: what speaks against real speaks for fake. The
map is as coarse as the feature map: 3 x 3 for a crop of 96 pixels. It needs PyTorch, so `analyse`
and bundles draw maps by occlusion only.
"""

from collections.abc import Callable

import numpy as np
import torch
from captum.attr import LayerAttribution, LayerGradCam
from timm.layers import SelectAdaptivePool2d
from torch import Tensor, nn

from deepfake_attribution.core.errors import UserError
from deepfake_attribution.evidence_maps.log_odds import LogOdds
from deepfake_attribution.evidence_maps.occlusion import Floats, Image
from deepfake_attribution.model.network import Network

Draw = Callable[[Image], Floats]


def drawer(network: Network, log_odds: LogOdds, size: int) -> Draw:
    """Return a function from a crop, (3, S, S) uint8 RGB, to its map, (S, S).

    A map is positive where the crop speaks for real, as that of occlusion; its unit is another.

    Args:
        network: for inference, on a CPU.
        log_odds: of the network's output.
        size: pixels per side of the crops, S.

    Raises:
        UserError: the backbone pools no feature map.
    """
    found = LayerGradCam(lambda images: log_odds(network(images)), pooling(network, size))

    def draw(image: Image) -> Floats:
        maps = found.attribute(torch.from_numpy(image[None]), attribute_to_layer_input=True)
        whole = LayerAttribution.interpolate(maps, (size, size), interpolate_mode="bilinear")
        return whole[0, 0].detach().numpy().astype(np.float64)

    return draw


@torch.inference_mode()
def pooling(network: Network, size: int) -> nn.Module:
    """Return the layer that pools the backbone's last feature map.

    Raises:
        UserError: there is none, or its feature map is not (B, C, H, W) with several places.
    """
    encoder = network.encoder
    layers = [one for one in encoder.modules() if isinstance(one, SelectAdaptivePool2d)]
    shapes: list[tuple[int, ...]] = []
    if layers:

        def look(_: nn.Module, inputs: tuple[Tensor, ...]) -> None:
            shapes.append(tuple(inputs[0].shape))

        hook = layers[-1].register_forward_pre_hook(look)
        network(torch.zeros(1, 3, size, size, dtype=torch.uint8))
        hook.remove()
    channels = getattr(encoder, "num_features", None)
    if not any(shape[1:2] == (channels,) and shape[2:] > (1, 1) for shape in shapes):
        raise UserError(
            f"evaluate.grad_cam: the backbone {type(encoder).__name__} pools no feature map of a "
            f"crop of {size} pixels, so Grad-CAM is not defined: set it to false"
        )
    return layers[-1]
