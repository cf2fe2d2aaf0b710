"""Profile ``foundation``: its recipe trains every head on a transformer, a tiny one here."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
import safetensors.torch
import timm
import torch

from deepfake_attribution.cli.profiles import profile
from deepfake_attribution.core import paths
from deepfake_attribution.core.params import validate
from deepfake_attribution.model.backbones import input_size
from deepfake_attribution.model.model import load_network
from deepfake_attribution.model.onnx_model import OnnxModel
from deepfake_attribution.model.settings import Backbone
from deepfake_attribution.train.recipe import Recipe
from deepfake_attribution.train.repeated_training import train_all
from deepfake_attribution.train.settings import Train
from recipes import COMPUTE, recipe

pytestmark = pytest.mark.usefixtures("one_thread")

PROFILE = profile("foundation", Path(__file__).parents[2] / "profiles")
BACKBONE = validate(Backbone, PROFILE, Path("foundation"))
# A transformer of timm with six blocks of width 64, for its own size of 160 pixels.
TINY = BACKBONE.model_copy(update={"name": "test_vit", "weights": "start.safetensors"})


def small(head: str) -> Recipe:
    """Return the profile's recipe, for an epoch of three steps."""
    train = validate(Train, PROFILE, Path("foundation"))
    shorter = train.model_copy(update={"epochs": 1, "batch_size": 6})
    own = recipe(head)
    if head == "triplet":  # the colours of the classes lie farther apart than the usual margin
        own = replace(own, loss=own.loss.model_copy(update={"margin": 2.0}))
    return replace(own, backbone=TINY, common=shorter)


def is_norm(name: str) -> bool:
    return ".norm" in name


@pytest.mark.parametrize("head", ["binary", "attribution", "triplet", "arcface"])
def test_every_head_trains_normalisation_layers_only(
    tiny_superset: pd.DataFrame, head: str
) -> None:
    torch.manual_seed(1)
    module: Any = timm.create_model("test_vit", num_classes=0)
    before = {f"encoder.{name}": value for name, value in module.state_dict().items()}
    safetensors.torch.save_file(module.state_dict(), "start.safetensors")
    folder = Path("model")
    what, faces = {folder: small(head)}, paths.DATA / "faces"
    train_all(what, tiny_superset, faces, COMPUTE, Path("checkpoints"), Path("curve.csv"))
    after = safetensors.torch.load_file(folder / "model.safetensors")
    assert {name for name in before if not after[name].equal(before[name])} == {
        name for name in before if is_norm(name)
    }
    network, description = load_network(folder)
    assert description.backbone["input_size"] == 160
    images = np.random.default_rng(0).integers(0, 256, (2, 3, 160, 160), np.uint8)
    _, outputs = OnnxModel((folder / "model.onnx").read_bytes()).run(images)
    with torch.inference_mode():
        expected = network(torch.from_numpy(images)).numpy()
    np.testing.assert_allclose(outputs, expected, rtol=1e-4, atol=1e-5)
    assert json.loads((folder / "model.json").read_text())["backbone"]["name"] == "test_vit"


def test_its_backbone_is_one_of_timm_with_weights_for_the_size_of_its_crops() -> None:
    assert timm.is_model(BACKBONE.name) and timm.is_model_pretrained(BACKBONE.name)
    assert input_size(BACKBONE) == PROFILE["crop"]["size"] == 224
    config = timm.get_pretrained_cfg(BACKBONE.name)
    assert config is not None and config.tag == "openai"


def test_its_comment_counts_the_weights_that_are_trained() -> None:
    with torch.device("meta"):
        module: Any = timm.create_model(BACKBONE.name, num_classes=0)
    weights = dict(module.named_parameters())
    total = sum(weight.numel() for weight in weights.values())
    norms = sum(weight.numel() for name, weight in weights.items() if "norm" in name)
    assert (norms, round(total / 1e6)) == (102_400, 303)
