"""The paper's network is timm's ``legacy_xception``: does a later timm still give the same one?

Every tensor is filled with numbers that follow from its name alone, so neither torch's random
numbers nor a download plays a part. ``xception_golden.json`` holds what comes out; timm 1.0.12 and
1.0.31 agree on it.
"""

import copy
import json
import zlib
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import timm
import torch

from deepfake_attribution.cli.profiles import profile

GOLDEN = json.loads(Path(__file__).with_name("xception_golden.json").read_text(encoding="utf-8"))
EVERY = 32  # this share of the 2048 features is kept in the file


@pytest.fixture(scope="module")
def xception() -> Any:
    module = timm.create_model("legacy_xception", pretrained=False, num_classes=0).eval()
    module.load_state_dict({name: filled(name, t) for name, t in module.state_dict().items()})
    return module


def filled(name: str, like: torch.Tensor) -> torch.Tensor:
    """Return numbers for a tensor: of a size that keeps signals near 1 through all blocks."""
    if not like.is_floating_point():
        return torch.ones_like(like)
    # RandomState's numbers are fixed for ever, unlike those of numpy's newer generators.
    normal = np.random.RandomState(zlib.crc32(name.encode())).standard_normal(tuple(like.shape))
    if like.ndim == 4:  # He's rule
        normal *= np.sqrt(2 / np.prod(like.shape[1:]))
    elif name.endswith("running_var"):
        normal = 1 + 0.2 * np.abs(normal)
    elif name.endswith("weight"):
        normal = 0.6 + 0.06 * normal
    else:
        normal *= 0.1
    return torch.from_numpy(normal.astype(np.float32))


def picture() -> torch.Tensor:
    """Return waves of another direction in each colour, (1, 3, 224, 224) in [-1, 1]."""
    rows, columns = np.mgrid[:224, :224] / 224
    waves = [np.sin(9 * (k + 1) * rows + 7 * (3 - k) * columns) for k in range(3)]
    return torch.from_numpy(np.stack(waves).astype(np.float32))[None]


@torch.no_grad()
def features(module: Any) -> np.ndarray:
    return module(picture())[0].numpy()


def test_profile_paper_names_this_network() -> None:
    assert profile("paper")["backbone"]["name"] == "legacy_xception"


def is_golden(found: np.ndarray) -> bool:
    # Other processors, threads and layouts sum in another order: that changes the sixth digit.
    size = GOLDEN["norm"] / np.sqrt(len(found))
    near = np.allclose(found[::EVERY], GOLDEN["features"], rtol=1e-3, atol=1e-3 * size)
    return near and bool(np.isclose(np.linalg.norm(found), GOLDEN["norm"], rtol=1e-3))


def test_features_of_a_fixed_picture_are_the_golden_ones(xception: Any) -> None:
    found = features(xception)
    assert found.shape == (2048,)
    assert is_golden(found)


def test_a_small_change_of_the_architecture_is_noticed(xception: Any) -> None:
    changed = copy.deepcopy(xception)
    for layer in changed.modules():
        if isinstance(layer, torch.nn.BatchNorm2d):
            layer.eps = 1e-3  # as in the original Keras model; timm's is torch's 1e-5
    assert not is_golden(features(changed))
    changed = copy.deepcopy(xception)
    changed.act3 = torch.nn.SiLU()
    assert not is_golden(features(changed))


def test_size_and_normalisation_are_the_golden_ones(xception: Any) -> None:
    config = xception.pretrained_cfg
    assert sum(parameter.numel() for parameter in xception.parameters()) == GOLDEN["parameters"]
    assert xception.head_hidden_size == 2048
    for name in ("input_size", "mean", "std"):
        assert list(config[name]) == GOLDEN[name]
