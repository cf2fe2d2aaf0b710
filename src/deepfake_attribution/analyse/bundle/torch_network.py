"""A trained head run by PyTorch: on GPUs, and if there is no ONNX file."""

from pathlib import Path

import numpy as np
import torch

from deepfake_attribution.model import network
from deepfake_attribution.model.model import load_network


class TorchNetwork:
    """A network with the interface of `loaded.Network`.

    Args:
        network: for inference.
        device: torch's name of the device; precision is always full.
    """

    def __init__(self, network: network.Network, device: str) -> None:
        self._network = network.to(device)
        self._device = device

    @torch.inference_mode()
    def run(self, images: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Return the layer before the head, (B, D), and the head's output, (B, O), both float32.

        Args:
            images: (B, 3, S, S) uint8 RGB.
        """
        features = self._network.features(torch.from_numpy(images).to(self._device))
        outputs = self._network.head(features)
        return features.float().cpu().numpy(), outputs.float().cpu().numpy()


def load_torch(folder: Path, device: str) -> TorchNetwork:
    """Return the weights in ``folder`` as a network on ``device``; raises as `load_network`."""
    return TorchNetwork(load_network(folder)[0], device)
