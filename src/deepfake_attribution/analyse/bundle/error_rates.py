"""The error rates in a bundle: those of its approach and seed on every test database."""

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from deepfake_attribution.analyse.bundle import evidence
from deepfake_attribution.analyse.bundle.approaches import Approach
from deepfake_attribution.analyse.bundle.record import Tested
from deepfake_attribution.core import paths, tables
from deepfake_attribution.core.params import load
from deepfake_attribution.core.settings import Datasets, Seed
from deepfake_attribution.evaluate.open_set.new_attacks import DISTANCE
from deepfake_attribution.evaluate.open_set.readings import EVERYTHING, NEW
from deepfake_attribution.evaluate.protocol import ALL, Protocol
from deepfake_attribution.evaluate.scoring import APPROACH
from deepfake_attribution.evaluate.settings import Databases
from deepfake_attribution.evaluate.uncertainty.settings import Uncertainty
from deepfake_attribution.heads.registry import about

MEASURES = ("auc", "fnr", "fpr", "hter")
CONFIDENCE = 95  # percent, of every interval of a bundle
Intervals = Mapping[str, Mapping[str, list[float]]]  # database -> measure -> low, high


def error_rates(
    approach: Approach, seed: int, seeds: Sequence[int], training: Sequence[str], classes: list[str]
) -> list[Tested]:
    """Return a row per test database, in the order of the tables.

    Args:
        approach: which approach.
        seed: that its head was trained with.
        seeds: all training seeds of the project.
        training: datasets trained on.
        classes: trained on; other attacks are new.

    Raises:
        UserError: a table is missing or broken.
    """
    figures = tables.read(
        paths.results(approach.head) / "figures.parquet",
        filters=[(APPROACH, "==", approach.name), ("seed", "==", seed), ("level", "==", "video")],
    )
    families = load(Databases).families
    intervals = _intervals(approach, seed, seeds, training)
    distance_auc = _distance_auc(approach.head, seed)
    cllr = evidence.cllr(approach, seed, training)
    rows = []
    # the first row of a database is over all attacks and compressions
    for row in figures[figures["attack"] == ALL].drop_duplicates("database").to_dict("records"):
        name = str(row["database"])
        attacks = figures.loc[figures["database"] == name, "attack"].drop_duplicates()
        attacks = [str(attack) for attack in attacks if attack != ALL]
        rows.append(
            Tested(
                database=name,
                trained_on=bool(set(families.get(name, [name])) & set(training)),
                attacks=attacks,
                new=[attack for attack in attacks if attack not in classes],
                n_real=int(row["n_real"]),
                n_fake=int(row["n_fake"]),
                **{measure: plain(row[measure]) for measure in MEASURES},
                intervals=dict(intervals.get(name, {})),
                unlike_auc=distance_auc.get(name),
                cllr=cllr.get(name),
            )
        )
    return rows


def plain(value: float) -> float | None:
    """Return a number for JSON: None if it is not finite."""
    return float(value) if np.isfinite(value) else None


def _intervals(
    approach: Approach, seed: int, seeds: Sequence[int], training: Sequence[str]
) -> Intervals:
    """Return intervals over all attacks together, from the stage or computed here.

    The stage has intervals of the mean over all seeds; those of one of several seeds are computed
    here.
    """
    path = paths.uncertainty() / "intervals.parquet"
    if len(seeds) == 1 and path.exists():
        stored = tables.read(path, filters=[(APPROACH, "==", approach.name)])
        if (stored["confidence"] == CONFIDENCE).all():
            return _by_database(stored)
    return _by_database(resampled(approach, seed, training))


def resampled(approach: Approach, seed: int, training: Sequence[str]) -> pd.DataFrame:
    """Return rows like those of the stage ``uncertainty``, of one approach and one seed.

    Args:
        approach: which approach.
        seed: of the training.
        training: datasets trained on.
    """
    from deepfake_attribution.evaluate.uncertainty import assessment, files

    names, rows = list(load(Datasets).root), load(Databases)
    videos = files.tested_videos(names)
    tested = [name for name in names if name in set(videos["dataset"])]
    protocol = Protocol(training, tested, rows.reals_from, rows.families)
    of_approach = files.scored(approach.head, "video", videos)[approach.name]
    own = [one for one in of_approach if one.seed == seed]
    there = assessment.databases(videos, protocol, load(Uncertainty).draws, load(Seed).root)
    found = [assessment.intervals(one, videos, own, CONFIDENCE) for one in there]
    return pd.DataFrame([row for rows in found for row in rows])


def _distance_auc(head: str, seed: int) -> dict[str, float]:
    """Return database -> AUC in percent of its new attacks against known videos, by distance."""
    path = paths.open_set() / "readings.parquet"
    if not path.exists():
        return {}
    rows = tables.read(path, filters=[(APPROACH, "==", about(head).title), ("seed", "==", seed)])
    rows = rows[(rows["measure"] == DISTANCE) & (rows["kind"] == NEW)]
    rows = rows[(rows["against"] == EVERYTHING) & rows["auc"].notna()]
    # the first row of a database is over all its new attacks, if there are several
    first = rows.drop_duplicates("database")
    return dict(zip(first["database"].map(str), first["auc"].map(float), strict=True))


def _by_database(table: pd.DataFrame) -> Intervals:
    rows = table[(table["level"] == "video") & (table["attack"] == ALL)]
    rows = rows[rows["measure"].isin(MEASURES)].drop_duplicates(["database", "measure"])
    found: dict[str, dict[str, list[float]]] = {}
    for row in rows.to_dict("records"):
        bounds = [float(row["low"]), float(row["high"])]
        if np.isfinite(bounds).all():
            found.setdefault(str(row["database"]), {})[str(row["measure"])] = bounds
    return found
