"""What ``train.freeze`` keeps as it is, to the byte."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
import safetensors.torch
import timm
import torch
from torch import nn

from deepfake_attribution.core import paths
from deepfake_attribution.core.errors import UserError
from deepfake_attribution.model.backbones import Encoder
from deepfake_attribution.model.model import load_network
from deepfake_attribution.model.network import Network
from deepfake_attribution.train.freezing import counts, freeze
from deepfake_attribution.train.recipe import Recipe
from deepfake_attribution.train.repeated_training import train_all
from recipes import BACKBONE, COMPUTE, EVERY_STEP, recipe
from stopped_training import power_cut

pytestmark = pytest.mark.usefixtures("one_thread")

EVERYTHING: dict[str, Any] = {"optimiser": "adamw", "weight_decay": 0.1, "averaging": 0.7}
EVERYTHING |= {"schedule": "one_cycle", "backbone_rate": 0.5}
MODES = ("none", "first_third", "all_but_head", "all_but_norm")
State = dict[str, torch.Tensor]


@pytest.fixture
def trained_before(tiny_superset: pd.DataFrame) -> State:
    """Write a backbone's weights, whose batch normalisation has seen pictures; return them."""
    torch.manual_seed(1)
    module: Any = timm.create_model(BACKBONE.name, num_classes=0)
    for layer in module.modules():
        if isinstance(layer, nn.BatchNorm2d):
            assert layer.running_mean is not None and layer.running_var is not None
            nn.init.uniform_(layer.running_mean, -0.3, 0.3)
            nn.init.uniform_(layer.running_var, 0.5, 1.5)
            nn.init.uniform_(layer.weight, 0.5, 1.5)
            assert layer.num_batches_tracked is not None
            layer.num_batches_tracked.fill_(77)
    state: State = module.state_dict()
    safetensors.torch.save_file(state, "start.safetensors")
    return {f"encoder.{name}": value for name, value in state.items()}


def run(what: Recipe, table: pd.DataFrame, out: str, compute: Any = COMPUTE) -> State:
    folder = Path(out)
    faces = paths.DATA / "faces"
    train_all({folder: what}, table, faces, compute, Path("checkpoints"), folder / "copy")
    return safetensors.torch.load_file(folder / "model.safetensors")


def frozen_by(mode: str, before: State) -> set[str]:
    """Return the names of the tensors that must stay."""
    norms = {name for name in before if ".bn" in name or ".norm" in name}
    assert norms and norms != set(before)
    stays = {"none": set(), "all_but_head": set(before), "all_but_norm": set(before) - norms}
    # Stem and five blocks: the first two of six.
    first = ("encoder.conv_stem.", "encoder.bn1.", "encoder.blocks.0.")
    stays["first_third"] = {name for name in before if name.startswith(first)}
    return stays[mode]


def started(mode: str, **changes: Any) -> Recipe:
    what = recipe("arcface", freeze=mode, **(EVERYTHING | changes))
    return replace(what, backbone=BACKBONE.model_copy(update={"weights": "start.safetensors"}))


@pytest.mark.parametrize("mode", MODES)
def test_frozen_tensors_stay_to_the_byte_and_all_others_change(
    tiny_superset: pd.DataFrame, trained_before: State, mode: str
) -> None:
    after = run(started(mode), tiny_superset, "model")
    stay = frozen_by(mode, trained_before)
    assert {name for name in trained_before if after[name].equal(trained_before[name])} == stay
    training = load_network(Path("model"))[1].training
    weights = [name for name in after if "running" not in name and "batches" not in name]
    sizes = {name: after[name].numel() for name in weights}
    assert training["parameters"] == sum(sizes.values())
    assert training["trained_parameters"] == sum(sizes[name] for name in set(sizes) - stay)
    assert (training["freeze"], training["backbone_rate"]) == (mode, 0.5)


@pytest.mark.slow
@pytest.mark.parametrize("mode", MODES[1:])
def test_stopped_training_of_a_frozen_backbone_ends_with_the_same_files(
    tiny_superset: pd.DataFrame,
    trained_before: State,
    monkeypatch: pytest.MonkeyPatch,
    mode: str,
) -> None:
    run(started(mode), tiny_superset, "whole")
    with power_cut(monkeypatch, 1, 1):
        run(started(mode), tiny_superset, "model", EVERY_STEP)
    run(started(mode), tiny_superset, "model", EVERY_STEP)
    for name in ("model.safetensors", "model.json", "curve.csv"):
        assert (Path("whole") / name).read_bytes() == (Path("model") / name).read_bytes(), name


def test_other_rate_of_the_backbone_is_another_training(
    tiny_superset: pd.DataFrame, trained_before: State
) -> None:
    """After one step of Adam a weight has moved by its rate, or hardly where its gradient is 0."""
    for rate in (1.0, 0.01):
        changes = {"backbone_rate": rate, "optimiser": "adam", "weight_decay": 0.0}
        changes |= {"averaging": 0.0, "schedule": "constant", "epochs": 1, "batch_size": 18}
        after = run(started("none", **changes), tiny_superset, "model")
        moved = after["encoder.conv_stem.weight"] - trained_before["encoder.conv_stem.weight"]
        assert moved.abs().max().item() == pytest.approx(2e-3 * rate, rel=1e-2)


@pytest.mark.parametrize(
    ("name", "kinds"),
    [
        ("test_vit", {"LayerNorm"}),
        ("test_convnext", {"LayerNorm2d", "LayerNorm"}),
        ("test_efficientnet_gn", {"GroupNormAct"}),
        ("test_efficientnet_evos", {"EvoNorm2dS0"}),
    ],
)
def test_normalisation_layers_of_every_kind_are_found(name: str, kinds: set[str]) -> None:
    module: Any = timm.create_model(name, num_classes=0)
    network = Network(Encoder(module, module.head_hidden_size, (0, 0, 0), (1, 1, 1)), 2)
    freeze(network, "all_but_norm", name)
    trained = {
        type(layer).__name__
        for layer in module.modules()
        if any(weight.requires_grad for weight in layer.parameters(recurse=False))
    }
    assert trained <= kinds and trained
    assert 0 < counts(network)["trained_parameters"] < counts(network)["parameters"] / 5


def test_backbone_without_normalisation_layers_is_one_line() -> None:
    network = Network(Encoder(nn.Conv2d(3, 4, 3), 4, (0, 0, 0), (1, 1, 1)), 2)
    with pytest.raises(UserError, match=r"^train\.freeze: all_but_norm: plain has no norm"):
        freeze(network, "all_but_norm", "plain")


@pytest.mark.parametrize(
    ("name", "first", "then"),
    [
        ("test_efficientnet", "blocks.0.0.conv.weight", "blocks.1.0.conv_exp.weight"),
        ("test_resnet", "layer1.0.conv1.weight", "layer2.0.conv1.weight"),
        ("test_vit", "blocks.0.attn.qkv.weight", "blocks.1.attn.qkv.weight"),
    ],
)
def test_first_third_ends_between_two_stages(name: str, first: str, then: str) -> None:
    module: Any = timm.create_model(name, num_classes=0)
    network = Network(Encoder(module, module.head_hidden_size, (0, 0, 0), (1, 1, 1)), 2)
    freeze(network, "first_third", name)
    weights = dict(module.named_parameters())
    assert (weights[first].requires_grad, weights[then].requires_grad) == (False, True)
    frozen = [not weight.requires_grad for weight in weights.values()]
    assert frozen == sorted(frozen, reverse=True)  # nothing after the first that is trained


def test_backbone_of_few_stages_is_one_line() -> None:
    plain: Any = nn.Conv2d(3, 4, 3)
    plain.group_matcher = lambda coarse: {"stem": "^"}
    network = Network(Encoder(plain, 4, (0, 0, 0), (1, 1, 1)), 2)
    with pytest.raises(UserError, match=r"^train\.freeze: first_third: plain has fewer than three"):
        freeze(network, "first_third", "plain")
