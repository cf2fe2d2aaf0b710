"""A trained head's ONNX file, run by ONNX Runtime on a CPU, without torch."""

from pathlib import Path

import numpy as np

from deepfake_attribution.core.devices import threads
from deepfake_attribution.core.errors import UserError
from deepfake_attribution.core.onnx_session import OnnxSession
from deepfake_attribution.core.shards import digest
from deepfake_attribution.model.description import ONNX, WEIGHTS, Description

INPUT, OUTPUTS = "images", ("features", "outputs")


class OnnxModel:
    """A trained head that is run by ONNX Runtime.

    Args:
        content: the ONNX file.
    """

    def __init__(self, content: bytes) -> None:
        self._session = OnnxSession(content, threads())

    def made_from(self) -> str:
        """Return the hash of the weights that the file was made from."""
        return self._session.made_from()

    def run(self, images: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Return the layer before the head, (B, D), and the head's output, (B, O), both float32.

        Args:
            images: (B, 3, S, S) uint8 RGB.

        Raises:
            MemoryError: memory is not enough for the batch.
        """
        features, outputs = self._session.run(OUTPUTS, {INPUT: images})
        return features, outputs


def load_onnx(folder: Path, description: Description) -> OnnxModel:
    """Return the ONNX file in ``folder``, which must be made from the weights there.

    Args:
        folder: of the trained head.
        description: of the head; it names an ONNX file.

    Raises:
        UserError: the file is missing, is not the one described, or was made from other weights.
    """
    path = folder / ONNX
    remedy = f"`dvc checkout --force {folder.parent}` restores the trained model"
    try:
        content = path.read_bytes()
        weights = digest((folder / WEIGHTS).read_bytes())
    except FileNotFoundError as error:
        raise UserError(f"{error.filename}: no such file: {remedy}") from None
    if digest(content) != description.onnx:
        raise UserError(f"{path} is damaged or another model's: {remedy}")
    model = OnnxModel(content)
    if model.made_from() != weights:
        raise UserError(f"{path} was not made from the {WEIGHTS} beside it: {remedy}")
    return model
