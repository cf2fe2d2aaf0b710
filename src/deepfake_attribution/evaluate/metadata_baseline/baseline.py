"""Metadata baseline (no pixels): a classifier on metadata of the files, scored like any approach.

If it is good on a database, the database's fakes can be separated from its reals without looking at
a face, and the result of another approach there proves nothing about faces. Two sets of facts:

- ``NoPixels-File``: metadata of the container: width, height, frame rate, length;
- ``NoPixels-All``: these, and sizes and positions: bytes of the stored frame and of the crop (the
  bytes of a JPEG depend on how much detail the picture has), the face's box, the number of faces
  found, the detector's score, and the share of frames with a face.

A multinomial logistic regression on standardised facts, fitted on the training videos: a row for
each person followed, the mean over the frames. Only the tables of frames and crops are read.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from deepfake_attribution.classify.fitting import PLACE
from deepfake_attribution.core import metrics, paths, tables
from deepfake_attribution.core.errors import UserError
from deepfake_attribution.core.video import REAL
from deepfake_attribution.evaluate.metadata_baseline.settings import MetadataBaseline
from deepfake_attribution.evaluate.scoring import (
    APPROACH,
    KEY,
    OK,
    PERSON,
    PREDICTED,
    PROBABILITY,
    SCORE,
)

HEAD = "metadata_baseline"  # folder of its results, next to those of the heads
FILE = ("width", "height", "frame_rate", "last_frame", "seconds")
SIZES = (
    *("frame_bytes_per_pixel", "crop_bytes", "box_width", "box_height", "box_x", "box_y"),
    *("faces_seen", "detector_score", "frames_with_face"),
)
VARIANTS = {"NoPixels-File": FILE, "NoPixels-All": (*FILE, *SIZES)}
WHO = [KEY, PERSON]


def read(datasets: Sequence[str]) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return the facts of every person in the videos of ``datasets``, and the places of all crops.

    Returns:
        From `facts`, with ``dataset``, ``attack`` and ``split``; and ``video``, ``slot`` and
        ``person`` of each crop.

    Raises:
        UserError: a table is missing.
    """
    known, places = [], []
    for name in datasets:
        columns = ["frame", "time_s", "status", "width", "height", "length"]
        frames = tables.read(paths.index(paths.frames(name)), [KEY, "slot", *columns])
        columns = ["status", "length", "box", "faces", "score"]
        faces = tables.read(paths.index(paths.faces(name)), [*PLACE, *columns])
        videos = tables.read(paths.catalog(name), [KEY, "dataset", "attack", "split"])
        known.append(facts(frames, faces).merge(videos, on=KEY, validate="many_to_one"))
        places.append(faces.loc[faces["status"] == OK, PLACE])
    return pd.concat(known, ignore_index=True), pd.concat(places, ignore_index=True)


def facts(frames: pd.DataFrame, faces: pd.DataFrame) -> pd.DataFrame:
    """Return the facts of each person who has a crop: ``video``, ``person``, `FILE` and `SIZES`.

    Pixels are those of the frame; ``box_x`` and ``box_y`` are the middle of the box as a share of
    the frame. The frame rate is NaN where one frame alone was read.

    Args:
        frames: index of a dataset's frames.
        faces: index of its crops.
    """
    read = frames[frames["status"] == OK]
    read = read.assign(frame_bytes_per_pixel=read["length"] / (read["width"] * read["height"]))
    crops = faces[faces["status"] == OK].rename(
        columns={"length": "crop_bytes", "faces": "faces_seen", "score": "detector_score"}
    )
    size = read[[KEY, "slot", "width", "height"]]
    crops = crops.merge(size, on=[KEY, "slot"], how="left", validate="many_to_one")
    boxes = np.stack(crops["box"].to_numpy()) if len(crops) else np.empty((0, 4))
    crops = crops.assign(
        box_width=boxes[:, 2] - boxes[:, 0],
        box_height=boxes[:, 3] - boxes[:, 1],
        box_x=(boxes[:, 0] + boxes[:, 2]) / 2 / crops["width"],
        box_y=(boxes[:, 1] + boxes[:, 3]) / 2 / crops["height"],
    )
    people = crops.groupby(WHO, sort=False)
    of_faces = [name for name in SIZES if name in crops]
    table = people[of_faces].mean().assign(crops=people.size()).reset_index()
    table = table.merge(_of_files(read), on=KEY, how="left", validate="many_to_one")
    asked = frames.groupby(KEY).size()
    table["frames_with_face"] = table["crops"] / table[KEY].map(asked)
    return table[[*WHO, *FILE, *SIZES]].astype(dict.fromkeys((*FILE, *SIZES), np.float64))


def _of_files(frames: pd.DataFrame) -> pd.DataFrame:
    """Return the facts that all people of a video share, a row per video with a frame."""
    videos = frames.groupby(KEY, sort=False)
    means = videos[["width", "height", "frame_bytes_per_pixel"]].mean()
    last, first = (videos[["frame", "time_s"]].agg(end) for end in ("max", "min"))
    span = (last - first).astype(np.float64)
    rate = span["frame"] / span["time_s"].where(span["time_s"] > 0)
    # Times are sums of binary fractions: rounding removes their errors, so equal files have equal
    # facts.
    rates = {"frame_rate": rate.round(2), "last_frame": last["frame"]}
    return means.assign(**rates, seconds=last["time_s"].round(2)).reset_index()


def scores(
    known: pd.DataFrame, places: pd.DataFrame, training: Sequence[str], settings: MetadataBaseline
) -> pd.DataFrame:
    """Return one row per crop of the validation and test videos and variant, see `scoring`.

    All crops of a person have the same score: the log-odds of being real. (Far from all training
    videos P(real) is exactly 0 or 1, which would hide differences there.)

    Args:
        known: from `read`.
        places: from `read`.
        training: the datasets whose training videos the regression is fitted on.
        settings: of the regression.

    Raises:
        UserError: the training videos with a face are all real, or all fake.
    """
    trained = known[known["dataset"].isin(training) & (known["split"] == "train")]
    real = trained["attack"] == REAL
    if not real.any() or real.all():
        raise UserError(
            f"superset.datasets: {', '.join(training)}: no {'fake' if real.any() else 'real'} "
            "training video has a face, so the metadata baseline cannot be fitted; look at the "
            "crops of these datasets"
        )
    asked = known[known["split"].isin(["val", "test"])]
    parts = []
    for approach, names in VARIANTS.items():
        model = fit(trained[list(names)], trained["attack"], settings)
        people = asked[WHO].assign(**_predictions(model, asked[list(names)]))
        parts.append(places.merge(people, on=WHO).assign(**{APPROACH: approach}))
    return pd.concat(parts, ignore_index=True)


def fit(table: pd.DataFrame, labels: pd.Series, settings: MetadataBaseline) -> Any:
    """Return a logistic regression on standardised columns; missing values become the mean."""
    from sklearn.impute import SimpleImputer
    from sklearn.linear_model import LogisticRegression
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler

    mean = SimpleImputer(strategy="mean", keep_empty_features=True)
    last = LogisticRegression(C=settings.C, max_iter=settings.max_iter)
    return make_pipeline(mean, StandardScaler(), last).fit(table.to_numpy(), labels.to_numpy(str))


def _predictions(model: Any, table: pd.DataFrame) -> dict[str, np.ndarray]:
    """Return score, predicted class and P(class) of every row."""
    classes = [str(name) for name in model.classes_]
    if table.empty:
        return dict.fromkeys([SCORE, PREDICTED], np.empty(0))
    raw = model.decision_function(table.to_numpy())
    raw = raw if raw.ndim == 2 else np.stack([np.zeros_like(raw), raw], axis=1)  # (N, C)
    logs = raw - np.logaddexp.reduce(raw, axis=1, keepdims=True)
    real = classes.index(REAL)
    odds = logs[:, real] - np.logaddexp.reduce(np.delete(logs, real, axis=1), axis=1)
    named = np.array(classes, dtype=object)[logs.argmax(axis=1)]
    shares = {f"{PROBABILITY}{name}": np.exp(logs[:, n]) for n, name in enumerate(classes)}
    return {SCORE: odds, PREDICTED: named} | shares


def alone(known: pd.DataFrame, training: Sequence[str]) -> pd.DataFrame:
    """Return how well each fact by itself separates the test videos of ``training``.

    Args:
        known: from `read`.
        training: the datasets trained on.

    Returns:
        ``fact``, ``real`` and ``fake`` (means), ``auc`` (percent; of the fact or of its opposite,
        whichever is larger, so at least 50), ``n_real``, ``n_fake``. NaN where there is nothing to
        count.
    """
    tested = known[known["dataset"].isin(training) & (known["split"] == "test")]
    rows = []
    for name in (*FILE, *SIZES):
        rated = tested[tested[name].notna()]
        real = (rated["attack"] == REAL).to_numpy()
        row = {"fact": name, "n_real": int(real.sum()), "n_fake": int((~real).sum()), "auc": np.nan}
        if real.any() and not real.all():
            area = 100 * metrics.auc(rated[name], real)
            row["auc"] = max(area, 100 - area)
        means = {"real": rated.loc[real, name].mean(), "fake": rated.loc[~real, name].mean()}
        rows.append(row | means)
    return pd.DataFrame(rows, columns=["fact", "real", "fake", "auc", "n_real", "n_fake"])
