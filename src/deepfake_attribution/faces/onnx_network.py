"""BlazeFace's network on a CPU, by ONNX Runtime, without torch."""

from pathlib import Path

import numpy as np

from deepfake_attribution.core.errors import UserError
from deepfake_attribution.core.onnx_session import OnnxSession
from deepfake_attribution.faces import weights

INPUT, BOXES, LOGITS = "squares", "boxes", "logits"
THREADS = 1  # there is a process per core


class OnnxNetwork:
    """The network as ONNX Runtime runs it, one square per pass.

    More squares per pass are not quicker. With one, the result for a square cannot depend on the
    others.

    Args:
        content: the ONNX file.
    """

    batch = 1

    def __init__(self, content: bytes) -> None:
        self._session = OnnxSession(content, THREADS)

    def made_from(self) -> str:
        """Return the SHA-256 of the .tflite file that the file was made from."""
        return self._session.made_from()

    def run(self, squares: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Return box and landmark values (B, N, 16) and logits (B, N), float32, N anchors.

        Args:
            squares: (B, side, side, 3) uint8 RGB.
        """
        values, logits = self._session.run((BOXES, LOGITS), {INPUT: squares})
        return values, logits[..., 0]


def load(folder: Path, model: str) -> OnnxNetwork:
    """Return the network of ``model`` (``short_range`` or ``full_range``) in ``folder``.

    Raises:
        UserError: its file is missing, not readable, or was not made from the official weights.
    """
    path = folder / weights.ONNX[model]
    again = "the stage 'weights' writes it: run `dvc repro --force weights`"
    try:
        content = path.read_bytes()
    except FileNotFoundError:
        raise UserError(f"{path}: no such file; {again}") from None
    try:
        network = OnnxNetwork(content)
    except Exception as error:  # ONNX Runtime's own kinds, of no common class
        raise UserError(
            f"{path}: not a readable ONNX file ({type(error).__name__}); {again}"
        ) from None
    if network.made_from() != weights.SHA256[model]:
        raise UserError(f"{path}: was not made from {weights.FILES[model]}; {again}")
    return network
