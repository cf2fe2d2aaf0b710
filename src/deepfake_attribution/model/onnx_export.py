"""A trained head as an ONNX file: pixels in, features and outputs out."""

import warnings
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import onnx
import torch
from torch import Tensor, nn

from deepfake_attribution.core.durable import write
from deepfake_attribution.core.onnx_session import MADE_FROM
from deepfake_attribution.core.shards import digest
from deepfake_attribution.model.description import ONNX, WEIGHTS
from deepfake_attribution.model.model import load_network, write_description
from deepfake_attribution.model.network import Network
from deepfake_attribution.model.onnx_model import INPUT, OUTPUTS, OnnxModel

OPSET = 17  # of the operators; the same file whichever one torch prefers
LARGEST = 2**31 - 2**24  # bytes of weights: protobuf's limit, less the graph
TOLERANCE = 1e-4  # of the largest value
TRACED, CHECKED = 2, 3  # two batch sizes, to notice if one is built into the graph


class NotExportedError(Exception):
    """The network cannot be an ONNX file; the message says why."""


class Both(nn.Module):
    """Features and outputs in one pass."""

    def __init__(self, network: Network) -> None:
        super().__init__()
        self.network = network

    def forward(self, images: Tensor) -> tuple[Tensor, Tensor]:
        """Return the layer before the head, (B, D), and the head's output, (B, O)."""
        features = self.network.features(images)
        return features, self.network.head(features)


def add_onnx(folder: Path) -> str:
    """Write the ONNX file of the trained head in ``folder``, and its hash into the description.

    It is run once and compared with PyTorch. There is no file if the network cannot be exported or
    its results differ.

    Returns:
        Why there is no file, in one line; empty if there is one.

    Raises:
        OSError: the disk is full or the folder cannot be written.
    """
    network, description = load_network(folder)
    made_from = digest((folder / WEIGHTS).read_bytes())
    try:
        content = exported(network, int(description.backbone["input_size"]), made_from)
    except NotExportedError as error:
        return f"no {ONNX} ({error}): PyTorch embeds with this model"
    write(content, folder / ONNX)
    write_description(replace(description, onnx=digest(content)), folder)
    return ""


def exported(network: Network, size: int, made_from: str) -> bytes:
    """Return ``network`` as an ONNX file.

    Input ``images``: (B, 3, S, S) uint8 RGB, any B; outputs ``features``, (B, D), the layer before
    the head, and ``outputs``, (B, O), both float32.

    Args:
        network: on the CPU, for inference.
        size: pixels per side, S.
        made_from: hash of its weights, for the file's metadata.

    Raises:
        NotExportedError: torch cannot export it, or the result differs from PyTorch's.
        OSError: there is no room for a temporary file.
    """
    weights = sum(value.nbytes for value in network.state_dict().values())
    if weights > LARGEST:
        raise NotExportedError(f"its weights take {weights / 2**30:.1f} GiB; such a file holds 2")
    module = Both(network).eval()
    images = np.random.default_rng(0).integers(0, 256, (CHECKED, 3, size, size), np.uint8)
    try:
        model = onnx.load_from_string(_traced(module, torch.from_numpy(images[:TRACED])))
        onnx.helper.set_model_props(model, {MADE_FROM: made_from})
        content = model.SerializeToString(deterministic=True)
        found = OnnxModel(content).run(images)
    except (MemoryError, OSError):
        raise
    except Exception as error:  # an operator that ONNX lacks, or any other failure of torch
        lines = str(error).strip().splitlines()
        raise NotExportedError(": ".join([type(error).__name__, *lines[:1]])) from error
    compare(found, module, images)
    return content


def _traced(module: nn.Module, images: Tensor) -> bytes:
    """Return what torch exports.

    With its older exporter: the newer one takes 2 to 30 s for a backbone, this one 0.1 to 5 s, for
    files that are equally quick (docs/decisions/0011).
    """
    names = (INPUT, *OUTPUTS)
    with TemporaryDirectory() as folder, warnings.catch_warnings(), torch.inference_mode():
        file = Path(folder) / ONNX
        warnings.simplefilter("ignore")  # about the older exporter and about constant shapes
        torch.onnx.export(
            module,
            (images,),
            file,
            dynamo=False,
            opset_version=OPSET,
            input_names=[INPUT],
            output_names=list(OUTPUTS),
            dynamic_axes={name: {0: "batch"} for name in names},
        )
        return file.read_bytes()


def compare(found: tuple[np.ndarray, ...], module: nn.Module, images: np.ndarray) -> None:
    """Compare the results of ONNX Runtime with those of PyTorch.

    Args:
        found: features and outputs of ``images``.
        module: the network, as `Both`.
        images: (B, 3, S, S) uint8 RGB.

    Raises:
        NotExportedError: a value differs by more than `TOLERANCE` of the largest one.
    """
    with torch.inference_mode():
        expected = [value.numpy() for value in module(torch.from_numpy(images))]
    for name, one, other in zip(OUTPUTS, found, expected, strict=True):
        if one.shape != other.shape:
            raise NotExportedError(f"its {name} are {one.shape}, PyTorch's {other.shape}")
        scale = max(float(np.abs(other).max()), float(np.finfo(np.float32).tiny))
        difference = float(np.abs(one - other).max()) / scale
        if not difference <= TOLERANCE:  # also true for NaN
            raise NotExportedError(
                f"its {name} differ from PyTorch's by {difference:.1e} of the largest value; "
                f"allowed is {TOLERANCE:.0e}"
            )
