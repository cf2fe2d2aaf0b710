from pathlib import Path

import numpy as np
import pytest
import tflite
import torch
from ai_edge_litert.interpreter import Interpreter

from deepfake_attribution.faces import tflite_graph, weights
from deepfake_attribution.faces.tflite_module import TfliteModule


@pytest.mark.parametrize("model", ["short_range", "full_range"])
def test_outputs_are_those_of_the_official_runtime(weights_folder: Path, model: str) -> None:
    content = weights.read(weights_folder, model)
    graph = tflite_graph.read(content)
    images = np.random.default_rng(0).uniform(-1, 1, (2, *graph.input_shape[1:]))
    images = images.astype(np.float32)
    with torch.inference_mode():
        ours = TfliteModule(graph).eval()(torch.tensor(images).permute(0, 3, 1, 2))
    official = Interpreter(model_content=content, num_threads=1)
    official.allocate_tensors()
    places = [output["index"] for output in official.get_output_details()]
    assert list(graph.outputs) == places
    for number, image in enumerate(images):
        official.set_tensor(official.get_input_details()[0]["index"], image[None])
        official.invoke()
        for our, place in zip(ours, places, strict=True):
            theirs = official.get_tensor(place)[0]
            scale = np.abs(theirs).max()  # values are pixels and logits, up to 150
            np.testing.assert_allclose(our[number].numpy(), theirs, rtol=0, atol=3e-6 * scale)


def test_input_is_left_as_it_was(weights_folder: Path) -> None:
    module = TfliteModule(tflite_graph.read(weights.read(weights_folder, "short_range")))
    images = torch.linspace(-1, 1, 3 * 128 * 128).reshape(1, 3, 128, 128)
    before = images.clone()
    with torch.inference_mode():
        module(images)
    assert torch.equal(images, before)


def test_image_in_a_batch_gives_what_it_gives_alone(weights_folder: Path) -> None:
    module = TfliteModule(tflite_graph.read(weights.read(weights_folder, "full_range")))
    images = torch.rand(3, 3, 192, 192, generator=torch.Generator().manual_seed(0))
    with torch.inference_mode():
        together = module(images)
        alone = module(images[1:2])
    for one, other in zip(together, alone, strict=True):
        torch.testing.assert_close(one[1:2], other, rtol=1e-5, atol=1e-3)


def test_sparse_weights_are_filled_in(weights_folder: Path) -> None:
    content = weights.read(weights_folder, "full_range")
    constants = tflite_graph.read(content).constants
    graph = tflite.Model.GetRootAsModel(content, 0).Subgraphs(0)
    sparse = [k for k in constants if graph.Tensors(k).Sparsity() is not None]
    assert len(sparse) == 46
    for number in sparse:
        assert constants[number].shape == tuple(graph.Tensors(number).ShapeAsNumpy())
        assert 0.2 < np.mean(constants[number] == 0) < 0.95


def test_operator_that_is_not_supported_is_named() -> None:
    step = tflite_graph.Step("softmax", (0,), 1, (1, 4, 4, 3))
    graph = tflite_graph.Graph({}, [step], 0, (1, 4, 4, 3), (1,), ((1, 4, 4, 3),))
    with pytest.raises(ValueError, match="softmax"):
        TfliteModule(graph)(torch.zeros(1, 3, 4, 4))
