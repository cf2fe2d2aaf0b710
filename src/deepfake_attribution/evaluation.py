"""Scores of every approach on a head, and the files of its results: the ``evaluate`` stage."""

import json
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pandas as pd

from deepfake_attribution import classifier_files, durable, paths, tables
from deepfake_attribution.catalog import leaks
from deepfake_attribution.catalog.video import REAL
from deepfake_attribution.fitting import VALIDATION_SCORES
from deepfake_attribution.protocol import Evaluation, Protocol, attribution
from deepfake_attribution.scoring import APPROACH, OK, OUT_OF_FOLD, PREDICTED, SCORE, without_crop

NAMES = {
    "binary": "Binary",
    "attribution": "Attribution",
    "triplet": "TripletLoss",
    "arcface": "ArcFaceMod",
}
CLASSIFYING = ("binary", "attribution")
CLASSIFIERS = ("nn", "lr", "svm")
PLACE = ["video", "slot"]


def every_video(
    datasets: Sequence[str], training: Sequence[str]
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return the val and test videos of all catalogs, and why some have no crop.

    Args:
        datasets: all of params.yaml.
        training: those of the superset.

    Returns:
        Rows of the catalogs; and ``video``, ``status``, ``reason`` of videos without a crop.

    Raises:
        UserError: a test video is, or is a copy of, one that is trained on, or shares footage
            with one that its dataset promises to keep apart.
    """
    videos = pd.concat([tables.read(paths.catalog(name)) for name in datasets], ignore_index=True)
    used = leaks.in_use(videos, training)
    leaks.hold_apart(used)
    columns = ["video", "status", "reason", "hash"]
    asked = [tables.read(paths.index(paths.faces(name)), columns) for name in datasets]
    index = pd.concat(asked, ignore_index=True)
    crops = index[index["status"] == OK].merge(used[["video", "split"]], on="video")
    leaks.hold_no_copies(crops)
    missing = without_crop(index)
    videos = videos[videos["split"].isin(["val", "test"])]
    return videos, missing[missing["video"].isin(videos["video"])]


def expected_videos(datasets: Sequence[str]) -> pd.DataFrame:
    """Return ``dataset``, ``attack``, ``split``, ``expected``: what complete datasets hold.

    Datasets of which nobody knows have no row.
    """
    rows = []
    for name in datasets:
        said = json.loads(paths.listing(name).read_text(encoding="utf-8"))
        for split, counts in said["expected"].items():
            rows += [(name, attack, split, count) for attack, count in counts.items()]
    return pd.DataFrame(rows, columns=["dataset", "attack", "split", "expected"])


def approach_scores(head: str, datasets: Sequence[str], training: Sequence[str]) -> pd.DataFrame:
    """Return one row per crop and approach (`scoring`): the head itself, or its classifiers."""
    crops = pd.concat(
        [tables.read(paths.embeddings(head, name)) for name in datasets], ignore_index=True
    )
    crops = crops[crops["split"].isin(["val", "test"])]
    if head in CLASSIFYING:
        return _own_scores(head, crops)
    return pd.concat(
        [_fitted_scores(head, kind, crops, training) for kind in CLASSIFIERS], ignore_index=True
    )


def _own_scores(head: str, crops: pd.DataFrame) -> pd.DataFrame:
    shares = np.stack(crops["probabilities"].to_numpy()).astype(np.float64)  # (N, C), real first
    table = crops[PLACE].assign(approach=NAMES[head], score=shares[:, 0])
    table[PREDICTED] = crops[PREDICTED].astype(object)
    if head == "binary":
        return table
    record = json.loads((paths.model(head) / "model.json").read_text(encoding="utf-8"))
    return table.assign(**_columns(record["classes"], shares))


def _fitted_scores(
    head: str, kind: str, crops: pd.DataFrame, training: Sequence[str]
) -> pd.DataFrame:
    folder = paths.classifier(head, kind)
    classifier = classifier_files.load(folder)
    vectors = np.stack(crops["embedding"].to_numpy())
    table = crops[PLACE].assign(
        approach=f"{NAMES[head]}-{kind.upper()}", score=classifier.score(vectors)
    )
    table[PREDICTED] = classifier.predict(vectors).astype(object)
    shares = classifier.probabilities(vectors)
    if shares is not None:
        table = table.assign(**_columns(classifier.classes, shares))
    validation = tables.read(folder / VALIDATION_SCORES).rename(
        columns={"out_of_fold": OUT_OF_FOLD}
    )
    return table.merge(validation[[*PLACE, OUT_OF_FOLD]], on=PLACE, how="left")


def _columns(classes: Sequence[str], shares: np.ndarray) -> dict[str, np.ndarray]:
    return {f"p_{name}": shares[:, column] for column, name in enumerate(classes)}


def write(result: Evaluation, head: str, protocol: Protocol) -> None:
    """Write everything that is known of a head: metrics, scores, tables, ROC points."""
    tables.write(result.videos, paths.scores(head))
    folder = paths.results(head)
    tables.write(result.table, folder / "figures.parquet")
    videos = result.videos[result.videos["split"].isin(["val", "test"])]
    classes = set(videos.loc[videos["dataset"].isin(protocol.training), "attack"])
    accuracy, confusion = attribution(videos, protocol, sorted(classes))
    tables.write(accuracy, folder / "accuracy.parquet")
    tables.write(confusion, folder / "confusion.parquet")
    for approach in result.videos[APPROACH].unique():
        _write_roc(result.videos[result.videos[APPROACH] == approach], protocol, approach, head)
    _write_text(paths.metrics(head), json.dumps(result.metrics, indent=2) + "\n")


def _write_roc(videos: pd.DataFrame, protocol: Protocol, approach: str, head: str) -> None:
    """Write the ROC of the training databases' pooled test videos as CSV, for ``dvc plots``."""
    from sklearn.metrics import roc_curve

    members = [name for name in protocol.training if name in protocol.databases]
    pooled = protocol.select(videos, members)
    pooled = pooled[pooled[SCORE].notna()]
    real = pooled["attack"] == REAL
    lines = ["fpr,tpr"]
    if real.any() and not real.all():
        points = roc_curve(real, pooled[SCORE])
        lines += [f"{x:.6g},{y:.6g}" for x, y in zip(points[0], points[1], strict=True)]
    _write_text(paths.roc(head) / f"{approach}.csv", "\n".join(lines) + "\n")


def _write_text(path: Path, text: str) -> None:
    durable.write(text.encode(), path)
