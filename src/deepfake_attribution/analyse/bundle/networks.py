"""Trained heads, ready to run: by ONNX Runtime on a CPU, else by PyTorch."""

from collections.abc import Callable
from pathlib import Path

from deepfake_attribution.analyse.bundle.loaded import Network
from deepfake_attribution.core.devices import device
from deepfake_attribution.model.description import Description


def network_in(
    folder: Path,
    description: Description,
    where: str = "auto",
    onnx: Callable[[Path, Description], Network] | None = None,
) -> Network:
    """Return the head in ``folder``, run in the same way as in `embeddings`.

    torch is not imported if ONNX Runtime does the work.

    Args:
        folder: of the trained head.
        description: of the head in it.
        where: ``compute.device``.
        onnx: opens the ONNX file; None: `onnx_model.load_onnx`, for a project.

    Raises:
        UserError: a file is missing, damaged, or belongs to another model.
    """
    place = device(where)
    if place == "cpu" and description.onnx:
        from deepfake_attribution.model.onnx_model import load_onnx

        return (onnx or load_onnx)(folder, description)
    from deepfake_attribution.analyse.bundle.torch_network import load_torch

    return load_torch(folder, place)
