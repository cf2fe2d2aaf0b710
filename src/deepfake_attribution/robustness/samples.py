"""The test videos that are damaged, with what the crop step stored of them."""

import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from deepfake_attribution.core import paths, tables
from deepfake_attribution.evaluate.scoring import OK

PLACE = ("shard", "offset", "length", "hash")  # of a picture


@dataclass(frozen=True)
class Sample:
    """One test video.

    Attributes:
        dataset, video: its keys.
        path: of its file.
        crops: rows of the index of faces that have a crop, in their order.
        frames: slot -> row of the index of frames.
    """

    dataset: str
    video: str
    path: Path
    crops: Sequence[Mapping[str, Any]]
    frames: Mapping[int, Mapping[str, Any]]


def choose(tested: pd.DataFrame, with_crop: set[str], videos: int, seed: int) -> pd.DataFrame:
    """Return at most ``videos`` rows of each dataset and attack, in the order of ``tested``.

    Source videos are put in a random order, the same one for all classes. So the fakes are, where
    there are any, of the same sources as the reals.

    Args:
        tested: of `uncertainty.files.tested_videos`.
        with_crop: keys of the videos that have a crop; others have no score to lose.
        videos: of each dataset and attack.
        seed: of the project.
    """
    there = tested[tested["video"].isin(with_crop)]
    groups = np.unique(there["group"].to_numpy(str))
    random = np.random.default_rng([seed, zlib.crc32(b"robustness")])
    places = dict(zip(random.permutation(groups).tolist(), range(len(groups)), strict=True))
    drawn = there.assign(place=there["group"].map(places))
    drawn = drawn.sort_values(["place", "video"], kind="stable")
    kept = drawn.groupby(["dataset", "attack"], sort=False).head(videos)
    return tested.loc[kept.index.sort_values()].reset_index(drop=True)


def with_crop(datasets: Sequence[str]) -> set[str]:
    """Return the keys of all videos that have a crop."""
    found: set[str] = set()
    for name in datasets:
        index = tables.read(paths.index(paths.faces(name)), ["video", "status"])
        found |= set(index.loc[index["status"] == OK, "video"])
    return found


def read(chosen: pd.DataFrame, roots: Mapping[str, Path]) -> list[Sample]:
    """Return a sample for each row of `choose`.

    Args:
        chosen: the videos.
        roots: dataset -> folder that its paths start from.
    """
    found: list[Sample] = []
    for name, own in chosen.groupby("dataset", sort=False):
        dataset, keys = str(name), set(own["video"])
        crops = _by_video(paths.faces(dataset), keys)
        frames = _by_video(paths.frames(dataset), keys)
        for row in own.to_dict("records"):
            key = row["video"]
            slots = {frame["slot"]: frame for frame in frames.get(key, [])}
            path = roots[dataset] / row["path"]
            found.append(Sample(dataset, key, path, crops[key], slots))
    return found


def _by_video(folder: Path, keys: set[str]) -> dict[str, list[dict[str, Any]]]:
    """Return the rows with a picture of the videos in ``keys``, of the index of ``folder``."""
    found: dict[str, list[dict[str, Any]]] = {}
    for row in tables.read_rows(paths.index(folder)):
        if row["status"] == OK and row["video"] in keys:
            found.setdefault(row["video"], []).append(row)
    return found
