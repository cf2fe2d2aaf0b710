from pathlib import Path
from typing import Any

import pytest
import safetensors.torch
import timm
import torch

from deepfake_attribution import backbones
from deepfake_attribution.backbones import make_encoder
from deepfake_attribution.errors import UserError
from deepfake_attribution.params.backbone import Backbone


def settings(name: str = "lcnet_035", weights: str = "none") -> Backbone:
    return Backbone(name=name, weights=weights, input_size=32, embedding=8)


@pytest.fixture
def whole() -> Any:
    """A model with its classifier, as timm's own files hold it."""
    torch.manual_seed(1)
    return timm.create_model("lcnet_035", pretrained=False, num_classes=5)


def test_encoder_gives_as_many_features_as_it_says() -> None:
    encoder = make_encoder(settings())
    features = encoder.module.eval()(torch.zeros(2, 3, 32, 32))
    assert features.shape == (2, encoder.features)
    assert len(encoder.mean) == len(encoder.std) == 3


def test_paper_s_backbone_has_2048_features_and_its_own_normalisation() -> None:
    encoder = make_encoder(settings("legacy_xception"))
    assert encoder.features == 2048
    assert encoder.mean == encoder.std == (0.5, 0.5, 0.5)


def test_unknown_model_names_near_ones() -> None:
    with pytest.raises(UserError, match=r"timm has no model 'lcnet_53'; near: .*lcnet_"):
        make_encoder(settings("lcnet_53"))
    with pytest.raises(UserError, match=r"timm has no model '!!!!'$"):
        make_encoder(settings("!!!!"))


def test_weights_of_a_file_are_loaded_and_its_classifier_left_out(
    tmp_path: Path, whole: Any
) -> None:
    path = tmp_path / "own.safetensors"
    safetensors.torch.save_file(whole.state_dict(), path)
    module = make_encoder(settings(weights=str(path))).module.eval()
    images = torch.rand(2, 3, 32, 32)
    whole.reset_classifier(0)
    torch.testing.assert_close(module(images), whole.eval()(images))


def test_file_of_another_model_is_refused_with_counts(tmp_path: Path, whole: Any) -> None:
    path = tmp_path / "own.safetensors"
    weights = whole.state_dict()
    first = next(iter(weights))
    cases = {
        "1 tensors are not its own, 1 are missing": {
            "wrong.weight" if name == first else name: value for name, value in weights.items()
        },
        "0 tensors are not its own, 1 are missing; the first: conv_stem.weight": {
            name: value for name, value in weights.items() if name != first
        },
        "1 tensors are not its own, 0 are missing; the first: conv_stem.weight": {
            **weights,
            first: torch.zeros(1),
        },
    }
    for message, content in cases.items():
        safetensors.torch.save_file(content, path)
        with pytest.raises(UserError) as stop:
            make_encoder(settings(weights=str(path)))
        assert f"own.safetensors does not fit this model ({message}" in str(stop.value)


def test_what_is_no_weights_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "text.safetensors").write_text("no weights")
    for path in (tmp_path / "text.safetensors", tmp_path / "gone.safetensors", Path("imagnet")):
        with pytest.raises(UserError, match=r"is not imagenet, none or a readable \.safetensors"):
            make_encoder(settings(weights=str(path)))


def test_imagenet_without_network_names_the_setting(monkeypatch: pytest.MonkeyPatch) -> None:
    def offline(*_: object, pretrained: bool, **__: object) -> None:
        assert pretrained
        raise ConnectionError("no route")

    monkeypatch.setattr(backbones.timm, "create_model", offline)
    with pytest.raises(UserError) as stop:
        make_encoder(settings("legacy_xception", "imagenet"))
    assert str(stop.value) == (
        "backbone.weights: the ImageNet weights of 'legacy_xception' could not be downloaded "
        "(ConnectionError): set it to a .safetensors file of this model, or to none to train from "
        "scratch"
    )


def test_model_without_imagenet_weights_says_so() -> None:
    assert not timm.is_model_pretrained("lcnet_035")
    with pytest.raises(UserError, match="timm has no ImageNet weights for 'lcnet_035'"):
        make_encoder(settings(weights="imagenet"))
