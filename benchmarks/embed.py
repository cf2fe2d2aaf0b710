"""Crops per second that become embeddings on a CPU, against a plain PyTorch loop over files.

    python benchmarks/embed.py [--crops 32] [--rounds 2] [--batch 16] [--threads 1]

Ours reads crops from shards, held to their hash, and runs the ONNX file that ``train`` writes, as
the ``embed`` stage does. The plain loop reads JPEG files with PIL and torchvision's transforms in
a DataLoader, and runs the same network as PyTorch does by itself. Both are measured with one
thread (``embed_1_thread``) and with one per core (``embed``). Further rows show where the factor
comes from: the network alone, on arrays in memory, as PyTorch runs it (``eager``), with channels
innermost (``channels_last``), and by ONNX Runtime (``onnx_runtime``).
"""

import argparse
import os
from collections.abc import Iterable, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import torch
from PIL import Image
from torch import Tensor
from torch.utils.data import DataLoader, Dataset
from torchvision import transforms

import crop_files
import measure
from deepfake_attribution.core.devices import threads
from deepfake_attribution.model.backbones import make_encoder
from deepfake_attribution.model.crop_reader import CropReader
from deepfake_attribution.model.description import Description, load_description
from deepfake_attribution.model.model import load_network, save
from deepfake_attribution.model.network import Network
from deepfake_attribution.model.onnx_export import add_onnx
from deepfake_attribution.model.onnx_model import load_onnx
from deepfake_attribution.model.settings import Backbone

SIZE = 224
BACKBONE = Backbone(
    name="legacy_xception", weights="none", input_size=SIZE, embedding=64, channels_last=False
)


class Files(Dataset[Tensor]):
    """Pictures in files, as a plain loop reads them."""

    def __init__(self, files: Sequence[Path], mean: Sequence[float], std: Sequence[float]) -> None:
        self.files = files
        self.transform = transforms.Compose(
            [transforms.ToTensor(), transforms.Normalize(mean, std)]
        )

    def __len__(self) -> int:
        return len(self.files)

    def __getitem__(self, number: int) -> Tensor:
        return self.transform(Image.open(self.files[number]).convert("RGB"))


def main() -> None:
    """Measure, print and keep."""
    words = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    words.add_argument("--crops", type=int, default=32)
    words.add_argument("--rounds", type=int, default=2)
    words.add_argument("--batch", type=int, default=16)
    words.add_argument("--threads", type=int, help="this number only, instead of one and all")
    chosen = measure.options(words)
    faces = crop_files.make(chosen.crops)
    table = crop_files.table(faces, SIZE).head(chosen.crops)
    reader = CropReader(table, faces, SIZE)
    order = [
        list(range(start, min(start + chosen.batch, len(table))))
        for start in range(0, len(table), chosen.batch)
    ]
    every = [chosen.threads] if chosen.threads else sorted({1, threads()})
    with TemporaryDirectory() as folder:
        model = _model(Path(folder) / "head")
        files = []
        for number, content in enumerate(crop_files.contents(faces, table)):
            files.append(Path(folder) / f"{number:05d}.jpg")
            files[-1].write_bytes(content)
        for count in every:
            works = _works(model, reader, order, files, chosen.batch, count)
            found = measure.rates(works, chosen.rounds)
            name = "embed" if count == every[-1] and count > 1 else f"embed_{count}_thread"
            results = measure.compared(name, found, "images/s")
            measure.show(results)
            measure.keep(results, chosen)


def _model(folder: Path) -> Path:
    """Write a head with random weights as ``train`` does."""
    torch.manual_seed(0)
    encoder = make_encoder(BACKBONE)
    network = Network(encoder, BACKBONE.embedding)
    mean, std = encoder.mean, encoder.std
    description = Description(
        "triplet", "embedding", ["real", "fake"], BACKBONE.model_dump(), mean, std, {}
    )
    save(network.state_dict(), description, folder)
    problem = add_onnx(folder)
    if problem:
        raise SystemExit(problem)
    return folder


def _works(
    folder: Path,
    reader: CropReader,
    order: Sequence[list[int]],
    files: Sequence[Path],
    batch: int,
    count: int,
) -> dict[str, measure.Work]:
    """Return the contenders, each of which embeds all crops once, with ``count`` threads."""
    torch.set_num_threads(count)
    os.environ["OMP_NUM_THREADS"] = str(count)  # `devices.threads` looks there
    description = load_description(folder)
    onnx = load_onnx(folder, description)
    eager, last = load_network(folder)[0], load_network(folder)[0]
    last = last.to(memory_format=torch.channels_last)
    loader = DataLoader(Files(files, description.mean, description.std), batch)
    arrays = [reader.read(rows) for rows in order]
    tensors = [torch.from_numpy(array) for array in arrays]
    _agree(eager, last, onnx.run(arrays[0])[1], tensors[0])

    def ours() -> float:
        return sum(len(onnx.run(reader.read(rows))[1]) for rows in order)

    @torch.inference_mode()
    def plain_loop() -> float:
        return sum(len(eager.head(eager.encoder(images))) for images in loader)

    def onnx_runtime() -> float:
        return sum(len(onnx.run(array)[1]) for array in arrays)

    return {
        "ours": ours,
        "plain_loop": plain_loop,
        "eager": lambda: _run(eager, tensors),
        "channels_last": lambda: _run(last, tensors),
        "onnx_runtime": onnx_runtime,
    }


@torch.inference_mode()
def _run(network: Network, batches: Iterable[Tensor]) -> float:
    return sum(len(network(images)) for images in batches)


@torch.inference_mode()
def _agree(eager: Network, last: Network, found: np.ndarray, images: Tensor) -> None:
    """Stop where the contenders do not compute the same."""
    expected = eager(images)
    for other in (last(images), torch.from_numpy(found)):
        if (other - expected).abs().max() > 1e-4 * expected.abs().max():
            raise SystemExit("the contenders' results differ")


if __name__ == "__main__":
    main()
