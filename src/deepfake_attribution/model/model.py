"""A trained head on disk: weights (safetensors) and everything needed to use them (JSON)."""

import json
from dataclasses import asdict
from importlib.metadata import version
from pathlib import Path
from typing import Any

import safetensors.torch
import timm
import torch
from safetensors import SafetensorError

from deepfake_attribution.core.durable import write
from deepfake_attribution.core.errors import UserError
from deepfake_attribution.model.backbones import Encoder, laid_out
from deepfake_attribution.model.description import SETTINGS, WEIGHTS, Description, load_description
from deepfake_attribution.model.network import Network
from deepfake_attribution.model.probabilities import outputs_of
from deepfake_attribution.model.settings import Backbone


def save(weights: dict[str, torch.Tensor], description: Description, folder: Path) -> None:
    """Write a network's weights and description to ``folder``, each renamed when whole."""
    whole = {name: value.detach().cpu().contiguous() for name, value in weights.items()}
    # safetensors would raise an error of its own for a full disk
    write(safetensors.torch.save(whole), folder / WEIGHTS)
    write_description(description, folder)


def write_description(description: Description, folder: Path) -> None:
    """Write what a model is, with the versions that it was made with."""
    versions = {name: version(name) for name in ("torch", "timm")}
    text = json.dumps(asdict(description) | {"versions": versions}, indent=2) + "\n"
    write(text.encode(), folder / SETTINGS)


def load_network(folder: Path) -> tuple[Network, Description]:
    """Return the network in ``folder``, for inference, and its description.

    Raises:
        UserError: a file is missing or does not belong to this network.
    """
    description = load_description(folder)
    try:
        backbone = Backbone.model_validate(description.backbone)
        module: Any = timm.create_model(backbone.name, pretrained=False, num_classes=0)
        module = laid_out(module, backbone)
    except (ValueError, RuntimeError) as error:
        first = " ".join(str(error).split())
        raise UserError(f"{folder / SETTINGS}: its backbone cannot be made: {first}") from None
    encoder = Encoder(module, module.head_hidden_size, description.mean, description.std)
    outputs = outputs_of(description.output, description.classes, backbone.embedding)
    network = Network(encoder, outputs)
    try:
        network.load_state_dict(safetensors.torch.load_file(folder / WEIGHTS))
    except (OSError, RuntimeError, SafetensorError) as error:
        first = str(error).splitlines()[0]
        raise UserError(f"{folder / WEIGHTS} is not this model's weights: {first}") from None
    return network.eval(), description
