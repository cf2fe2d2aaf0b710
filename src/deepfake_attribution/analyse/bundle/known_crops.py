"""The known crops of a bundle, which videos are compared with."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pandas as pd

from deepfake_attribution.analyse.bundle.loaded import KNOWN_SCHEMA
from deepfake_attribution.core import paths, tables
from deepfake_attribution.core.embedding_tables import read_embeddings
from deepfake_attribution.core.errors import UserError
from deepfake_attribution.figures.sampling import whole_videos

PLACE = ["video", "slot", "person"]
ABOUT = [*PLACE, "dataset", "attack", "split"]


def validation_crops(
    head: str, seed: int, training: Sequence[str], limit: int, draw: int
) -> tuple[pd.DataFrame, dict[str, int]]:
    """Return the validation crops that distances are measured to, and their number.

    If there are more than ``limit``, whole videos are left out, stratified by class. Only the
    embeddings of chosen crops are loaded into memory.

    Args:
        head: its embeddings are used.
        seed: that it was trained with.
        training: names of the datasets trained on.
        limit: maximum number of crops.
        draw: seed of the choice.

    Returns:
        Rows of `KNOWN_SCHEMA`; and ``crops``, ``videos``, with ``of_crops``, ``of_videos`` if some
        are left out.

    Raises:
        UserError: a table is missing or broken, or an embedding is not finite.
    """
    files = [paths.embeddings(head, name, seed) for name in training]
    parts = [tables.read(file, ABOUT, [("split", "==", "val")]) for file in files]
    every = pd.concat(parts, ignore_index=True)
    if every.empty:
        raise UserError(
            f"{files[0].parent.parent}: no validation crop of {', '.join(training)}; list val in "
            "embed.splits and run `dvc repro`"
        )
    taken = whole_videos(every, limit, draw)
    counts = {"crops": len(taken), "videos": taken["video"].nunique()}
    if len(taken) < len(every):
        counts |= {"of_crops": len(every), "of_videos": every["video"].nunique()}
    return _embedded(files, taken, "val"), counts


def mapped_crops(head: str, seed: int, training: Sequence[str]) -> pd.DataFrame:
    """Return the test crops on the map of all datasets trained on, with their places.

    Args:
        head: its map is used; it must be of ``seed``, the first of ``train.seeds``.
        seed: that the head was trained with.
        training: names of the datasets trained on.

    Returns:
        Rows of `KNOWN_SCHEMA`; none if no map was made.

    Raises:
        UserError: a table is missing or broken, or the map shows crops without an embedding.
    """
    nothing = pd.DataFrame(columns=KNOWN_SCHEMA.names)
    if not (paths.maps(head).exists() and paths.map_points(head).exists()):
        return nothing
    made = tables.read(paths.maps(head), ["map", "datasets", "reason"])
    # the joint map comes first; with a single dataset to train on, its own map is the joint one
    joint = [row for row in made.itertuples(index=False) if set(row.datasets) <= set(training)]
    if not joint or joint[0].reason:
        return nothing
    points = tables.read(
        paths.map_points(head), [*PLACE, "x", "y"], [("map", "==", str(joint[0].map))]
    )
    files = [paths.embeddings(head, name, seed) for name in joint[0].datasets]
    rows = _embedded(files, points, "test").drop(columns=["x", "y"])
    both = points.merge(rows, on=PLACE, validate="one_to_one")
    if len(both) < len(points):
        raise UserError(
            f"{paths.map_points(head)}: shows crops that {files[0].parent.parent} lacks; "
            f"`dvc repro maps@{head}` makes it again"
        )
    return both[KNOWN_SCHEMA.names]


def _embedded(files: Sequence[Path], crops: pd.DataFrame, split: str) -> pd.DataFrame:
    """Return the rows of ``crops`` (`PLACE`) with embeddings, without a place on a map."""
    videos = sorted(set(crops["video"]))
    filters = [("split", "==", split), ("video", "in", videos)]
    parts = [read_embeddings(file, [*ABOUT, "embedding"], filters) for file in files]
    rows = pd.concat(parts, ignore_index=True)
    return rows.assign(x=np.nan, y=np.nan)[KNOWN_SCHEMA.names]
