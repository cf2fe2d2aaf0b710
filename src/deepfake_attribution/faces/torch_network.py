"""BlazeFace's network by PyTorch: on a GPU, and as the reference for the ONNX file."""

import numpy as np
import torch

from deepfake_attribution.faces import tflite_graph
from deepfake_attribution.faces.tflite_module import TfliteModule


class TorchNetwork:
    """The network as PyTorch runs it, many squares per pass.

    Args:
        content: the .tflite file.
        device: torch's name of the device.
    """

    batch = 128

    def __init__(self, content: bytes, device: str) -> None:
        graph = tflite_graph.read(content)
        self.device = torch.device(device)
        self.module = TfliteModule(graph).eval().to(self.device)
        # The outputs' order differs between the two files: scores are one value per anchor.
        self._scores_first = graph.output_shapes[0][-1] == 1

    def run(self, squares: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Return box and landmark values (B, N, 16) and logits (B, N), float32, N anchors.

        Args:
            squares: (B, side, side, 3) uint8 RGB.
        """
        # To the device as bytes: a quarter of what floats would take.
        images = torch.from_numpy(squares).to(self.device).permute(0, 3, 1, 2)
        # Full float32 on GPUs, too: TF32 would make the boxes depend on the device.
        exact = torch.backends.cudnn.flags(deterministic=True, allow_tf32=False)
        with torch.inference_mode(), exact:
            first, second = self.module(images.float().div_(127.5).sub_(1))  # to [-1, 1]
        logits, values = (first, second) if self._scores_first else (second, first)
        return values.cpu().numpy(), logits[..., 0].cpu().numpy()
