"""Results on attacks that were never trained on: the ``open_set`` stage.

An attack is known if training crops of any database show it (``data/superset.parquet``).
There are three tables:

- ``shares``: which class each approach predicts for the videos, and crops, of every attack;
- ``videos``: the out-of-distribution score of each test video, the mean over its crops;
- ``readings``: how well that score separates: AUC of several pairs of groups (`readings`).

Two scores measure how far out of distribution a crop is. ``distance`` is the default, one for each
head: the distance to the k-th nearest validation crop of the databases trained on (`distances`).
``unsureness``, the uncertainty of the class, is 1 minus the largest class probability, for every
approach that has probabilities (Hendrycks and Gimpel, ICLR 2017; an energy score needs logits,
which are not kept). Neither was chosen on an unknown attack.
"""

from collections.abc import Sequence

import numpy as np
import pandas as pd
import pyarrow as pa

from deepfake_attribution.core import paths, tables
from deepfake_attribution.core.embedding_tables import by_direction, read_embeddings
from deepfake_attribution.core.outputs import ONE_LOGIT
from deepfake_attribution.core.video import REAL
from deepfake_attribution.evaluate.open_set.distances import Known
from deepfake_attribution.evaluate.open_set.readings import READINGS
from deepfake_attribution.evaluate.scoring import (
    ABOUT,
    APPROACH,
    KEY,
    NO_SCORE,
    OK,
    PERSON,
    PREDICTED,
    PROBABILITY,
    SCORE,
    video_scores,
)
from deepfake_attribution.heads import registry

DISTANCE = "distance"
CLASS_UNCERTAINTY = "unsureness"  # as it is written in the tables
SHARES = pa.schema(
    [
        ("approach", pa.string()),
        ("seed", pa.int64()),
        ("level", pa.string()),  # video or frame
        ("database", pa.string()),
        ("attack", pa.string()),  # the true one
        ("known", pa.bool_()),  # whether it was trained on
        ("predicted", pa.string()),
        ("k", pa.int64()),  # videos, or crops, with this predicted class
        ("n", pa.int64()),  # all videos, or crops
        ("share", pa.float64()),  # percent
        ("without_face", pa.int64()),  # videos of this attack without a score
    ]
)
VIDEOS = pa.schema(
    [
        ("approach", pa.string()),  # for distances, the head
        ("measure", pa.string()),
        ("seed", pa.int64()),
        ("video", pa.string()),
        *((name, pa.string()) for name in ABOUT),
        ("person", pa.int32()),  # the one of the video with the highest score
        ("score", pa.float64()),  # higher is further out of distribution; null: none
        ("score_std", pa.float64()),
        ("n_frames", pa.int64()),
        ("status", pa.string()),
        ("reason", pa.string()),
    ]
)


def trained_on() -> list[str]:
    """Return the classes that training crops show: ``real`` first, then attacks by name."""
    crops = tables.read(paths.SUPERSET, ["attack", "split"])
    return [REAL, *sorted(set(crops.loc[crops["split"] == "train", "attack"]) - {REAL})]


def shares(videos: pd.DataFrame, frames: pd.DataFrame, classes: Sequence[str]) -> pd.DataFrame:
    """Return how often each class is predicted for each attack of each database: `SHARES`.

    Approaches that predict no class have no row. A class that is never predicted has rows of 0.

    Args:
        videos: scores per video (``data/scores``); those without a prediction are not counted.
        frames: the same per crop.
        classes: from `trained_on`.
    """
    lost = _tested(videos)
    lost = lost[lost[SCORE].isna()].groupby([APPROACH, "seed", "dataset", "attack"]).size()
    rows = []
    for level, table in (("video", videos), ("frame", frames)):
        named = _tested(table)
        named = named[named[PREDICTED].notna()]
        for approach, own in named.groupby(APPROACH, sort=False):
            named_ones = [*classes, *sorted(set(own[PREDICTED]) - set(classes))]
            for where, group in own.groupby(["seed", "dataset", "attack"], sort=False):
                about = {"approach": approach, "level": level, "n": len(group)}
                about |= dict(zip(("seed", "database", "attack"), where, strict=True))
                about["known"] = about["attack"] in classes
                about["without_face"] = lost.get((approach, *where), 0)
                counts = group[PREDICTED].value_counts()
                for name in named_ones:
                    k = int(counts.get(name, 0))
                    rows.append(about | {"predicted": name, "k": k, "share": 100 * k / len(group)})
    return pd.DataFrame(rows, columns=SHARES.names)


def distances(
    head: str, seed: int, videos: pd.DataFrame, training: Sequence[str], neighbours: int
) -> pd.DataFrame:
    """Return how far each test video is from the known validation crops: rows of `VIDEOS`.

    Memory: the validation crops of ``training`` (`distances.Known`) and the test crops of one
    dataset at a time.

    Args:
        head: its embeddings are compared.
        seed: that it was trained with.
        videos: scores per video of the head (``data/scores``); they describe the videos and say
            why some have no crop.
        training: the datasets whose validation crops are known.
        neighbours: k.

    Raises:
        UserError: a table of embeddings is missing, or an embedding is not finite.
    """
    own = videos[videos["seed"] == seed]
    tested = _tested(own).drop_duplicates(KEY)
    reason = "no validation crop is known"
    parts = []
    crops = [embedded(head, name, seed, "val") for name in training]
    vectors = [vectors for _, vectors in crops if len(vectors)]
    if vectors:
        known = Known.of(np.concatenate(vectors), angular(head, training[0], seed))
        del vectors, crops
        reason = known.why_none(neighbours)
        for name in tested["dataset"].unique() if not reason else ():
            rows, asked = embedded(head, name, seed, "test")
            if len(rows):
                parts.append(rows.assign(value=known.distances(asked, neighbours)))
    frames = pd.concat(parts, ignore_index=True) if parts else _no_frames()
    table = _per_video(frames, tested, reason)
    return _named(table, registry.about(head).title, DISTANCE, seed)


def class_uncertainty(
    head: str, seed: int, videos: pd.DataFrame, frames: pd.DataFrame
) -> list[pd.DataFrame]:
    """Return how uncertain the class of each test video is, by approach: tables of `VIDEOS`.

    For a crop it is 1 minus the largest class probability; one logit gives P(real) and P(fake).
    Approaches without probabilities (the SVM) have no table.

    Args:
        head: its name.
        seed: of the training.
        videos: scores per video of the head.
        frames: scores per crop of the head.
    """
    crops = _tested(frames)
    crops = crops[crops["seed"] == seed]
    tested = _tested(videos[videos["seed"] == seed])
    columns = [name for name in crops if str(name).startswith(PROBABILITY)]
    found = []
    for approach, own in crops.groupby(APPROACH, sort=False):
        if registry.about(head).output == ONE_LOGIT:
            largest = np.maximum(own[SCORE], 1 - own[SCORE])
        elif columns and own[columns].notna().any(axis=None):
            largest = own[columns].max(axis=1)
        else:
            continue
        about = tested[tested[APPROACH] == approach].drop_duplicates(KEY)
        table = _per_video(own[[KEY, PERSON]].assign(value=1 - largest), about, "")
        found.append(_named(table, str(approach), CLASS_UNCERTAINTY, seed))
    return found


def write(counted: pd.DataFrame, scored: pd.DataFrame, read: pd.DataFrame) -> None:
    """Write `SHARES`, `VIDEOS` and `READINGS`."""
    for name, table, schema in (
        ("shares", counted, SHARES),
        ("videos", scored, VIDEOS),
        ("readings", read, READINGS),
    ):
        tables.write(table, paths.open_set() / f"{name}.parquet", schema)


def _tested(table: pd.DataFrame) -> pd.DataFrame:
    return table[table["split"] == "test"]


def angular(head: str, dataset: str, seed: int) -> bool:
    """Return whether the distances of a head's embeddings are angles."""
    fitted = registry.about(head).fitted
    return fitted and by_direction(paths.embeddings(head, dataset, seed))


def embedded(head: str, dataset: str, seed: int, split: str) -> tuple[pd.DataFrame, np.ndarray]:
    """Return the place and the (N, D) float32 embeddings of the crops of one split of a dataset."""
    path = paths.embeddings(head, dataset, seed)
    columns = [KEY, "slot", PERSON, "embedding"]
    rows = read_embeddings(path, columns, filters=[("split", "==", split)])
    vectors = np.stack(rows.pop("embedding").to_numpy()) if len(rows) else np.empty((0, 0))
    return rows, vectors.astype(np.float32, copy=False)


def _no_frames() -> pd.DataFrame:
    empty = {KEY: pd.Series(dtype=object), PERSON: pd.Series(dtype=np.int32)}
    return pd.DataFrame(empty | {"value": pd.Series(dtype=np.float64)})


def _per_video(frames: pd.DataFrame, about: pd.DataFrame, reason: str) -> pd.DataFrame:
    """Return one row per video with the highest score of its people.

    Args:
        frames: ``video``, ``person`` and ``value`` of the crops of one approach.
        about: rows of ``data/scores`` of the same videos.
        reason: why no crop has a value, if that is so.
    """
    listed = about[[KEY, *ABOUT]]
    if frames.empty:
        table = listed.assign(score=np.nan, score_std=np.nan, n_frames=0, person=None)
        has_reason = about["status"] != OK
        status = about["status"].where(has_reason, NO_SCORE)
        return table.assign(status=status, reason=about["reason"].where(has_reason, reason))
    negated = frames[[KEY, PERSON]].assign(score=-frames["value"])
    missing = about.loc[about["status"] != OK, [KEY, "status", "reason"]]
    table = video_scores(negated, listed, missing)  # keeps the person with the lowest score
    return table.assign(score=-table[SCORE])


def _named(table: pd.DataFrame, approach: str, measure: str, seed: int) -> pd.DataFrame:
    return table.assign(approach=approach, measure=measure, seed=seed)[VIDEOS.names]
