"""Heads with random weights on disk, as ``train`` writes them."""

from pathlib import Path

import torch
from torch import nn

from crop_sets import CLASSES, SIZE
from deepfake_attribution.heads import registry
from deepfake_attribution.model.backbones import make_encoder
from deepfake_attribution.model.description import Description
from deepfake_attribution.model.model import save
from deepfake_attribution.model.network import Network
from deepfake_attribution.model.probabilities import outputs_of
from deepfake_attribution.model.settings import Backbone

BACKBONE = Backbone(
    name="test_efficientnet", weights="none", input_size=SIZE, embedding=8, channels_last=True
)


def write_head(head: str, folder: Path, seed: int = 0, backbone: Backbone = BACKBONE) -> Path:
    """Write a network with weights of ``seed``, without ONNX file, and return its folder.

    Its batch normalisation is no identity, as it would be without training.
    """
    torch.manual_seed(seed)
    encoder = make_encoder(backbone)
    network = Network(encoder, outputs_of(registry.about(head).output, CLASSES, backbone.embedding))
    for module in network.modules():
        if isinstance(module, nn.BatchNorm2d):
            nn.init.uniform_(module.weight, 0.5, 1.5)
            nn.init.normal_(module.bias, std=0.2)
            assert module.running_mean is not None and module.running_var is not None
            nn.init.normal_(module.running_mean, std=0.1)
            nn.init.uniform_(module.running_var, 0.5, 1.5)
    about = (backbone.model_dump(), encoder.mean, encoder.std, {})
    save(
        network.state_dict(),
        Description(head, registry.about(head).output, CLASSES, *about),
        folder,
    )
    return folder
