"""The scores of all heads, as input of the ``uncertainty`` stage."""

from collections.abc import Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from deepfake_attribution.core import paths, tables
from deepfake_attribution.core.sources import sources
from deepfake_attribution.evaluate.scoring import APPROACH, KEY, PREDICTED, SCORE
from deepfake_attribution.evaluate.uncertainty.assessment import Scored

TEST = [("split", "==", "test")]


def tested_videos(datasets: Sequence[str]) -> pd.DataFrame:
    """Return the test videos of all catalogs with their ``group``, indexed 0, 1, and so on."""
    return tested([tables.read(paths.catalog(name)) for name in datasets])


def tested(catalogs: Sequence[pd.DataFrame]) -> pd.DataFrame:
    """Return what `tested_videos` returns, of catalogs that were read already."""
    rows = pd.concat(catalogs, ignore_index=True)
    # groups of all splits: a clip that joins two others may be outside the test split
    rows["group"] = rows[KEY].map(sources(rows))
    return rows[rows["split"] == "test"].reset_index(drop=True)


def classes_of(datasets: Sequence[str]) -> list[str]:
    """Return the classes of the validation and test videos of datasets trained on."""
    rows = pd.concat([tables.read(paths.catalog(name), ["attack", "split"]) for name in datasets])
    return sorted(set(rows.loc[rows["split"].isin(["val", "test"]), "attack"]))


def scored(head: str, level: str, videos: pd.DataFrame) -> dict[str, list[Scored]]:
    """Return approach -> its seeds, at one level; rows without a score are left out.

    Args:
        head: its name.
        level: ``video`` or ``frame``.
        videos: of `tested_videos`.
    """
    path = paths.scores(head) if level == "video" else paths.frame_scores(head)
    rows = tables.read(path, [APPROACH, "seed", KEY, SCORE], TEST)
    figures = tables.read(paths.results(head) / "figures.parquet")
    return of_tables(rows, figures, level, videos)


def of_tables(
    rows: pd.DataFrame, figures: pd.DataFrame, level: str, videos: pd.DataFrame
) -> dict[str, list[Scored]]:
    """Return what `scored` returns, of tables that were read already.

    Args:
        rows: scores of test videos (or crops), all approaches and seeds of a head.
        figures: of the head's results; they hold the thresholds.
        level: of ``rows``.
        videos: of `tested_videos`.
    """
    rows = rows[np.isfinite(rows[SCORE])]
    figures = figures[figures["level"] == level]
    threshold = figures.groupby([APPROACH, "seed"])["threshold"].first()
    place = pd.Index(videos[KEY]).get_indexer(rows[KEY])
    found: dict[str, list[Scored]] = {}
    for (approach, seed), one in threshold.items():
        own = ((rows[APPROACH] == approach) & (rows["seed"] == seed)).to_numpy()
        scores = rows[SCORE].to_numpy(dtype=np.float64)[own]
        part = Scored(str(approach), int(seed), level, float(one), place[own], scores)
        found.setdefault(str(approach), []).append(part)
    return found


def predicted(head: str, videos: pd.DataFrame) -> dict[str, list[NDArray[np.object_]]]:
    """Return approach -> for each seed the predicted class of every video, or None.

    Approaches that predict no class are left out.
    """
    rows = tables.read(paths.scores(head), [APPROACH, "seed", KEY, PREDICTED], TEST)
    rows = rows[rows[PREDICTED].notna()]
    found: dict[str, list[NDArray[np.object_]]] = {}
    for (approach, _), own in rows.groupby([APPROACH, "seed"], sort=True):
        classes = np.full(len(videos), None, dtype=object)
        classes[pd.Index(videos[KEY]).get_indexer(own[KEY])] = own[PREDICTED]
        found.setdefault(str(approach), []).append(classes)
    return found
