"""Maps of a head's test crops: the ``maps`` stage. The ``figures`` stage draws them."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
from joblib import Parallel, cpu_count, delayed
from threadpoolctl import threadpool_limits

from deepfake_attribution.core import paths, tables
from deepfake_attribution.core.embedding_tables import by_direction, read_embeddings
from deepfake_attribution.figures import neighbours, tsne
from deepfake_attribution.figures.predictions import Predict
from deepfake_attribution.figures.sampling import whole_videos
from deepfake_attribution.figures.settings import Maps
from deepfake_attribution.heads.registry import about as about_head

NEIGHBOURS = 5  # of each crop
ABOUT_CROP = ["video", "slot", "person", "dataset", "attack", "split"]
POINTS = pa.schema(
    [
        ("map", pa.string()),  # "combined", or the dataset's name
        ("video", pa.string()),
        ("slot", pa.int32()),
        ("person", pa.int32()),
        ("x", pa.float32()),
        ("y", pa.float32()),
        ("dataset", pa.string()),
        ("attack", pa.string()),  # the true class
        ("predicted", pa.string()),  # a class; for Binary: real or fake
        ("neighbours", pa.list_(pa.int32())),  # nearest crops of other videos: rows of this map
    ]
)
MAPS = pa.schema(
    [
        ("map", pa.string()),
        ("datasets", pa.list_(pa.string())),
        ("predictions", pa.string()),  # own, nn, lr, svm, or threshold (real or fake)
        ("metric", pa.string()),
        ("perplexity", pa.float64()),  # null if there is no map
        ("components", pa.int64()),  # number of principal components; null: the embedding itself
        ("crops", pa.int64()),  # on the map
        ("of", pa.int64()),  # in the test part
        ("reason", pa.string()),  # why there is no map; empty if there is one
    ]
)


@dataclass(frozen=True)
class Made:
    """The points of all maps (`POINTS`) and a row about each map (`MAPS`)."""

    points: pd.DataFrame
    maps: pd.DataFrame


def tested(datasets: Sequence[str]) -> list[str]:
    """Return those of ``datasets`` that list test videos."""
    splits = {name: tables.read(paths.catalog(name), ["split"])["split"] for name in datasets}
    return [name for name, split in splits.items() if (split == "test").any()]


def names(tested: Sequence[str], training: Sequence[str]) -> dict[str, list[str]]:
    """Return the datasets of each map: all datasets trained on together, and each one alone.

    With a single dataset to train on, its own map is the combined one, and is listed once.
    """
    together = [name for name in training if name in tested]
    combined = "combined"
    while combined in tested:  # a dataset may have this name
        combined += "_"
    joint = {combined: together} if len(together) > 1 else {}
    return joint | {name: [name] for name in tested}


def make(
    head: str,
    trained: int,
    wanted: dict[str, list[str]],
    settings: Maps,
    seed: int,
    predict: Predict,
    jobs: int,
) -> Made:
    """Return the maps of ``head``.

    Args:
        head: its embeddings are shown.
        trained: the seed that the head was trained with.
        wanted: from `names`.
        settings: the section ``maps``.
        seed: of the choice of crops and of the layout.
        predict: returns the class that colours a crop.
        jobs: maps made at a time, in threads; 0: one per core. Does not change the result.
    """
    calls = (
        delayed(_one)(head, trained, name, datasets, settings, seed, predict)
        for name, datasets in wanted.items()
    )
    # Threads, because processes would import everything again; the layout releases Python's lock.
    # The limit is set for the whole process, so it must not end while another map is made.
    with threadpool_limits(1):
        threads = min(jobs or cpu_count(), max(len(wanted), 1))
        made = Parallel(n_jobs=threads, prefer="threads")(calls)
    points = [points for points, _ in made if len(points)]
    return Made(
        pd.concat(points, ignore_index=True) if points else pd.DataFrame(columns=POINTS.names),
        pd.DataFrame([about for _, about in made], columns=MAPS.names),
    )


def write(made: Made, head: str) -> None:
    """Write the points, and a row about each map."""
    tables.write(made.points, paths.map_points(head), POINTS)
    tables.write(made.maps, paths.maps(head), MAPS)


def lines(made: Made, head: str) -> list[str]:
    """Return a line for each map, made or not."""
    return [
        f"{head}: no map of {row.map}: {row.reason}"
        if row.reason
        else f"{head}: map of {row.map}: {row.crops} of {row.of} test crops"
        for row in made.maps.itertuples(index=False)
    ]


def _one(
    head: str,
    trained: int,
    name: str,
    datasets: list[str],
    settings: Maps,
    seed: int,
    predict: Predict,
) -> tuple[pd.DataFrame, dict[str, Any]]:
    """Return the points of one map, and its row of `MAPS`."""
    files = [paths.embeddings(head, dataset, trained) for dataset in datasets]
    crops = pd.concat([tables.read(file, ABOUT_CROP) for file in files], ignore_index=True)
    crops = crops[crops["split"] == "test"]
    chosen = whole_videos(crops, settings.max_points, seed)
    rows = _embedded(files, sorted(set(chosen["video"])))
    vectors = _vectors(rows)
    angular = about_head(head).fitted and by_direction(files[0])
    compared = tsne.directions(vectors) if angular else vectors
    reason = tsne.why_none(compared)
    about: dict[str, Any] = {
        "map": name,
        "datasets": datasets,
        "predictions": predict.name,
        "reason": reason,
    }
    about |= {"metric": "cosine" if angular else "euclidean", "of": len(crops)}
    if reason:
        return pd.DataFrame(columns=POINTS.names), about | {
            "perplexity": None,
            "components": None,
            "crops": 0,
        }
    perplexity = tsne.perplexity_for(len(rows), settings.perplexity)
    places = tsne.coordinates(vectors, perplexity, angular, seed)
    near = neighbours.nearest(compared, rows["video"].to_numpy(dtype=object), NEIGHBOURS)
    points = rows[["video", "slot", "person", "dataset", "attack"]].assign(
        map=name,
        x=places[:, 0],
        y=places[:, 1],
        predicted=predict(rows, vectors),
        neighbours=[row[row != neighbours.NOBODY] for row in near],
    )
    about |= {"perplexity": perplexity, "components": tsne.components(vectors)}
    return points, about | {"crops": len(rows)}


def _embedded(files: Sequence[Path], videos: list[str]) -> pd.DataFrame:
    """Return all columns of the test crops of ``videos``; only these are kept in memory."""
    filters = [("split", "==", "test"), ("video", "in", videos)]
    if not videos:
        filters.pop()  # an empty list of words has no type to compare with
    parts = [read_embeddings(file, filters=filters) for file in files]
    return pd.concat(parts, ignore_index=True)


def _vectors(rows: pd.DataFrame) -> tsne.Vectors:
    if rows.empty:
        return np.empty((0, 1))
    return np.stack(rows["embedding"].to_numpy()).astype(np.float64)
