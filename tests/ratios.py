"""Scores of validation and test videos, and the files of a small project with them."""

from pathlib import Path

import numpy as np
import pandas as pd

from deepfake_attribution.core import paths, tables
from deepfake_attribution.likelihood.fitting import Validation

DATASETS = ("seen_a", "seen_b", "new")


def validation(
    real: list[float], fake: list[float], scale: str = "identity", groups: list[str] | None = None
) -> Validation:
    """Return a validation set; without ``groups`` each video has a source of its own."""
    count = len(real) + len(fake)
    return Validation(
        np.array([*real, *fake]),
        np.array(["real"] * len(real) + ["swap"] * len(fake)),
        np.array(groups or [f"s{n}" for n in range(count)]),
        ["seen_a"],
        "held_out",
        scale,  # type: ignore[arg-type]
    )


def spread(sources: int = 30, apart: float = 2.0, seed: int = 0) -> Validation:
    """Return decision values: of each source a real and two fakes, ``apart`` from it."""
    random = np.random.default_rng(seed)
    real = random.normal(apart, 1, sources)
    fake = random.normal(0, 1, 2 * sources)
    names = [f"s{n}" for n in range(sources)]
    return validation(real.tolist(), fake.tolist(), groups=[*names, *names, *names])


def videos(sources: int = 12) -> pd.DataFrame:
    """Return rows of catalogs: of each dataset and split, sources with a real and a fake."""
    rows = []
    for dataset in DATASETS:
        for split in ("val", "test"):
            for number in range(sources):
                source = f"{split}{number}"
                for attack in ("real", "swap"):
                    video = f"{dataset}/{attack}/-/{source}"
                    rows.append((video, dataset, attack, split, source, "-"))
    names = ["video", "dataset", "attack", "split", "source", "compression"]
    return pd.DataFrame(rows, columns=names)


def write_project(head: str = "binary", seeds: tuple[int, ...] = (1,)) -> pd.DataFrame:
    """Write catalogs and scores below the current folder; return the scores."""
    rows = videos()
    for dataset in DATASETS:
        tables.write(rows[rows["dataset"] == dataset], paths.catalog(dataset))
    random = np.random.default_rng(1)
    parts = []
    for approach, seed in ((name, seed) for name in ("Binary", "Second-SVM") for seed in seeds):
        real = (rows["attack"] == "real").to_numpy()
        values = random.normal(0, 1, len(rows)) + np.where(real, 1.5, -1.5)
        if approach == "Binary":
            parts.append(rows.assign(approach=approach, seed=seed, score=1 / (1 + np.exp(-values))))
        else:
            val = (rows["split"] == "val").to_numpy()
            held = np.where(val, values, np.nan)
            # in-sample scores that separate all too well: nothing may be fitted on them
            own = np.where(val, np.where(real, 99.0, -99.0), values)
            part = rows.assign(approach=approach, seed=seed, score=own, score_out_of_fold=held)
            parts.append(part)
    table = pd.concat(parts, ignore_index=True).drop(columns="source")
    tables.write(table, paths.scores(head))
    return table


def bytes_of(folder: Path) -> dict[str, bytes]:
    """Return the content of all files in a folder, by name."""
    return {path.name: path.read_bytes() for path in sorted(folder.iterdir())}
