"""What the figure of attacks never trained on is drawn from: predicted classes and ROC curves."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd

from deepfake_attribution.core import paths, tables
from deepfake_attribution.core.video import REAL
from deepfake_attribution.evaluate.open_set.new_attacks import DISTANCE
from deepfake_attribution.evaluate.open_set.readings import EVERYTHING
from deepfake_attribution.report.page import thinning
from deepfake_attribution.report.results import ALL

COLUMNS = ["approach", "dataset", "attack", "score"]


class Curve(NamedTuple):
    """A ROC curve: known videos taken for unknown, and unknown ones found; AUC in percent."""

    approach: str
    known: Sequence[float]
    found: Sequence[float]
    auc: float


class Unseen(NamedTuple):
    """An attack of a database that was never trained on.

    Attributes:
        database, attack: its names.
        n: videos with a predicted class.
        approaches: the rows of ``shares``.
        classes: its columns, ``real`` first.
        shares: percent of the videos that are given each class, mean over the seeds.
        curves: of the distance to known videos, for each head.
    """

    database: str
    attack: str
    n: int
    approaches: Sequence[str]
    classes: Sequence[str]
    shares: np.ndarray
    curves: Sequence[Curve]


def read(seed: int) -> pd.DataFrame:
    """Return the distance of each test video to known videos, of the training with ``seed``."""
    wanted = [("seed", "=", seed), ("measure", "=", DISTANCE)]
    return tables.read(paths.open_set() / "videos.parquet", COLUMNS, wanted)


def collect(
    shares: pd.DataFrame,
    readings: pd.DataFrame,
    videos: pd.DataFrame,
    training: Sequence[str],
    seed: int,
) -> list[Unseen]:
    """Return every attack never trained on, in the order of the tables.

    Args:
        shares, readings: of ``data/open_set``.
        videos: from `read`.
        training: the datasets trained on.
        seed: that ``videos`` and the AUC of the curves are of.
    """
    own = shares[(shares["level"] == "video") & ~shares["known"].astype(bool)]
    known = set(shares.loc[shares["known"].astype(bool), "attack"]) | {REAL}
    is_known = videos["dataset"].isin(training) & videos["attack"].isin(known)
    of_seed = (readings["seed"] == seed) & (readings["measure"] == DISTANCE)
    read_at = readings[of_seed & (readings["against"] == EVERYTHING) & (readings["attack"] != ALL)]
    aucs = read_at.drop_duplicates(["approach", "database", "attack"])
    aucs = aucs.set_index(["approach", "database", "attack"])["auc"]
    found = []
    for (database, attack), rows in own.groupby(["database", "attack"], sort=False):
        wide = rows.pivot_table(
            index="approach", columns="predicted", values="share", sort=False, dropna=False
        )
        named = [REAL, *(name for name in wide.columns if name != REAL)]
        wide = wide.reindex(columns=named).fillna(0.0)
        asked = (videos["dataset"] == database) & (videos["attack"] == attack)
        curves = _curves(videos[asked | is_known], attack, aucs, (str(database), str(attack)))
        about = (str(database), str(attack), int(rows["n"].max()))
        found.append(Unseen(*about, list(wide.index), named, wide.to_numpy(), curves))
    return found


def _curves(
    videos: pd.DataFrame, attack: object, aucs: pd.Series, key: tuple[str, str]
) -> list[Curve]:
    curves = []
    for approach, own in videos[videos["score"].notna()].groupby("approach", sort=False):
        unknown = (own["attack"] == attack).to_numpy()
        if not 0 < unknown.sum() < len(unknown):
            continue
        known, found = thinning.points(unknown, own["score"].to_numpy(np.float64))
        auc = float(aucs.get((approach, *key), np.nan))
        curves.append(Curve(str(approach), known.tolist(), found.tolist(), auc))
    return curves
