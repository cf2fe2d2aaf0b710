"""Scores of every approach on a head, and the files of its results: the ``evaluate`` stage."""

import json
from collections.abc import Callable, Collection, Mapping, Sequence
from pathlib import Path

import numpy as np
import pandas as pd

from deepfake_attribution.catalog import leaks
from deepfake_attribution.classify import classifier_files, fitting
from deepfake_attribution.classify.fitting import PLACE, VALIDATION_SCORES
from deepfake_attribution.core import durable, paths, tables
from deepfake_attribution.core.embedding_tables import read_embeddings
from deepfake_attribution.core.errors import UserError
from deepfake_attribution.core.outputs import ONE_LOGIT
from deepfake_attribution.core.video import REAL
from deepfake_attribution.evaluate import further_thresholds, headline, over_seeds
from deepfake_attribution.evaluate.attribution import attribution
from deepfake_attribution.evaluate.confusion_rows import confusion_rows
from deepfake_attribution.evaluate.protocol import Evaluation, Protocol
from deepfake_attribution.evaluate.roc_points import roc_points
from deepfake_attribution.evaluate.scoring import (
    APPROACH,
    DEGRADED,
    DEGRADED_OUT_OF_FOLD,
    OK,
    OUT_OF_FOLD,
    PREDICTED,
    SCORE,
    without_crop,
)
from deepfake_attribution.evaluate.settings import Evaluate
from deepfake_attribution.heads.registry import Head, about

CLASSIFIERS = ("nn", "lr", "svm")


def every_video(
    datasets: Sequence[str], training: Sequence[str], reals_from: Mapping[str, str]
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return the val and test videos of all catalogs, and why some have no crop.

    Args:
        datasets: all of params.yaml.
        training: those of the superset.
        reals_from: dataset of fakes -> dataset whose reals it is tested with.

    Returns:
        Rows of the catalogs; and ``video``, ``status``, ``reason`` of videos without a crop.

    Raises:
        UserError: a test video is also trained on, is a copy of a video that is, or shares footage
            with one that its dataset promises to keep apart; or fakes and the reals that they are
            tested with have different compression.
    """
    videos = pd.concat([tables.read(paths.catalog(name)) for name in datasets], ignore_index=True)
    used = leaks.in_use(videos, training)
    leaks.check_splits(used)
    _check_levels(videos[videos["split"] == "test"], reals_from)
    columns = ["video", "status", "reason", "hash"]
    asked = [tables.read(paths.index(paths.faces(name)), columns) for name in datasets]
    index = pd.concat(asked, ignore_index=True)
    crops = index[index["status"] == OK].merge(used[["video", "split", "attack"]], on="video")
    leaks.check_no_copies(crops)
    missing = without_crop(index)
    videos = videos[videos["split"].isin(["val", "test"])]
    return videos, missing[missing["video"].isin(videos["video"])]


def _check_levels(tested: pd.DataFrame, reals_from: Mapping[str, str]) -> None:
    """Raise if a dataset's fakes and the reals it borrows have no compression level in common."""
    for name, source in reals_from.items():
        fakes = tested[(tested["dataset"] == name) & (tested["attack"] != REAL)]
        reals = tested[(tested["dataset"] == source) & (tested["attack"] == REAL)]
        own, other = set(fakes["compression"]), set(reals["compression"])
        if own and other and not own & other:
            raise UserError(
                f"databases.reals_from: fakes of {name} are {_named(own)}, reals of {source} "
                f"{_named(other)}, so the test would measure the compression; set both "
                f"to one level, then `dvc repro --force --single-item catalog@{name}`"
            )


def _named(levels: set[str]) -> str:
    return " and ".join(sorted(level or "no level" for level in levels))


def expected_videos(datasets: Sequence[str]) -> pd.DataFrame:
    """Return ``dataset``, ``attack``, ``split``, ``expected``: the videos of complete datasets.

    Datasets without a known number have no row.
    """
    rows = []
    for name in datasets:
        listing = json.loads(paths.listing(name).read_text(encoding="utf-8"))
        for split, counts in listing["expected"].items():
            rows += [(name, attack, split, count) for attack, count in counts.items()]
    return pd.DataFrame(rows, columns=["dataset", "attack", "split", "expected"])


def approach_scores(
    head: str, seed: int, datasets: Sequence[str], settings: Evaluate
) -> pd.DataFrame:
    """Return one row per crop and approach (`scoring`): the head itself, or its classifiers.

    Args:
        head: its name.
        seed: that it was trained with.
        datasets: their crops are scored.
        settings: whether scores of degraded copies are wanted, too.

    Raises:
        UserError: a file is missing (for degraded copies the message names the setting to change),
            or an embedding that a classifier scores is not finite.
    """
    files = [paths.embeddings(head, name, seed) for name in datasets]
    known = about(head)
    # of a head that scores by itself, scores that are not finite are counted as missing
    read = read_embeddings if known.fitted else tables.read
    crops = pd.concat([read(file) for file in files], ignore_index=True)
    crops = crops[crops["split"].isin(["val", "test"])]
    copies = _copies(files, read) if settings.threshold_crops == "degraded" else crops.iloc[:0]
    if not known.fitted:
        return _own_scores(known, seed, crops, copies)
    return pd.concat(
        [_fitted_scores(known, seed, kind, crops, copies) for kind in CLASSIFIERS],
        ignore_index=True,
    )


def _copies(files: Sequence[Path], read: Callable[[Path], pd.DataFrame]) -> pd.DataFrame:
    """Return the rows of the degraded copies of the validation crops in ``files``."""
    made = [paths.degraded(file) for file in files]
    for path in made:
        if not path.exists():
            raise UserError(
                f"{path}: no such file, and evaluate.threshold_crops: degraded needs it: set "
                "embed.degraded_chance above 0, for example to 0.3, and run `dvc repro`"
            )
    return pd.concat([read(path) for path in made], ignore_index=True)


def _own_scores(head: Head, seed: int, crops: pd.DataFrame, copies: pd.DataFrame) -> pd.DataFrame:
    shares = _stacked(crops["probabilities"])  # (N, C), real first
    table = crops[PLACE].assign(approach=head.title, score=shares[:, 0])
    table[PREDICTED] = crops[PREDICTED].astype(object)
    if head.output != ONE_LOGIT:
        record = json.loads(
            (paths.model(head.name, seed) / "model.json").read_text(encoding="utf-8")
        )
        table = table.assign(**_columns(record["classes"], shares))
    if copies.empty:
        return table
    of_copies = _stacked(copies["probabilities"])[:, 0]
    return _joined(table, copies[PLACE].assign(**{DEGRADED: of_copies}))


def _fitted_scores(
    head: Head, seed: int, kind: str, crops: pd.DataFrame, copies: pd.DataFrame
) -> pd.DataFrame:
    folder = paths.classifier(head.name, kind, seed)
    classifier = classifier_files.load(folder)
    vectors = np.stack(crops["embedding"].to_numpy())
    table = crops[PLACE].assign(
        approach=f"{head.title}-{kind.upper()}", score=classifier.score(vectors)
    )
    table[PREDICTED] = classifier.predict(vectors).astype(object)
    shares = classifier.probabilities(vectors)
    if shares is not None:
        table = table.assign(**_columns(classifier.classes, shares))
    renamed = {"out_of_fold": OUT_OF_FOLD}
    if not copies.empty:
        scores = classifier.score(np.stack(copies["embedding"].to_numpy()))
        table = _joined(table, copies[PLACE].assign(**{DEGRADED: scores}))
        renamed |= {fitting.DEGRADED_OUT_OF_FOLD: DEGRADED_OUT_OF_FOLD}
    validation = tables.read(folder / VALIDATION_SCORES, [*PLACE, *renamed])
    return _joined(table, validation.rename(columns=renamed))


def _joined(table: pd.DataFrame, further: pd.DataFrame) -> pd.DataFrame:
    """Return ``table`` with the columns of ``further``; NaN for crops that ``further`` lacks."""
    return table.merge(further, on=PLACE, how="left", validate="one_to_one")


def _stacked(column: pd.Series) -> np.ndarray:
    return np.stack(column.to_numpy()).astype(np.float64)


def _columns(classes: Sequence[str], shares: np.ndarray) -> dict[str, np.ndarray]:
    return {f"p_{name}": shares[:, column] for column, name in enumerate(classes)}


def write(
    results: Mapping[int, Evaluation],
    head: str,
    protocol: Protocol,
    settings: Evaluate,
    compared_on: Collection[str] = (),
) -> None:
    """Write all results of a head: scores (videos, crops), tables, files for DVC's plots.

    Scores and tables have rows for each seed (column ``seed``); those of `headline` are means over
    the seeds; the ROC points and the rows of the confusion are those of the first seed, because
    `dvc plots` draws one line per file.

    Args:
        results: seed -> evaluation, in the order of ``train.seeds``.
        head: its name.
        protocol: that they were made with.
        settings: that they were made with.
        compared_on: as for `headline.table`.
    """
    counts = {seed: _attributed(result, protocol) for seed, result in results.items()}
    tables.write(over_seeds.stack({s: r.videos for s, r in results.items()}), paths.scores(head))
    frames = over_seeds.stack({s: _approach_first(r.frames) for s, r in results.items()})
    tables.write(frames, paths.frame_scores(head))
    figures = over_seeds.stack({seed: result.table for seed, result in results.items()})
    written = {
        "figures": figures,
        "headline": headline.table(figures, protocol, compared_on),
        "accuracy": over_seeds.stack({seed: accuracy for seed, (accuracy, _) in counts.items()}),
        "confusion": over_seeds.stack({seed: confusion for seed, (_, confusion) in counts.items()}),
        "further_thresholds": over_seeds.stack(
            {s: further_thresholds.table(r, protocol, settings) for s, r in results.items()}
        ),
    }
    for name, table in written.items():
        tables.write(table, paths.results(head) / f"{name}.parquet")
    first = next(iter(results.values()))
    for approach, rows in first.videos.groupby(APPROACH, sort=False):
        _write_roc(rows, protocol, str(approach), head)
        called = confusion_rows(rows, protocol, first.thresholds[str(approach)]["video"].value)
        _write_text(paths.confusion(head) / f"{approach}.csv", called.to_csv(index=False))


def _approach_first(frames: pd.DataFrame) -> pd.DataFrame:
    return frames[[APPROACH, *frames.columns.drop(APPROACH)]]


def _attributed(result: Evaluation, protocol: Protocol) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return accuracy and confusion (`attribution.attribution`) of the classes trained on."""
    videos = result.videos[result.videos["split"].isin(["val", "test"])]
    classes = set(videos.loc[videos["dataset"].isin(protocol.training), "attack"])
    return attribution(videos, protocol, sorted(classes))


def _write_roc(videos: pd.DataFrame, protocol: Protocol, approach: str, head: str) -> None:
    """Write the ROC of the training databases' pooled test videos as CSV, for ``dvc plots``."""
    members = [name for name in protocol.training if name in protocol.databases]
    pooled = protocol.select(videos, members)
    pooled = pooled[pooled[SCORE].notna()]
    real = pooled["attack"] == REAL
    lines = ["fpr,tpr"]
    if real.any() and not real.all():
        points = zip(*roc_points(real, pooled[SCORE]), strict=True)
        lines += [f"{x:.6g},{y:.6g}" for x, y in points]
    _write_text(paths.roc(head) / f"{approach}.csv", "\n".join(lines) + "\n")


def _write_text(path: Path, text: str) -> None:
    durable.write(text.encode(), path)
