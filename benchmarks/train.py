"""A training as `training.train` does it, against a plain PyTorch loop over image files.

    python benchmarks/train.py [--crops 96] [--rounds 2] [--device cpu]

The same network (the paper's Xception at 224 pixels, from scratch), loss, optimiser, batch size and
crops. The plain loop is what a newcomer writes: JPEG files opened by PIL, torchvision's transforms,
timm's network as it comes. Each contender makes its network, trains one epoch and is through; ours
validates, writes checkpoints and its model, too. On a CPU ours runs in full precision (``train``)
and in bf16 (``train_bf16``), the plain loop in full precision. On a GPU a third one has all batches
lie there already: what loading costs.
"""

import argparse
import tempfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pandas as pd
import timm
import torch
from PIL import Image
from torch import nn
from torch.utils.data import DataLoader, Dataset
from torchvision import transforms

import crop_files
import measure
from deepfake_attribution.core.params import validate
from deepfake_attribution.core.settings import Compute
from deepfake_attribution.heads.attribution import Settings as Attribution
from deepfake_attribution.model.backbones import input_size
from deepfake_attribution.model.settings import Augment, Backbone
from deepfake_attribution.train.recipe import Recipe
from deepfake_attribution.train.settings import Train
from deepfake_attribution.train.training import train

CLASSES = ["real", "one", "two", "three"]
SETTINGS = crop_files.PROFILES["paper"]
CHECKED = 4  # validation crops, one of each class: the plain loop has none


class Files(Dataset[tuple[torch.Tensor, int]]):
    """Image files and their classes."""

    def __init__(self, paths: list[Path], labels: list[int], size: int) -> None:
        self.paths = paths
        self.labels = labels
        self.change = transforms.Compose(
            [
                transforms.Resize((size, size)),
                transforms.ToTensor(),
                transforms.Normalize((0.5, 0.5, 0.5), (0.5, 0.5, 0.5)),
            ]
        )

    def __len__(self) -> int:
        return len(self.paths)

    def __getitem__(self, number: int) -> tuple[torch.Tensor, int]:
        with Image.open(self.paths[number]) as picture:
            return self.change(picture.convert("RGB")), self.labels[number]


def main() -> None:
    """Measure, print and keep."""
    words = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    words.add_argument("--crops", type=int, default=96, help="of an epoch; whole batches of 16")
    words.add_argument("--rounds", type=int, default=2)
    words.add_argument("--device", choices=["cpu", "cuda"], default="cpu")
    words.add_argument("--batch", type=int, default=16)
    words.add_argument(
        "--precision", choices=["32-true", "bf16-mixed"], default="32-true", help="on a GPU"
    )
    chosen = measure.options(words)
    faces = crop_files.make(max(chosen.crops + CHECKED, 100))
    table = _table(faces, chosen.crops)
    recipe = _recipe(chosen.batch)
    compute = validate(Compute, SETTINGS, crop_files.PROFILE_FOLDER)

    def ours(precision: str, folder: Path) -> measure.Work:
        there = compute.model_copy(update={"device": chosen.device, "precision": precision})
        return _ours(recipe, table, faces, there, folder)

    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        works = {"plain_loop": _plain(recipe, table, faces, chosen.device, folder)}
        if chosen.device == "cuda":
            works["ours"] = ours(chosen.precision, folder)
            works["data_on_the_card"] = _on_the_card(recipe, table, faces, chosen.precision)
        else:  # ours has its process keep its memory
            works["ours"] = ours("32-true", folder / "full")
            works["ours_bf16"] = ours("bf16-mixed", folder / "bf16")
            works = {name: measure.apart(work) for name, work in works.items()}
        found = measure.rates(works, chosen.rounds)
    if chosen.device == "cuda":
        results = measure.compared("train_cuda", found, "images/s")
    else:
        bf16 = found.pop("ours_bf16")
        results = measure.compared("train", found, "images/s")
        results += measure.compared("train_bf16", found | {"ours": bf16}, "images/s")
    measure.show(results)
    measure.keep(results, chosen)


def _recipe(batch: int) -> Recipe:
    """Return the paper's recipe of Attribution, of one epoch and from scratch."""

    def section(model: Any) -> Any:
        return validate(model, SETTINGS, crop_files.PROFILE_FOLDER)

    backbone = section(Backbone).model_copy(update={"weights": "none"})
    settings = section(Train).model_copy(update={"epochs": 1, "batch_size": batch})
    loss = section(Attribution)
    return Recipe("attribution", 1, backbone, settings, section(Augment), loss)


def _table(faces: Path, crops: int) -> pd.DataFrame:
    """Return a superset of ``crops`` training crops and a few to validate on."""
    rows = crop_files.table(faces, SETTINGS["crop"]["size"]).head(crops + CHECKED)
    numbers = range(len(rows))
    return rows.assign(
        video=[f"{number}" for number in numbers],
        dataset="benchmark",
        source="",
        slot=0,
        attack=[CLASSES[number % len(CLASSES)] for number in numbers],
        split=["train" if number < crops else "val" for number in numbers],
        points=None,
    ).reset_index(drop=True)


def _ours(
    recipe: Recipe, table: pd.DataFrame, faces: Path, compute: Compute, folder: Path
) -> measure.Work:
    shown = int((table["split"] == "train").sum())
    seeds = iter(range(1, 1000))

    def work() -> float:
        seed = next(seeds)  # a training that is through would only be copied
        out = folder / f"model-{seed}"
        train(replace(recipe, seed=seed), table, faces, compute, folder / f"work-{seed}", out)
        return shown

    return work


def _plain(
    recipe: Recipe, table: pd.DataFrame, faces: Path, device: str, folder: Path
) -> measure.Work:
    shown = table[table["split"] == "train"]
    paths = [folder / f"{number:05d}.jpg" for number in range(len(shown))]
    for path, content in zip(paths, crop_files.contents(faces, shown), strict=True):
        path.write_bytes(content)
    labels = [CLASSES.index(name) for name in shown["attack"]]
    data = Files(paths, labels, input_size(recipe.backbone))
    # Beside a GPU a newcomer, too, has read that loading wants processes.
    workers = 0 if device == "cpu" else torch.get_num_threads()
    size = recipe.train.batch_size
    loader = DataLoader(data, size, shuffle=True, drop_last=True, num_workers=workers)

    def work() -> float:
        network = timm.create_model(recipe.backbone.name, num_classes=len(CLASSES)).to(device)
        return _loop(network, loader, recipe, device)

    return work


def _on_the_card(recipe: Recipe, table: pd.DataFrame, faces: Path, precision: str) -> measure.Work:
    """Return ours without loading: the batches are on the card before."""
    from deepfake_attribution.model.backbones import make_encoder
    from deepfake_attribution.model.network import Network
    from deepfake_attribution.train.loading import Crops

    crops = Crops(table, faces, input_size(recipe.backbone), CLASSES)
    size = recipe.train.batch_size
    starts = range(0, len(crops) - CHECKED - size + 1, size)
    batches = [crops.__getitems__(range(start, start + size)) for start in starts]
    held = [tuple(part.cuda() for part in batch) for batch in batches]

    def work() -> float:
        network = Network(make_encoder(recipe.backbone), len(CLASSES)).cuda()
        if precision == "32-true":
            return _loop(network, held, recipe, "cuda")
        with torch.autocast("cuda", torch.bfloat16):
            return _loop(network, held, recipe, "cuda")

    return work


def _loop(network: nn.Module, batches: Any, recipe: Recipe, device: str) -> float:
    network.train()
    optimiser = torch.optim.Adam(network.parameters(), lr=recipe.train.learning_rate)
    cost: Callable[..., torch.Tensor] = nn.CrossEntropyLoss()
    shown = 0
    for images, labels in batches:
        optimiser.zero_grad()
        loss = cost(network(images.to(device)), labels.to(device))
        loss.backward()
        optimiser.step()
        shown += len(labels)
    if device == "cuda":
        torch.cuda.synchronize()
    return shown


if __name__ == "__main__":
    main()
