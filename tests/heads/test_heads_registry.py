import subprocess
import sys
from pathlib import Path

import pytest
import torch
import torch.nn.functional as F

from deepfake_attribution.core.errors import UserError
from deepfake_attribution.heads import registry
from deepfake_attribution.heads.arcface import ArcFaceMod
from deepfake_attribution.heads.arcface import Settings as Loss
from deepfake_attribution.heads.attribution import AttributionLoss
from deepfake_attribution.heads.binary import BinaryLoss
from deepfake_attribution.heads.registry import loss_settings
from deepfake_attribution.heads.settings import CrossEntropy
from deepfake_attribution.heads.triplet import SemiHardTriplet
from deepfake_attribution.heads.triplet import Settings as Triplet
from recipes import OWN

CLASSES = ["real", "a", "b"]
PLAIN = CrossEntropy(label_smoothing=0.0, **OWN)


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
        "triplet": (
            Triplet(normalised=True, mining="semi_hard", margin=0.2, **OWN),
            SemiHardTriplet,
        ),
        "arcface": (Loss(margin_real=0.5, margin_fake=0.4, scale=16, **OWN), ArcFaceMod),
    }
    for head, (settings, kind) in made.items():
        assert type(registry.module(head).make_loss(CLASSES, 8, settings)) is kind


def test_each_head_reads_its_own_section_only(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    sections = {
        "binary": "label_smoothing: 0.1",
        "attribution": "label_smoothing: 0.1",
        "triplet": "normalised: true, mining: semi_hard, margin: 0.2",
        "loss": "margin_real: 0.5, margin_fake: 0.4, scale: 16.0",
    }
    own = ", ".join(f"{key}: null" for key in OWN)
    heads = ("binary", "attribution", "triplet", "arcface")
    for head, section in zip(heads, sections, strict=True):
        text = f"heads: {{{head}: {{loss: {section}}}}}\n"
        text += f"{section}: {{{sections[section]}, {own}}}\n"
        (tmp_path / "params.yaml").write_text(text)
        assert loss_settings(head).section == section


@pytest.mark.parametrize("loss", ["triplet", "lossy"])
def test_training_stops_where_params_give_the_head_another_loss(
    loss: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "params.yaml").write_text(f"heads: {{arcface: {{loss: {loss}}}}}\n")
    with pytest.raises(UserError, match=rf"heads\.arcface\.loss: '{loss}' .* expected loss;"):
        loss_settings("arcface")


def test_unknown_head_does_not_train(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "params.yaml").write_text("heads: {cosface: {loss: loss}}\n")
    with pytest.raises(UserError, match="'cosface' is not a head; there are arcface, attribution"):
        loss_settings("cosface")


def test_heads_are_found_by_their_files() -> None:
    assert {"arcface", "attribution", "binary", "triplet"} <= set(registry.names())
    titles = {"arcface": "ArcFaceMod", "attribution": "Attribution", "binary": "Binary"}
    assert {name: registry.about(name).title for name in titles} == titles
    assert registry.about("triplet").fitted and not registry.about("attribution").fitted


def test_what_a_head_is_is_read_without_torch() -> None:
    code = (
        "import sys; from deepfake_attribution.heads import registry; registry.about('arcface'); "
    )
    code += "assert not {'torch', 'timm'} & set(sys.modules)"
    subprocess.run([sys.executable, "-c", code], check=True)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("X = 1\n", "'other' is not a head; there are .*arcface"),
        ("TITLE = 'Other'\n", "a head sets TITLE, ABOUT, OUTPUT and COLOURS"),
        (
            "TITLE = ABOUT = 'x'\nABOUT = 'y'\nOUTPUT = 'logits'\nCOLOURS = ('#0', '#1')\n",
            "OUTPUT is 'logits': expected real, classes or embedding",
        ),
    ],
)
def test_file_that_is_no_head_is_one_clear_line(
    text: str, message: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in registry.names():
        (tmp_path / f"{name}.py").write_text("TITLE = 'x'\n")
    (tmp_path / "other.py").write_text(text)
    monkeypatch.setattr(registry, "FOLDER", tmp_path)
    with pytest.raises(UserError, match=message):
        registry.about("other")
