from pathlib import Path

import pytest
import torch
import torch.nn.functional as F

from deepfake_attribution.train.heads import AttributionLoss, BinaryLoss, loss_settings, make_loss
from deepfake_attribution.train.losses.arcface_mod import ArcFaceMod
from deepfake_attribution.train.losses.triplet import SemiHardTriplet
from deepfake_attribution.train.settings import CrossEntropy, Loss, Triplet

CLASSES = ["real", "a", "b"]
PLAIN = CrossEntropy(label_smoothing=0.0)


def test_binary_s_target_is_real() -> None:
    logits, labels = torch.tensor([[2.0], [-1.0], [0.5]]), torch.tensor([0, 2, 1])
    expected = F.binary_cross_entropy(logits[:, 0].sigmoid(), torch.tensor([1.0, 0.0, 0.0]))
    torch.testing.assert_close(BinaryLoss(PLAIN)(logits, labels), expected)


def test_attribution_tells_all_classes_apart() -> None:
    logits, labels = torch.randn(4, 3, generator=torch.manual_seed(0)), torch.tensor([0, 2, 1, 1])
    expected = -logits.softmax(1)[range(4), labels].log().mean()
    torch.testing.assert_close(AttributionLoss(PLAIN)(logits, labels), expected)


def test_every_head_has_its_loss() -> None:
    made = {
        "binary": (PLAIN, BinaryLoss),
        "attribution": (PLAIN, AttributionLoss),
        "triplet": (Triplet(margin=0.2, batch_size=0), SemiHardTriplet),
        "arcface": (Loss(margin_real=0.5, margin_fake=0.4, scale=16, batch_size=0), ArcFaceMod),
    }
    for head, (settings, kind) in made.items():
        assert type(make_loss(head, settings, CLASSES, 8)) is kind


def test_each_head_reads_its_own_section_only(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    sections = {
        "cross_entropy": "cross_entropy: {label_smoothing: 0.1}\n",
        "triplet": "triplet: {margin: 0.2, batch_size: 0}\n",
        "loss": "loss: {margin_real: 0.5, margin_fake: 0.4, scale: 16.0, batch_size: 0}\n",
    }
    uses = {"binary": "cross_entropy", "attribution": "cross_entropy", "triplet": "triplet"}
    for head, section in {**uses, "arcface": "loss"}.items():
        (tmp_path / "params.yaml").write_text(sections[section])
        assert loss_settings(head).section == section
