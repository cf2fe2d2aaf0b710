"""The training datasets as one table of crops: what the ``superset`` stage does."""

from collections.abc import Sequence
from pathlib import Path

import pandas as pd

from deepfake_attribution import paths, tables
from deepfake_attribution.catalog.video import REAL
from deepfake_attribution.errors import UserError

CATALOG = ["video", "dataset", "attack", "split", "identity", "source", "compression"]
CROP = ["video", "slot", "frame", "shard", "offset", "length", "hash"]


def build(datasets: Sequence[str], faces: Path = paths.DATA / "faces") -> pd.DataFrame:
    """Return the train and val crops of ``datasets``, in their order, one row each.

    A row points into the shards (``shard`` is relative to ``faces``) and holds the crop's hash: so
    the table changes when, and only when, something to train on does. Test-only datasets do not
    touch it.

    Raises:
        UserError: a dataset or class has no train or no val crop, or a source clip is in both.
    """
    parts = [_crops(dataset, faces) for dataset in datasets]
    for dataset, part in zip(datasets, parts, strict=True):
        for split in ("train", "val"):
            if not (part["split"] == split).any():
                raise UserError(
                    f"superset.datasets: '{dataset}' has no {split} crop: give it {split} videos "
                    f"with a face, or take it out of superset.datasets to test on it only"
                )
    table = pd.concat(parts, ignore_index=True)
    _check_classes(table)
    _check_leaks(table)
    return table


def class_names(table: pd.DataFrame) -> list[str]:
    """Return the classes of a superset: ``real`` first, then the attacks by name."""
    return [REAL, *sorted(set(table["attack"]) - {REAL})]


def _crops(dataset: str, faces: Path) -> pd.DataFrame:
    if not paths.catalog(dataset).exists():
        raise UserError(f"superset.datasets: '{dataset}' is not among the datasets of params.yaml")
    videos = tables.read(paths.catalog(dataset), columns=CATALOG)
    folder = faces / dataset
    crops = tables.read(paths.index(folder), columns=[*CROP, "status"])
    crops = crops[crops["status"] == "ok"].drop(columns="status")
    joined = crops.merge(videos, on="video", how="left", validate="many_to_one")
    joined["shard"] = dataset + "/" + joined["shard"]
    joined = joined.astype({"frame": "int64", "offset": "int64", "length": "int64"})
    return joined[joined["split"].isin(["train", "val"])]


def _check_classes(table: pd.DataFrame) -> None:
    for attack in class_names(table):
        rows = table[table["attack"] == attack]
        for split in ("train", "val"):
            if not (rows["split"] == split).any():
                raise UserError(
                    f"superset: the class '{attack}' has no {split} crop: every class needs train "
                    "and val videos; add some, or list this attack's videos as test"
                )
    if len(class_names(table)) == 1:
        raise UserError("superset.datasets: there are real videos only; add one with an attack")


def _check_leaks(table: pd.DataFrame) -> None:
    """Raise when footage of one source clip is in train and in val."""
    known = table[table["source"] != ""]
    splits = known.groupby(["dataset", "source"], sort=True)["split"].nunique()
    leaked = splits.index[splits > 1]
    if len(leaked):
        dataset, source = leaked[0]
        raise UserError(
            f"dataset {dataset}: footage of '{source}' is in both train and val ({len(leaked)} "
            "such sources): put a clip and all that was made from it into one split"
        )
