"""The files in the face detector's folder: official weights, and an ONNX file made from each."""

from pathlib import Path

import numpy as np

from deepfake_attribution.core.durable import write
from deepfake_attribution.core.errors import UserError
from deepfake_attribution.faces import ssd, weights
from deepfake_attribution.faces.onnx_network import OnnxNetwork

TOLERANCE = 1e-5  # of the largest value
CHECKED = 3  # pictures that ONNX Runtime and PyTorch are compared on


def make(source: str, folder: Path) -> None:
    """Fetch the official weights into ``folder`` and write an ONNX file of each beside them.

    Args:
        source: as for `weights.fetch`.
        folder: made if it is not there.

    Raises:
        UserError: the weights are not to be had, or ONNX Runtime and PyTorch give other results.
    """
    weights.fetch(source, folder)
    for model in weights.FILES:
        write(exported(weights.read(folder, model), model), folder / weights.ONNX[model])


def exported(content: bytes, model: str) -> bytes:
    """Return the .tflite file ``content`` of ``model`` as an ONNX file, compared with PyTorch.

    Raises:
        UserError: a result differs by more than `TOLERANCE` of the largest one.
    """
    # onnx and torch load slowly, and only this function needs them
    from deepfake_attribution.faces import tflite_graph, tflite_onnx
    from deepfake_attribution.faces.torch_network import TorchNetwork

    made = tflite_onnx.onnx_file(tflite_graph.read(content), weights.SHA256[model])
    shape = (CHECKED, ssd.SIDES[model], ssd.SIDES[model], 3)
    squares = np.random.default_rng(0).integers(0, 256, shape, np.uint8)
    found, expected = OnnxNetwork(made).run(squares), TorchNetwork(content, "cpu").run(squares)
    for ours, reference in zip(found, expected, strict=True):
        difference = float(np.abs(ours - reference).max() / np.abs(reference).max())
        if not difference <= TOLERANCE:  # also true for NaN
            raise UserError(
                f"{weights.ONNX[model]}: ONNX Runtime's results differ from PyTorch's by "
                f"{difference:.1e} of the largest value, allowed is {TOLERANCE:.0e}; install the "
                "versions of torch, onnx and onnxruntime that requirements.lock names"
            )
    return made
