"""Crops to vectors: what the ``embed`` stage does."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import torch
from rich.console import Console
from rich.progress import track
from torch.utils.data import DataLoader

from deepfake_attribution import paths, tables
from deepfake_attribution.loading import Crops
from deepfake_attribution.model import Description, load_network
from deepfake_attribution.network import CLASSIFYING, Network, class_probabilities
from deepfake_attribution.params.compute import Compute
from deepfake_attribution.params.embed import Embed

ABOUT = ["dataset", "attack", "split", "identity", "compression"]
SCHEMA = pa.schema(
    [
        ("video", pa.string()),
        ("slot", pa.int32()),
        ("frame", pa.int64()),
        *((name, pa.string()) for name in ABOUT),
        ("embedding", pa.list_(pa.float32())),
        # P(class), real first; for Binary: real, fake. Null for heads that only embed.
        ("probabilities", pa.list_(pa.float32())),
        ("predicted", pa.string()),  # the most probable class; null for Binary, too
    ]
)


def embed(
    model: Path, dataset: str, settings: Embed, compute: Compute, faces: Path = paths.DATA / "faces"
) -> list[dict[str, Any]]:
    """Return one row (`SCHEMA`) per crop of ``dataset`` in the splits that ``settings`` names.

    Args:
        model: folder of a trained head.
        dataset: name of the dataset.
        faces: folder of all datasets' crops.
    """
    network, description = load_network(model)
    crops = _crops(dataset, settings.splits, faces / dataset)
    outputs = _run(network, description, crops, faces / dataset, settings, compute)
    about: list[Any] = crops[["video", "slot", "frame", *ABOUT]].to_dict("records")
    return [row | values for row, values in zip(about, outputs, strict=True)]


def _crops(dataset: str, splits: Sequence[str], folder: Path) -> pd.DataFrame:
    videos = tables.read(paths.catalog(dataset), columns=["video", *ABOUT])
    crops = tables.read(paths.index(folder))
    crops = crops[crops["status"] == "ok"][
        ["video", "slot", "frame", "shard", "offset", "length"]
    ].astype({"frame": "int64", "offset": "int64", "length": "int64"})
    joined = crops.merge(videos, on="video", how="left", validate="many_to_one")
    return joined[joined["split"].isin(splits)]


@torch.inference_mode()
def _run(
    network: Network,
    description: Description,
    crops: pd.DataFrame,
    folder: Path,
    settings: Embed,
    compute: Compute,
) -> list[dict[str, Any]]:
    """Return embedding, probabilities and predicted class of every crop, in order."""
    device = _device(compute.device)
    network = network.to(device)
    size = int(description.backbone["input_size"])
    workers = 0 if device == "cpu" else (compute.workers or torch.get_num_threads())
    data = Crops(crops, folder, size)
    batches = DataLoader(data, settings.batch_size, num_workers=workers)
    console = Console(stderr=True)
    rows: list[dict[str, Any]] = []
    title = f"{description.head} of {folder.name}"
    for images, _ in track(batches, title, console=console, disable=not console.is_terminal):
        features = network.features(images.to(device))
        outputs = network.head(features)
        if description.head in CLASSIFYING:
            shares = class_probabilities(description.head, outputs)
            rows += _classified(description, features.float().cpu().numpy(), shares.cpu().numpy())
        else:
            rows += [
                {"embedding": vector, "probabilities": None, "predicted": None}
                for vector in outputs.float().cpu().numpy()
            ]
    return rows


def _classified(
    description: Description, features: np.ndarray, shares: np.ndarray
) -> list[dict[str, Any]]:
    # Binary says that it is fake, not which kind: it predicts no class.
    attributes = description.head != "binary"
    return [
        {
            "embedding": vector,
            "probabilities": share,
            "predicted": description.classes[int(share.argmax())] if attributes else None,
        }
        for vector, share in zip(features, shares, strict=True)
    ]


def _device(name: str) -> str:
    if name != "auto":
        return name
    return "cuda" if torch.cuda.is_available() else "cpu"
