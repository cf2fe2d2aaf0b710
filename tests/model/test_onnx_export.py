import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
import onnx
import pytest
import torch

from crop_sets import CLASSES, SIZE
from deepfake_attribution.core.shards import digest
from deepfake_attribution.model import onnx_export
from deepfake_attribution.model.description import ONNX, SETTINGS, WEIGHTS, load_description
from deepfake_attribution.model.model import load_network
from deepfake_attribution.model.onnx_export import NotExportedError, add_onnx, exported
from deepfake_attribution.model.onnx_model import OnnxModel, load_onnx
from trained_heads import BACKBONE, write_head


@pytest.mark.parametrize("head", ["binary", "attribution", "triplet"])
def test_onnx_gives_what_pytorch_gives_for_any_batch(head: str, tmp_path: Path) -> None:
    folder = write_head(head, tmp_path)
    assert add_onnx(folder) == ""
    network, description = load_network(folder)
    model = load_onnx(folder, description)
    for count in (1, 5, 64):
        images = np.random.default_rng(count).integers(0, 256, (count, 3, SIZE, SIZE), np.uint8)
        with torch.inference_mode():
            features = network.features(torch.from_numpy(images))
            expected = features.numpy(), network.head(features).numpy()
        for one, other in zip(model.run(images), expected, strict=True):
            assert one.shape == other.shape and one.dtype == np.float32
            assert np.abs(one - other).max() <= 1e-4 * np.abs(other).max()


def test_file_says_what_goes_in_and_comes_out(tmp_path: Path) -> None:
    add_onnx(write_head("attribution", tmp_path))
    model = onnx.load(tmp_path / ONNX)
    onnx.checker.check_model(model, full_check=True)

    def shape(value: onnx.ValueInfoProto) -> list[str | int]:
        sides = value.type.tensor_type.shape.dim
        return [side.dim_param or side.dim_value for side in sides]

    (images,) = model.graph.input
    assert images.type.tensor_type.elem_type == onnx.TensorProto.UINT8
    assert (images.name, shape(images)) == ("images", ["batch", 3, SIZE, SIZE])
    features, outputs = model.graph.output
    assert (features.name, outputs.name) == ("features", "outputs")
    assert shape(outputs) == ["batch", len(CLASSES)]
    assert {entry.key: entry.value for entry in model.metadata_props} == {
        "weights": digest((tmp_path / WEIGHTS).read_bytes())
    }


def test_description_names_the_file_by_its_hash(tmp_path: Path) -> None:
    write_head("binary", tmp_path)
    assert load_description(tmp_path).onnx is None
    add_onnx(tmp_path)
    assert load_description(tmp_path).onnx == digest((tmp_path / ONNX).read_bytes())


@pytest.mark.slow
def test_bytes_are_the_same_in_another_process_and_folder(tmp_path: Path) -> None:
    one, other = tmp_path / "one", tmp_path / "elsewhere" / "other"
    for folder in (one, other):
        write_head("triplet", folder)
    add_onnx(one)
    code = "import sys, pathlib; from deepfake_attribution.model.onnx_export import add_onnx; "
    code += "add_onnx(pathlib.Path(sys.argv[1]))"
    subprocess.run([sys.executable, "-c", code, str(other)], check=True, cwd=tmp_path)
    for name in (ONNX, SETTINGS, WEIGHTS):
        assert (one / name).read_bytes() == (other / name).read_bytes(), name
    assert str(tmp_path).encode() not in (one / ONNX).read_bytes()
    assert b"site-packages" not in (one / ONNX).read_bytes()


def fail(change: Callable[[pytest.MonkeyPatch], None], folder: Path) -> str:
    """Return what is said of a head that is exported after ``change``; it must have no file."""
    with pytest.MonkeyPatch.context() as patch:
        change(patch)
        said = add_onnx(write_head("binary", folder))
    assert not (folder / ONNX).exists() and load_description(folder).onnx is None
    assert "\n" not in said
    return said


def test_backbone_that_cannot_be_exported_has_no_file_and_a_reason(tmp_path: Path) -> None:
    def change(patch: pytest.MonkeyPatch) -> None:
        def export(*_: object, **__: object) -> None:
            raise RuntimeError("no such operator\nand more")

        patch.setattr(torch.onnx, "export", export)

    said = fail(change, tmp_path)
    assert said.startswith("no model.onnx (RuntimeError: no such operator): PyTorch embeds")


def test_result_that_differs_is_refused(tmp_path: Path) -> None:
    def change(patch: pytest.MonkeyPatch) -> None:
        def run(self: OnnxModel, images: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
            features, outputs = whole(self, images)
            return features * np.float32(1.001), outputs

        whole = OnnxModel.run
        patch.setattr(OnnxModel, "run", run)

    assert "features differ from PyTorch's by 1.0e-03" in fail(change, tmp_path)


def test_batch_size_built_into_the_graph_is_noticed(tmp_path: Path) -> None:
    class Fixed(torch.nn.Module):
        def forward(self, images: torch.Tensor) -> torch.Tensor:
            return images.flatten(1).reshape(len(images), -1)[:, : network.head.in_features]

    network, _ = load_network(write_head("binary", tmp_path))
    network.encoder = Fixed()
    with pytest.raises(NotExportedError):
        exported(network, SIZE, "")


def test_weights_beyond_what_a_file_holds_are_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(onnx_export, "LARGEST", 1000)
    said = fail(lambda _: None, tmp_path)
    assert "its weights take 0.0 GiB; such a file holds 2" in said


def test_full_disk_is_no_reason_to_go_without(tmp_path: Path) -> None:
    def change(patch: pytest.MonkeyPatch) -> None:
        def export(*_: object, **__: object) -> None:
            raise OSError(28, "No space left on device")

        patch.setattr(torch.onnx, "export", export)

    with pytest.raises(OSError, match="No space left"):
        fail(change, tmp_path)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "size"),
    [("legacy_xception", 224), ("efficientnet_b4", 224), ("vit_tiny_patch16_224", 224)],
)
def test_backbones_that_people_use_are_exported(name: str, size: int, tmp_path: Path) -> None:
    changes = {"name": name, "input_size": size, "channels_last": "vit" not in name}
    assert add_onnx(write_head("triplet", tmp_path, 0, BACKBONE.model_copy(update=changes))) == ""
