"""The training datasets as one table of crops: what the ``superset`` stage does."""

import difflib
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pandas as pd

from deepfake_attribution.catalog.leaks import LEARNT, check_no_copies, check_splits
from deepfake_attribution.core import paths, tables
from deepfake_attribution.core.errors import UserError
from deepfake_attribution.core.quarter_turns import place_in_turned
from deepfake_attribution.core.video import REAL, class_names

CATALOG = ["video", "dataset", "attack", "split", "identity", "source", "compression"]
CROP = ["video", "slot", "person", "frame", "shard", "offset", "length", "hash"]


def build(datasets: Sequence[str], faces: Path = paths.DATA / "faces") -> pd.DataFrame:
    """Return the train and val crops of ``datasets``, in their order, one row each.

    A row points into the shards (``shard`` is relative to ``faces``) and holds the crop's hash, so
    the table changes exactly when the training data do. Test-only datasets do not change it.

    Raises:
        UserError: a dataset or class has no train or no val crop, two classes differ in capitals
            only, footage of one clip, or a copy of it, is in two splits, or an attack is never
            compressed as the reals are.
    """
    videos = listed(datasets)
    check_splits(videos)
    check_compressions(videos)
    parts = [_crops(dataset, faces) for dataset in datasets]
    for dataset, part in zip(datasets, parts, strict=True):
        for split in LEARNT:
            if not (part["split"] == split).any():
                raise UserError(
                    f"superset.datasets: '{dataset}' has no {split} crop: give it {split} videos "
                    f"with a face, or take it out of superset.datasets to test on it only"
                )
    crops = pd.concat(parts, ignore_index=True)
    table = crops[crops["split"].isin(LEARNT)].reset_index(drop=True)
    _check_classes(table, datasets)
    check_no_copies(crops)
    return table


def untrained(datasets: Sequence[str]) -> list[str]:
    """Return a line for each attack that ``datasets`` list under test only.

    That is allowed, to test on an attack never trained on; but a name mistyped under test looks
    the same.
    """
    videos = listed(datasets)
    trained = set(videos[videos["split"].isin(LEARNT)]["attack"])
    only = videos[~videos["attack"].isin(trained)]
    lines = []
    for (dataset, attack), rows in only.groupby(["dataset", "attack"], sort=True):
        near = difflib.get_close_matches(attack, sorted(trained), n=1)
        hint = f"; did you mean '{near[0]}'?" if near else ""
        lines.append(
            f"tested on, not trained: attack '{attack}' of {dataset} ({len(rows)} test videos, "
            f"none in train or val){hint}"
        )
    return lines


def listed(datasets: Sequence[str]) -> pd.DataFrame:
    """Return the catalogs of ``datasets``, below each other.

    Raises:
        UserError: one of them is not a dataset of params.yaml.
    """
    return pd.concat([_catalog(dataset) for dataset in datasets], ignore_index=True)


def _catalog(dataset: str) -> pd.DataFrame:
    if not paths.catalog(dataset).exists():
        raise UserError(f"superset.datasets: '{dataset}' is not among the datasets of params.yaml")
    return tables.read(paths.catalog(dataset))


def _crops(dataset: str, faces: Path) -> pd.DataFrame:
    videos = _catalog(dataset)[CATALOG]
    folder = faces / dataset
    crops = tables.read(
        paths.index(folder), columns=[*CROP, "status", "landmarks", "region", "turn"]
    )
    crops = crops[crops["status"] == "ok"].drop(columns="status")
    crops["points"] = _points(crops)
    crops = crops.drop(columns=["landmarks", "region", "turn"])
    joined = crops.merge(videos, on="video", how="left", validate="many_to_one")
    joined["shard"] = dataset + "/" + joined["shard"]
    return joined.astype({"frame": "int64", "offset": "int64", "length": "int64"})


def _points(crops: pd.DataFrame) -> list[np.ndarray]:
    """Return the detector's points in each crop, (12,) float32: x, y as shares of its side."""
    found = []
    for landmarks, (left, top, side), turn in zip(
        crops["landmarks"], crops["region"], crops["turn"], strict=True
    ):
        places = np.reshape(np.asarray(landmarks, dtype=np.float64), (-1, 2))
        shares = place_in_turned((places - (left, top)) / side, int(turn) // 90, 1, 1)
        found.append(shares.astype(np.float32).ravel())
    return found


def _check_classes(table: pd.DataFrame, datasets: Sequence[str]) -> None:
    names = class_names(table)
    for attack in names:
        rows = table[table["attack"] == attack]
        for split in LEARNT:
            if not (rows["split"] == split).any():
                raise UserError(
                    f"superset: the class '{attack}' has no {split} crop "
                    f"({_why_none(attack, split, datasets)}): every class needs train and val "
                    "videos with a face; add some, or list this attack's videos as test"
                )
    if len(names) == 1:
        raise UserError("superset.datasets: there are real videos only; add one with an attack")
    _check_spellings(table, names)


def _check_spellings(table: pd.DataFrame, names: Sequence[str]) -> None:
    """Raise where datasets spell one class with other capitals: it would become two."""
    for name in names:
        alike = [one for one in names if one.casefold() == name.casefold()]
        if len(alike) > 1:
            where = {one: table[table["attack"] == one]["dataset"].iloc[0] for one in alike}
            spelt = " and ".join(f"'{one}' ({dataset})" for one, dataset in where.items())
            raise UserError(
                f"superset: the classes {spelt} differ in capitals only: use one spelling"
            )


def _why_none(attack: str, split: str, datasets: Sequence[str]) -> str:
    """Return how many such videos each dataset with this class lists."""
    videos = listed(datasets)
    videos = videos[videos["attack"] == attack]
    counts = (videos["split"] == split).groupby(videos["dataset"], sort=False).sum()
    listed_by = [f"{dataset} lists {count} {split} videos" for dataset, count in counts.items()]
    return (", ".join(listed_by) or "no dataset lists it") + (
        ", none with a face" if counts.any() else ""
    )


def check_compressions(videos: pd.DataFrame) -> None:
    """Check that every attack has a compression level in common with the reals of its dataset.

    Raises:
        UserError: an attack's videos are at other levels than all of the reals.
    """
    for dataset, own in videos[videos["split"].isin(LEARNT)].groupby("dataset", sort=False):
        levels = own.groupby("attack")["compression"].agg(set)
        for attack in levels.index.drop(REAL, errors="ignore"):
            if REAL in levels and not levels[attack] & levels[REAL]:
                has, want = (
                    " and ".join(sorted(levels[name])) or "no level" for name in (attack, REAL)
                )
                raise UserError(
                    f"superset: dataset {dataset}: videos of '{attack}' are {has}, real ones "
                    f"{want}: mixed compression levels are told apart by their compression: "
                    "use one level for both"
                )
