"""The ONNX files in the face detector's folder, and what they are compared with."""

import shutil
from pathlib import Path

import numpy as np
import onnx
import pytest
from ai_edge_litert.interpreter import Interpreter

from deepfake_attribution.core.errors import UserError
from deepfake_attribution.core.onnx_session import MADE_FROM
from deepfake_attribution.faces import detector_files, onnx_network, ssd, tflite_onnx, weights
from deepfake_attribution.faces.onnx_network import OnnxNetwork
from deepfake_attribution.faces.tflite_graph import Graph, Step

MODELS = ["short_range", "full_range"]


def squares(model: str, count: int) -> np.ndarray:
    shape = (count, ssd.SIDES[model], ssd.SIDES[model], 3)
    return np.random.default_rng(1).integers(0, 256, shape, np.uint8)


@pytest.mark.parametrize("model", MODELS)
def test_outputs_are_those_of_the_official_runtime(weights_folder: Path, model: str) -> None:
    official = Interpreter(model_content=weights.read(weights_folder, model), num_threads=1)
    official.allocate_tensors()
    places = {int(one["shape"][-1]): one["index"] for one in official.get_output_details()}
    images = squares(model, 2)
    values, logits = onnx_network.load(weights_folder, model).run(images)
    for number, image in enumerate(images):
        normalised = (image.astype(np.float32) / 127.5 - 1)[None]
        official.set_tensor(official.get_input_details()[0]["index"], normalised)
        official.invoke()
        for ours, place in ((values[number], 16), (logits[number, :, None], 1)):
            theirs = official.get_tensor(places[place])[0]
            scale = np.abs(theirs).max()
            np.testing.assert_allclose(ours, theirs, rtol=0, atol=3e-6 * scale)


@pytest.mark.parametrize("model", MODELS)
def test_any_batch_size_is_taken(weights_folder: Path, model: str) -> None:
    network, images = onnx_network.load(weights_folder, model), squares(model, 3)
    anchors = len(ssd.anchors(model))
    values, logits = network.run(images)
    assert (values.shape, logits.shape) == ((3, anchors, 16), (3, anchors))
    for number in range(3):
        one, other = network.run(images[number : number + 1])
        np.testing.assert_allclose(one[0], values[number], rtol=1e-5, atol=1e-3)
        np.testing.assert_allclose(other[0], logits[number], rtol=1e-5, atol=1e-3)


def test_folder_gets_the_same_bytes_each_time(weights_folder: Path, tmp_path: Path) -> None:
    detector_files.make(str(weights_folder), tmp_path / "out")
    names = sorted([*weights.FILES.values(), *weights.ONNX.values()])
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == names
    for name in names:
        assert (tmp_path / "out" / name).read_bytes() == (weights_folder / name).read_bytes()


def test_result_that_differs_is_not_written(
    weights_folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = OnnxNetwork.run

    def differs(network: OnnxNetwork, images: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        values, logits = whole(network, images)
        return values, logits + np.float32(0.01)

    monkeypatch.setattr(OnnxNetwork, "run", differs)
    with pytest.raises(UserError, match=r"differ from PyTorch's by .* requirements\.lock"):
        detector_files.make(str(weights_folder), tmp_path)
    assert not list(tmp_path.glob("*.onnx"))


def test_missing_broken_or_foreign_file_names_the_stage(
    weights_folder: Path, tmp_path: Path
) -> None:
    path = tmp_path / weights.ONNX["full_range"]
    with pytest.raises(UserError, match=r"no such file; .*dvc repro --force weights"):
        onnx_network.load(tmp_path, "full_range")
    path.write_bytes(b"no protobuf")
    with pytest.raises(UserError, match=r"not a readable ONNX file .*--force weights"):
        onnx_network.load(tmp_path, "full_range")
    shutil.copy(weights_folder / weights.ONNX["short_range"], path)
    with pytest.raises(UserError, match=r"was not made from .*full_range_sparse\.tflite"):
        onnx_network.load(tmp_path, "full_range")


def test_file_states_what_it_was_made_from(weights_folder: Path) -> None:
    for model, name in weights.ONNX.items():
        (stated,) = onnx.load(weights_folder / name).metadata_props
        assert (stated.key, stated.value) == (MADE_FROM, weights.SHA256[model])


def test_operator_that_is_not_supported_is_named() -> None:
    step = Step("softmax", (0,), 1, (1, 4, 4, 3))
    graph = Graph({}, [step], 0, (1, 4, 4, 3), (1,), ((1, 4, 4, 3),))
    with pytest.raises(ValueError, match="softmax"):
        tflite_onnx.onnx_file(graph, "hash")
