"""How far known test videos are from the known crops: what another video's distance is held to."""

from collections.abc import Sequence

import numpy as np
import pandas as pd
import pyarrow as pa
from numpy.typing import NDArray

from deepfake_attribution.analyse.bundle.known_crops import ABOUT
from deepfake_attribution.core import paths, tables
from deepfake_attribution.evaluate.evaluation import NAMES
from deepfake_attribution.evaluate.open_set.distances import Known
from deepfake_attribution.evaluate.open_set.new_attacks import DISTANCE
from deepfake_attribution.figures.sampling import whole_videos
from deepfake_attribution.model.probabilities import CLASSIFYING

SCHEMA = pa.schema([("distance", pa.float64())])
TESTED = 20_000  # test crops at most that are measured anew
Distances = NDArray[np.float64]


def told(head: str, seed: int, training: Sequence[str], classes: Sequence[str]) -> Distances:
    """Return the distances that the stage ``unknown`` told, sorted; none where it has not run.

    Args:
        head: its name.
        seed: that it was trained with.
        training: datasets trained on.
        classes: trained on; videos of others are not known.
    """
    path = paths.results("unknown") / "videos.parquet"
    if not path.exists():
        return np.empty(0)
    rows = tables.read(path, ["approach", "measure", "seed", "dataset", "attack", "score"])
    rows = rows[(rows["approach"] == NAMES[head]) & (rows["measure"] == DISTANCE)]
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
    """Return the same distances to ``crops`` alone, which are not all validation crops.

    Of very many test videos some are measured, whole ones, every class in its share.

    Args:
        head, seed, training, classes: as for `told`.
        crops: rows of `loaded.KNOWN_SCHEMA`: those of the validation part that were taken.
        neighbours: k.
    """
    known = Known.of(np.stack(crops["embedding"].to_list()), head not in CLASSIFYING)
    if known.why_none(neighbours):
        return np.empty(0)
    files = [paths.embeddings(head, name, seed) for name in training]
    tested = [("split", "==", "test")]
    rows = pd.concat([tables.read(file, ABOUT, tested) for file in files], ignore_index=True)
    rows = whole_videos(rows[rows["attack"].isin(classes)], TESTED, 0)
    parts = []
    for file in files:
        own = tables.read(file, ["video", "person", "embedding"], tested)
        own = own[own["video"].isin(rows["video"])]
        if len(own):
            asked = np.stack(own.pop("embedding").to_list())
            parts.append(own.assign(value=known.distances(asked, neighbours)))
    if not parts:
        return np.empty(0)
    # a video is as unlike as its most unlike person: as the stage says it
    people = pd.concat(parts).groupby(["video", "person"])["value"].mean()
    return np.sort(people.groupby("video").max().to_numpy(np.float64))
