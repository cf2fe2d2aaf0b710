import subprocess
from pathlib import Path
from typing import Any

import pytest
import timm
import torch

import warm_python
from deepfake_attribution.core.errors import UserError
from deepfake_attribution.model.backbones import input_size, laid_out, make_encoder
from deepfake_attribution.model.settings import Backbone


def settings(name: str = "lcnet_035", size: int | str = 32, channels_last: bool = True) -> Backbone:
    chosen = {"name": name, "input_size": size, "channels_last": channels_last}
    return Backbone.model_validate({"weights": "none", "embedding": 8, **chosen})


def in_channels_last(module: Any) -> bool:
    """Return whether every convolution larger than 1 x 1 is; of the others both layouts are one."""
    weights = [w for w in module.parameters() if w.ndim == 4 and w.shape[1] > 1 and w.shape[2] > 1]
    assert weights
    return all(w.is_contiguous(memory_format=torch.channels_last) for w in weights)


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


def test_auto_takes_the_size_that_the_model_was_made_for() -> None:
    sizes = {"legacy_xception": 299, "lcnet_035": 224, "test_efficientnet": 160}
    for name, size in sizes.items():
        assert timm.get_pretrained_cfg(name).input_size == (3, size, size)
        assert input_size(settings(name, "auto")) == size
        assert input_size(settings(name, 96)) == 96
    with pytest.raises(UserError, match="timm has no model 'lcnet_53'"):
        input_size(settings("lcnet_53", "auto"))
    with pytest.raises(UserError, match=r"input_size: timm names no square size for vit_base_pat"):
        input_size(settings("vit_base_patch16_sapiens2", "auto"))


def test_model_of_one_size_only_names_the_setting() -> None:
    with pytest.raises(UserError) as stop:
        make_encoder(settings("vit_tiny_patch16_224", 96))
    assert str(stop.value) == (
        "backbone.input_size: vit_tiny_patch16_224 takes no pictures of 96 pixels (Input height "
        "(96) doesn't match model (224).): set it to auto, which is what the model was made for"
    )
    assert make_encoder(settings("vit_tiny_patch16_224", "auto")).features == 192


def test_encoder_is_ready_for_training_and_its_statistics_are_untouched() -> None:
    module = make_encoder(settings()).module
    norms = [layer for layer in module.modules() if isinstance(layer, torch.nn.BatchNorm2d)]
    assert norms and module.training
    assert all(layer.training and layer.num_batches_tracked == 0 for layer in norms)


def test_layout_is_the_one_that_is_set(capsys: pytest.CaptureFixture[str]) -> None:
    assert in_channels_last(make_encoder(settings()).module)
    assert not in_channels_last(make_encoder(settings(channels_last=False)).module)
    assert capsys.readouterr().out == ""


CRASHING = ["repvgg_a0", "mobileone_s0", "fastvit_t8"]


@pytest.mark.parametrize("name", CRASHING)
def test_model_that_channels_last_crashes_keeps_the_other_layout(
    name: str, capsys: pytest.CaptureFixture[str]
) -> None:
    module = make_encoder(settings(name, 64)).module
    assert not in_channels_last(module)
    (line,) = capsys.readouterr().out.splitlines()
    assert line.startswith(f"backbone.channels_last: left off for {name}: training its layer stem.")
    make_encoder(settings(name, 64, channels_last=False))
    assert capsys.readouterr().out == ""  # who did not ask for it is told nothing


@pytest.mark.parametrize(
    ("channels", "stride", "kept"), [(3, 2, False), (16, 2, True), (3, 1, True)]
)
def test_only_a_strided_convolution_over_few_channels_is_kept_out(
    channels: int, stride: int, kept: bool
) -> None:
    first = torch.nn.Conv2d(channels, 16, 1, stride)
    module = torch.nn.Sequential(first, torch.nn.Conv2d(16, 8, 3))
    assert in_channels_last(laid_out(module, settings())) == kept


TRAINING = """
import sys
import torch
from deepfake_attribution.model.backbones import make_encoder
from deepfake_attribution.model.network import Network
from deepfake_attribution.model.settings import Backbone

name, threads = sys.argv[1], int(sys.argv[2])
torch.set_num_threads(threads)
chosen = Backbone(name=name, weights="none", input_size=224, embedding=8, channels_last=True)
network = Network(make_encoder(chosen), 8)
for _ in range(2):
    network(torch.zeros(4, 3, 224, 224, dtype=torch.uint8)).square().sum().backward()
assert all(p.grad.isfinite().all() for p in network.parameters())
print("trained")
"""


@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "threads"),
    [(name, threads) for name in CRASHING for threads in (1, 2)]
    + [("lcnet_050", 2), ("resnet18", 1), ("repghostnet_050", 2)],
)
def test_training_with_channels_last_never_crashes_the_process(
    name: str, threads: int, tmp_path: Path
) -> None:
    script = tmp_path / "training.py"
    script.write_text(TRAINING)
    command = [str(warm_python.folder() / "python"), str(script), name, str(threads)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=300, check=False)
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines()[-1] == "trained"
