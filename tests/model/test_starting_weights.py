import hashlib
import ssl
from email.message import Message
from pathlib import Path
from typing import Any
from urllib.error import HTTPError, URLError

import pytest
import safetensors.torch
import timm
import torch

from deepfake_attribution.core.errors import UserError
from deepfake_attribution.model import starting_weights
from deepfake_attribution.model.settings import Backbone
from deepfake_attribution.model.starting_weights import file_hash, weights_hash, with_weights


def settings(name: str = "lcnet_035", weights: str = "none") -> Backbone:
    return Backbone(name=name, weights=weights, input_size=32, embedding=8, channels_last=True)


@pytest.fixture
def whole() -> Any:
    """A model with its classifier, as timm's own files hold it."""
    torch.manual_seed(1)
    return timm.create_model("lcnet_035", pretrained=False, num_classes=5)


def test_weights_of_a_file_are_loaded_and_its_classifier_left_out(
    tmp_path: Path, whole: Any
) -> None:
    path = tmp_path / "own.safetensors"
    safetensors.torch.save_file(whole.state_dict(), path)
    module = with_weights(settings(weights=str(path))).eval()
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
            with_weights(settings(weights=str(path)))
        assert f"own.safetensors does not fit this model ({message}" in str(stop.value)


def test_what_is_no_weights_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "text.safetensors").write_text("no weights")
    for path in (tmp_path / "text.safetensors", tmp_path / "gone.safetensors", Path("imagnet")):
        with pytest.raises(
            UserError, match=r"is not registry, imagenet, none or a readable \.safetensors"
        ):
            with_weights(settings(weights=str(path)))


MODELS = ["legacy_xception", "resnet18"]  # weights at an address, and on a hub


@pytest.fixture
def empty_caches(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("TORCH_HOME", str(tmp_path))
    monkeypatch.setattr(starting_weights.huggingface_hub.constants, "HF_HUB_CACHE", str(tmp_path))
    return tmp_path


def answering(monkeypatch: pytest.MonkeyPatch, error: Exception) -> list[str]:
    """Let every server answer with ``error``; return the addresses that were asked."""
    asked: list[str] = []

    def answer(request: Any, timeout: float) -> None:
        assert request.get_method() == "HEAD" and timeout <= 30
        asked.append(request.full_url)
        raise error

    monkeypatch.setattr(starting_weights.urllib.request, "urlopen", answer)
    return asked


@pytest.mark.parametrize("name", MODELS)
def test_imagenet_without_network_names_the_setting_at_once(
    monkeypatch: pytest.MonkeyPatch, empty_caches: Path, name: str
) -> None:
    asked = answering(monkeypatch, URLError("no route"))
    monkeypatch.setattr(
        starting_weights.timm, "create_model", None
    )  # which would try again and again
    with pytest.raises(UserError) as stop:
        with_weights(settings(name, "imagenet"))
    assert str(stop.value) == (
        f"backbone.weights: the ImageNet weights of '{name}' could not be downloaded "
        "(URLError: no route): set it to a .safetensors file of this model, or to none to train "
        "from scratch"
    )
    assert len(asked) == 1


@pytest.mark.parametrize(
    "error", [HTTPError("u", 404, "gone", Message(), None), URLError(ssl.SSLError("untrusted"))]
)
@pytest.mark.parametrize("name", MODELS)
def test_a_server_that_answers_is_left_to_the_client(
    monkeypatch: pytest.MonkeyPatch, empty_caches: Path, name: str, error: Exception
) -> None:
    def refuse(*_: object, pretrained: bool, **__: object) -> None:
        assert pretrained
        raise RuntimeError("hash mismatch\nmore")

    answering(monkeypatch, error)
    monkeypatch.setattr(starting_weights.timm, "create_model", refuse)
    with pytest.raises(UserError, match=r"\(RuntimeError: hash mismatch\)"):
        with_weights(settings(name, "imagenet"))


@pytest.mark.parametrize("name", MODELS)
def test_weights_that_are_here_ask_no_server(
    monkeypatch: pytest.MonkeyPatch, empty_caches: Path, name: str
) -> None:
    config = timm.get_pretrained_cfg(name)
    if config.hf_hub_id:
        folder = empty_caches / f"models--{config.hf_hub_id.replace('/', '--')}"
        (folder / "refs").mkdir(parents=True)
        (folder / "refs" / "main").write_text("0a")
        file = folder / "snapshots" / "0a" / "model.safetensors"
    else:
        file = empty_caches / "hub" / "checkpoints" / config.url.rpartition("/")[2]
    file.parent.mkdir(parents=True)
    file.write_bytes(b"x")
    asked = answering(monkeypatch, URLError("no route"))
    made = timm.create_model(name, pretrained=False, num_classes=0)
    monkeypatch.setattr(starting_weights.timm, "create_model", lambda *_, **__: made)
    assert with_weights(settings(name, "imagenet")) is made
    assert asked == []


def test_model_without_imagenet_weights_says_so() -> None:
    assert not timm.is_model_pretrained("lcnet_035")
    with pytest.raises(UserError, match="timm has no ImageNet weights for 'lcnet_035'"):
        with_weights(settings(weights="imagenet"))


def test_hash_of_a_file_is_what_sha256sum_prints(tmp_path: Path, whole: Any) -> None:
    path = tmp_path / "own.safetensors"
    safetensors.torch.save_file(whole.state_dict(), path)
    named = settings(weights=str(path))
    expected = hashlib.sha256(path.read_bytes()).hexdigest()
    assert file_hash(named) == weights_hash(with_weights(named), named) == expected
    with pytest.raises(
        UserError, match=r"gone is not registry, imagenet, none or a readable \.safetensors"
    ):
        file_hash(settings(weights=str(tmp_path / "gone")))


def test_hash_of_imagenet_weights_tells_them_apart_in_either_layout(whole: Any) -> None:
    named = settings(weights="imagenet")
    assert file_hash(named) is None
    first = weights_hash(whole, named)
    assert first is not None and len(first) == 64
    assert weights_hash(whole.to(memory_format=torch.channels_last), named) == first
    with torch.no_grad():
        whole.conv_stem.weight[0, 0, 0, 0] += 1
    assert weights_hash(whole, named) != first


def test_training_from_scratch_has_no_hash_of_weights(whole: Any) -> None:
    assert file_hash(settings()) is None
    assert weights_hash(whole, settings()) is None
