"""Maps by Grad-CAM: their formula, their sign, and what they are not defined for."""

from importlib.util import find_spec
from types import SimpleNamespace

import numpy as np
import pytest
import timm
import torch
from torch import nn

from deepfake_attribution.core.errors import UserError
from deepfake_attribution.evidence_maps import grad_cam, log_odds, settings
from deepfake_attribution.evidence_maps.settings import EvidenceMaps
from deepfake_attribution.model.backbones import Encoder
from deepfake_attribution.model.network import Network

SIZE = 64


def network(name: str, outputs: int = 1) -> Network:
    torch.manual_seed(0)
    module = timm.create_model(name, pretrained=False, num_classes=0)
    encoder = Encoder(module, module.head_hidden_size, (0.5,) * 3, (0.5,) * 3)
    return Network(encoder, outputs).eval()


def crop(seed: int = 0) -> np.ndarray:
    return np.random.default_rng(seed).integers(0, 256, (3, SIZE, SIZE), np.uint8)


@pytest.mark.parametrize("name", ["test_resnet", "tf_efficientnet_lite0", "legacy_xception"])
def test_it_is_the_weighted_sum_of_the_last_feature_map(name: str) -> None:
    own = network(name)
    found = grad_cam.drawer(own, log_odds.of_head("real"), SIZE)(crop())
    assert found.shape == (SIZE, SIZE)
    images = (torch.from_numpy(crop()[None]).float() / 255 - own.mean) / own.std
    features = own.encoder.forward_features(images).detach().requires_grad_()
    own.head(own.encoder.forward_head(features)).sum().backward()
    assert features.grad is not None
    expected = (features.grad.mean((2, 3), keepdim=True) * features).sum(1, keepdim=True)
    whole = nn.functional.interpolate(expected, (SIZE, SIZE), mode="bilinear")
    np.testing.assert_allclose(found, whole[0, 0].detach().numpy(), rtol=1e-4, atol=1e-7)


def test_the_opposite_score_gives_the_opposite_map_and_twice_the_same() -> None:
    own = network("test_resnet", outputs=2)  # logits of real and of one attack
    for_real = grad_cam.drawer(own, log_odds.of_head("classes"), SIZE)(crop())
    with torch.no_grad():
        own.head.weight.copy_(own.head.weight.flip(0))
    for_fake = grad_cam.drawer(own, log_odds.of_head("classes"), SIZE)
    np.testing.assert_allclose(for_fake(crop()), -for_real, atol=1e-6)
    assert for_fake(crop()).tobytes() == for_fake(crop()).tobytes()


@pytest.mark.parametrize("name", ["test_vit", "swin_tiny_patch4_window7_224"])
def test_backbone_without_a_pooled_feature_map_is_one_line(name: str) -> None:
    size = 224 if name.startswith("swin") else 160
    with pytest.raises(UserError, match=r"pools no feature map .* set it to false"):
        grad_cam.drawer(network(name), log_odds.of_head("real"), size)


def test_feature_map_of_one_place_is_no_map() -> None:
    with pytest.raises(UserError, match="of a crop of 32 pixels"):
        grad_cam.drawer(network("tf_efficientnet_lite0"), log_odds.of_head("real"), 32)


def test_missing_package_is_one_line_only_if_it_is_needed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settings, "find_spec", lambda name: None)
    EvidenceMaps(evidence_maps=12, grad_cam=False).check_installed()
    EvidenceMaps(evidence_maps=0, grad_cam=True).check_installed()
    with pytest.raises(UserError, match=r"captum is not installed: `pip install -e '.\[cam\]'`"):
        EvidenceMaps(evidence_maps=12, grad_cam=True).check_installed()
    monkeypatch.setattr(settings, "find_spec", find_spec)
    EvidenceMaps(evidence_maps=12, grad_cam=True).check_installed()


def test_classifiers_that_have_no_derivative_have_no_map() -> None:
    for kind in ("nn", "svm"):
        assert log_odds.of_classifier(SimpleNamespace(kind=kind)) is None  # type: ignore[arg-type]
