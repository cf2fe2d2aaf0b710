"""Distances of known test videos to the known crops, for comparison with those of other videos."""

from collections.abc import Sequence

import numpy as np
import pandas as pd
import pyarrow as pa
from numpy.typing import NDArray

from deepfake_attribution.analyse.bundle.known_crops import ABOUT
from deepfake_attribution.core import paths, tables
from deepfake_attribution.core.embedding_tables import by_direction, read_embeddings
from deepfake_attribution.evaluate.open_set.distances import Known
from deepfake_attribution.evaluate.open_set.new_attacks import DISTANCE
from deepfake_attribution.figures.sampling import whole_videos
from deepfake_attribution.heads.registry import about

SCHEMA = pa.schema([("distance", pa.float64())])
TESTED = 20_000  # maximum number of test crops that are measured here
Distances = NDArray[np.float64]


def stored(head: str, seed: int, training: Sequence[str], classes: Sequence[str]) -> Distances:
    """Return the distances of the stage ``open_set``, sorted; none if it has not run.

    Args:
        head: its name.
        seed: that it was trained with.
        training: datasets trained on.
        classes: trained on; videos of other classes are not known.
    """
    path = paths.open_set() / "videos.parquet"
    if not path.exists():
        return np.empty(0)
    rows = tables.read(path, ["approach", "measure", "seed", "dataset", "attack", "score"])
    rows = rows[(rows["approach"] == about(head).title) & (rows["measure"] == DISTANCE)]
    known = rows["dataset"].isin(training) & rows["attack"].isin(classes)
    return np.sort(rows.loc[known & (rows["seed"] == seed), "score"].dropna().to_numpy(np.float64))


def measured(
    head: str,
    seed: int,
    training: Sequence[str],
    classes: Sequence[str],
    crops: pd.DataFrame,
    neighbours: int,
) -> Distances:
    """Return the same distances, measured to ``crops`` only, a part of the validation crops.

    If there are too many test videos, whole videos are sampled, stratified by class.

    Args:
        head, seed, training, classes: as for `stored`.
        crops: rows of `loaded.KNOWN_SCHEMA`: the chosen validation crops.
        neighbours: k.
    """
    files = [paths.embeddings(head, name, seed) for name in training]
    angular = about(head).fitted and by_direction(files[0])
    known = Known.of(np.stack(crops["embedding"].to_list()), angular)
    if known.why_none(neighbours):
        return np.empty(0)
    tested = [("split", "==", "test")]
    rows = pd.concat([tables.read(file, ABOUT, tested) for file in files], ignore_index=True)
    rows = whole_videos(rows[rows["attack"].isin(classes)], TESTED, 0)
    parts = []
    for file in files:
        own = read_embeddings(file, ["video", "slot", "person", "embedding"], tested)
        own = own[own["video"].isin(rows["video"])]
        if len(own):
            asked = np.stack(own.pop("embedding").to_list())
            parts.append(own.assign(value=known.distances(asked, neighbours)))
    if not parts:
        return np.empty(0)
    # a video has the highest distance of its people, as in the stage
    people = pd.concat(parts).groupby(["video", "person"])["value"].mean()
    return np.sort(people.groupby("video").max().to_numpy(np.float64))
