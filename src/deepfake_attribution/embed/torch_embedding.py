"""A trained head run by PyTorch over many crops: on GPUs, and where there is no ONNX file."""

from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path

import numpy as np
import torch
from torch import Tensor
from torch.utils.data import DataLoader, Dataset

from deepfake_attribution.core.settings import Compute
from deepfake_attribution.model.crop_reader import CropReader
from deepfake_attribution.model.model import load_network
from deepfake_attribution.model.network import Network

HALF = {"16-mixed": torch.float16, "bf16-mixed": torch.bfloat16}


class _Batches(Dataset[Tensor]):
    """Batches by lists of rows, for loading processes."""

    def __init__(self, reader: CropReader) -> None:
        self.reader = reader

    def __getitem__(self, rows: list[int]) -> Tensor:
        return torch.from_numpy(self.reader.read(rows))


def torch_outputs(
    folder: Path,
    reader: CropReader,
    order: Sequence[list[int]],
    device: str,
    compute: Compute,
) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    """Return features, (B, D), and outputs, (B, O), float32, of each batch of rows in ``order``.

    Raises:
        UserError: a file of the model is missing or broken, or, while iterating, a shard is.
    """
    network, _ = load_network(folder)
    return _run(network.to(device), _Batches(reader), order, compute)


@torch.inference_mode()
def _run(
    network: Network, data: _Batches, order: Sequence[list[int]], compute: Compute
) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    device = next(network.parameters()).device
    # On a CPU there is no core to spare for loading.
    workers = 0 if device.type == "cpu" else (compute.workers or torch.get_num_threads())
    batches = DataLoader(
        data,
        batch_size=None,
        sampler=order,
        num_workers=workers,
        pin_memory=device.type == "cuda",
    )
    for images in batches:
        with _arithmetic(device, compute.precision):
            features = network.features(images.to(device, non_blocking=True))
            outputs = network.head(features)
        yield features.float().cpu().numpy(), outputs.float().cpu().numpy()


def _arithmetic(device: torch.device, precision: str) -> AbstractContextManager[object]:
    """Return the arithmetic that ``compute.precision`` names; on a CPU it is always full."""
    if device.type == "cpu" or precision not in HALF:
        return nullcontext()
    return torch.autocast(device.type, HALF[precision])
