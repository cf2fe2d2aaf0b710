import json
from pathlib import Path

import pytest
import torch

from deepfake_attribution.core.errors import UserError
from deepfake_attribution.model.backbones import make_encoder
from deepfake_attribution.model.model import (
    SETTINGS,
    WEIGHTS,
    Description,
    load_description,
    load_network,
    save,
)
from deepfake_attribution.model.network import Network
from deepfake_attribution.model.settings import Backbone

BACKBONE = Backbone(
    name="lcnet_035", weights="imagenet", input_size=32, embedding=8, channels_last=True
)
CLASSES = ["real", "a", "b"]


@pytest.fixture(scope="module")
def network() -> Network:
    torch.manual_seed(0)
    encoder = make_encoder(BACKBONE.model_copy(update={"weights": "none"}))
    return Network(encoder, len(CLASSES)).eval()


def described(head: str = "attribution") -> Description:
    mean, std = (0.1, 0.2, 0.3), (0.4, 0.5, 0.6)
    return Description(head, CLASSES, BACKBONE.model_dump(), mean, std, {"epoch": 3})


def test_loaded_network_gives_the_same_output(network: Network, tmp_path: Path) -> None:
    save(network.state_dict(), described(), tmp_path / "new" / "model")
    loaded, description = load_network(tmp_path / "new" / "model")  # asks no network for weights
    assert description == described()
    images = torch.randint(0, 256, (2, 3, 32, 32), dtype=torch.uint8)
    network.mean, network.std = loaded.mean, loaded.std
    torch.testing.assert_close(loaded(images), network(images), rtol=0, atol=0)
    assert not loaded.training
    assert loaded.mean.flatten().tolist() == pytest.approx([0.1, 0.2, 0.3])


def test_same_model_gives_the_same_bytes_and_records_versions(
    network: Network, tmp_path: Path
) -> None:
    for name in ("one", "two"):
        save(network.state_dict(), described(), tmp_path / name)
    for name in (WEIGHTS, SETTINGS):
        assert (tmp_path / "one" / name).read_bytes() == (tmp_path / "two" / name).read_bytes()
    assert sorted(path.name for path in (tmp_path / "one").iterdir()) == [SETTINGS, WEIGHTS]
    versions = json.loads((tmp_path / "one" / SETTINGS).read_text())["versions"]
    assert versions["torch"] == torch.__version__.split("+")[0] or versions["torch"]


def test_missing_model_says_what_makes_it(tmp_path: Path) -> None:
    with pytest.raises(UserError, match=r"model\.json: no such file; `dvc repro` trains"):
        load_network(tmp_path)


@pytest.mark.parametrize("content", [b"PK no weights", b"", None])
def test_broken_or_missing_weights_are_named(
    network: Network, tmp_path: Path, content: bytes | None
) -> None:
    save(network.state_dict(), described(), tmp_path)
    (tmp_path / WEIGHTS).unlink()
    if content is not None:
        (tmp_path / WEIGHTS).write_bytes(content)
    with pytest.raises(UserError, match=r"model\.safetensors is not this model's weights: "):
        load_network(tmp_path)


def test_weights_of_another_head_are_refused_in_one_line(network: Network, tmp_path: Path) -> None:
    save(network.state_dict(), described("binary"), tmp_path)
    with pytest.raises(UserError, match="is not this model's weights") as stop:
        load_network(tmp_path)
    assert "\n" not in str(stop.value)


@pytest.mark.parametrize("text", ["", "[]", "5", '{"head": "binary"}', '{"versions": {}}', "nul"])
def test_what_does_not_describe_a_model_is_refused(tmp_path: Path, text: str) -> None:
    (tmp_path / SETTINGS).write_text(text)
    with pytest.raises(UserError, match=r"model\.json does not describe a model"):
        load_description(tmp_path)


def test_description_with_a_backbone_that_is_none_is_refused(
    network: Network, tmp_path: Path
) -> None:
    save(network.state_dict(), described(), tmp_path)
    for change in ({"name": "no_such_net"}, {"embedding": "many"}):
        content = json.loads((tmp_path / SETTINGS).read_text())
        content["backbone"] |= change
        (tmp_path / SETTINGS).write_text(json.dumps(content))
        with pytest.raises(UserError, match=r"model\.json: .*backbone"):
            load_network(tmp_path)
