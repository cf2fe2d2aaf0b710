"""The training datasets as one table of crops: what the ``superset`` stage does."""

import difflib
from collections.abc import Sequence
from pathlib import Path

import pandas as pd

from deepfake_attribution import paths, tables
from deepfake_attribution.catalog.video import REAL
from deepfake_attribution.errors import UserError

CATALOG = ["video", "dataset", "attack", "split", "identity", "source", "compression"]
CROP = ["video", "slot", "frame", "shard", "offset", "length", "hash"]
LEARNT = ("train", "val")


def build(datasets: Sequence[str], faces: Path = paths.DATA / "faces") -> pd.DataFrame:
    """Return the train and val crops of ``datasets``, in their order, one row each.

    A row points into the shards (``shard`` is relative to ``faces``) and holds the crop's hash: so
    the table changes when, and only when, something to train on does. Test-only datasets do not
    touch it.

    Raises:
        UserError: a dataset or class has no train or no val crop, two classes differ in capitals
            only, or footage of one clip, or a copy of it, is in two splits.
    """
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
    _check_leaks(crops)
    _check_copies(crops)
    return table


def class_names(table: pd.DataFrame) -> list[str]:
    """Return the classes of a superset: ``real`` first, then the attacks by name."""
    return [REAL, *sorted(set(table["attack"]) - {REAL})]


def untrained(datasets: Sequence[str]) -> list[str]:
    """Return a line for each attack that ``datasets`` list under test only.

    That is allowed, to see what becomes of an attack never trained on; but a name mistyped under
    test looks the same.
    """
    listed = pd.concat([_listed(dataset) for dataset in datasets])
    trained = set(listed[listed["split"].isin(LEARNT)]["attack"])
    only = listed[~listed["attack"].isin(trained)]
    lines = []
    for (dataset, attack), rows in only.groupby(["dataset", "attack"], sort=True):
        near = difflib.get_close_matches(attack, sorted(trained), n=1)
        hint = f"; did you mean '{near[0]}'?" if near else ""
        lines.append(
            f"tested on, not trained: attack '{attack}' of {dataset} ({len(rows)} test videos, "
            f"none in train or val){hint}"
        )
    return lines


def _listed(dataset: str) -> pd.DataFrame:
    if not paths.catalog(dataset).exists():
        raise UserError(f"superset.datasets: '{dataset}' is not among the datasets of params.yaml")
    return tables.read(paths.catalog(dataset), columns=CATALOG)


def _crops(dataset: str, faces: Path) -> pd.DataFrame:
    videos = _listed(dataset)
    folder = faces / dataset
    crops = tables.read(paths.index(folder), columns=[*CROP, "status"])
    crops = crops[crops["status"] == "ok"].drop(columns="status")
    joined = crops.merge(videos, on="video", how="left", validate="many_to_one")
    joined["shard"] = dataset + "/" + joined["shard"]
    return joined.astype({"frame": "int64", "offset": "int64", "length": "int64"})


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
                f"superset: the classes {spelt} differ in capitals only: spell one class in one way"
            )


def _why_none(attack: str, split: str, datasets: Sequence[str]) -> str:
    """Return how many such videos each dataset with this class lists."""
    listed = pd.concat([_listed(dataset) for dataset in datasets])
    listed = listed[listed["attack"] == attack]
    counts = (listed["split"] == split).groupby(listed["dataset"], sort=False).sum()
    told = ", ".join(f"{dataset} lists {count} {split} videos" for dataset, count in counts.items())
    return (told or "no dataset lists it") + (", none with a face" if counts.any() else "")


def _check_leaks(crops: pd.DataFrame) -> None:
    """Raise when footage of one source clip is in two splits."""
    known = crops[crops["source"] != ""]
    splits = known.groupby(["dataset", "source"], sort=True)["split"].unique()
    leaked = splits[splits.map(len) > 1]
    if len(leaked):
        dataset, source = leaked.index[0]
        first = [split for split in ("train", "val", "test") if split in leaked.iloc[0]]
        raise UserError(
            f"dataset {dataset}: footage of '{source}' is in both {first[0]} and {first[1]} "
            f"({len(leaked)} such sources): put a clip and all that was made from it into one split"
        )


def _check_copies(crops: pd.DataFrame) -> None:
    """Raise when two videos of different splits have the same crops, bit by bit."""
    videos = crops.groupby("video", sort=False).agg({"hash": "".join, "split": "first"})
    for _, same in videos[videos.duplicated("hash", keep=False)].groupby("hash", sort=False):
        if same["split"].nunique() > 1:
            one = same.iloc[0]
            other = same[same["split"] != one["split"]].iloc[0]
            raise UserError(
                f"superset: the videos {one.name} ({one['split']}) and {other.name} "
                f"({other['split']}) show the same pictures: one is a copy: keep one"
            )
