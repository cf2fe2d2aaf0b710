"""Reads results of the pipeline, with one call each: for notebooks and scripts.

Each function reads a file of the project in the current folder. If it does not exist yet, a
`UserError` says so in one line, with the command that makes it.
"""

import pandas as pd

from deepfake_attribution.core import paths, tables
from deepfake_attribution.core.errors import UserError
from deepfake_attribution.core.params import load
from deepfake_attribution.core.settings import Datasets
from deepfake_attribution.figures import curve_files
from deepfake_attribution.heads.registry import chosen


def scores(head: str) -> pd.DataFrame:
    """Return P(real) of every video, from every approach on ``head`` and every seed.

    Columns: ``approach``, ``seed``, ``video``, ``score`` (NaN without a face), ``predicted`` (the
    class; null for Binary), ``p_*`` (of each class, if the approach has them), and the video's
    ``dataset``, ``attack``, ``split``, ``compression``.

    Args:
        head: one of those under ``heads`` in params.yaml.

    Raises:
        UserError: there is no such head, or the file is not there.
    """
    return tables.read(paths.scores(_known(head)))


def frame_scores(head: str) -> pd.DataFrame:
    """Return the same per crop (``video``, ``slot`` and, with several people, ``person``)."""
    return tables.read(paths.frame_scores(_known(head)))


def embeddings(head: str, dataset: str, seed: int) -> pd.DataFrame:
    """Return the vector of every crop of a dataset.

    Columns: ``video``, ``slot``, ``person``, ``frame``, ``dataset``, ``attack``, ``split``,
    ``identity``, ``compression``, ``embedding`` ((D,) float32), ``probabilities`` ((C,), real
    first; null for heads that only embed), ``predicted``.

    Args:
        head: one of those under ``heads`` in params.yaml.
        dataset: a name under ``datasets`` in params.yaml.
        seed: one of ``train.seeds``.

    Raises:
        UserError: there is no such head or dataset, or the file is not there.
    """
    datasets = load(Datasets).root
    if dataset not in datasets:
        raise UserError(f"{dataset}: no such dataset; there are {', '.join(datasets)}")
    return tables.read(paths.embeddings(_known(head), dataset, seed))


def figures() -> pd.DataFrame:
    """Return every figure of the report.

    A row per approach, database, attack, compression, level (video or frame) and seed; in percent.

    Raises:
        UserError: a head is not evaluated yet.
    """
    return _of_all("figures")


def confusion() -> pd.DataFrame:
    """Return ``approach``, ``seed``, ``database``, ``true``, ``predicted``, ``n`` videos.

    Binary predicts no class and has no row.

    Raises:
        UserError: a head is not evaluated yet.
    """
    return _of_all("confusion")


def curves(head: str, seed: int) -> pd.DataFrame:
    """Return ``epoch``, ``train_loss``, ``val_loss`` and ``val_auc`` (percent) of a training.

    Raises:
        UserError: there is no such head, or it is not trained with ``seed``.
    """
    return curve_files.read(_known(head), seed)


def maps(head: str) -> pd.DataFrame:
    """Return a row about each map of a head (`figures.maps.MAPS`), made or not.

    Raises:
        UserError: there is no such head, or its maps are not made yet.
    """
    return tables.read(paths.maps(_known(head)))


def map_points(head: str) -> pd.DataFrame:
    """Return the place of each test crop on each map of a head (`figures.maps.POINTS`).

    Raises:
        UserError: there is no such head, or its maps are not made yet.
    """
    return tables.read(paths.map_points(_known(head)))


def _known(head: str) -> str:
    heads = chosen()
    if head not in heads:
        raise UserError(f"{head}: no such head; there are {', '.join(heads)}")
    return head


def _of_all(name: str) -> pd.DataFrame:
    parts = [tables.read(paths.results(head) / f"{name}.parquet") for head in chosen()]
    # an empty table would turn the others' columns into objects
    return pd.concat([part for part in parts if len(part)] or parts[:1], ignore_index=True)
