"""Likelihood ratios of all test videos, and how good they are on each database."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass

import numpy as np
import pandas as pd

from deepfake_attribution.core.video import REAL
from deepfake_attribution.evaluate.headline import SEEN, UNSEEN
from deepfake_attribution.evaluate.protocol import Protocol
from deepfake_attribution.evaluate.uncertainty.assessment import Database, count_sources
from deepfake_attribution.evaluate.uncertainty.intervals import interval
from deepfake_attribution.likelihood import measures

VALIDATION = "validation"  # name of the row of cross-validated ratios, and of its part
RATIO = "log10_lr"
ROW = ["approach", "database", "part", "measure"]


@dataclass(frozen=True)
class Rated:
    """The likelihood ratios of one approach and training seed.

    Attributes:
        approach, seed: which.
        place: (N,) row of each video in the table of all videos.
        ratios: (N,) log10 LR.
        reason: why there are none; else empty.
    """

    approach: str
    seed: int
    place: np.ndarray
    ratios: np.ndarray
    reason: str = ""


def part_of(database: str, protocol: Protocol) -> str:
    """Return ``seen`` for a database that was trained on, or a family with one, else ``unseen``."""
    members = set(protocol.rows()[database])
    return SEEN if members & set(protocol.training) else UNSEEN


def validation_database(videos: pd.DataFrame, draws: int, seed: int) -> Database:
    """Return all ``videos`` as a row of the tables.

    Args:
        videos: the validation videos, indexed 0, 1, and so on, with ``group``.
        draws, seed: as for `assessment.databases`.
    """
    return Database(VALIDATION, videos, videos, draws, seed)


def rows(
    database: Database,
    part: str,
    videos: pd.DataFrame,
    approaches: Mapping[str, Sequence[Rated]],
    confidence: float,
) -> list[dict[str, object]]:
    """Return a row for every approach and measure (`measures.MEASURES`) on a database.

    Args:
        database: of `assessment.databases`, or `validation_database`.
        part: ``seen``, ``unseen`` or ``validation``.
        videos: the table that it is of.
        approaches: name -> its seeds.
        confidence: percent of the draws that an interval holds.

    Returns:
        The columns `ROW`, those of `Interval`, ``confidence``, ``n_real`` and ``n_fake`` (videos
        with a ratio, of the first seed), and the numbers of source videos. ``cllr`` is in bits,
        ``misleading_...`` in percent. ``note`` says why there is no value or no interval.
    """
    real = (videos["attack"] == REAL).to_numpy()
    found: list[dict[str, object]] = []
    for approach, seeds in approaches.items():
        own = [_here(one, database) for one in seeds]
        first = own[0].place
        sources = count_sources(database, first, real)
        counts = {"n_real": int(real[first].sum()), "n_fake": int((~real[first]).sum())}
        drawn = [
            measures.resample(
                one.ratios, real[one.place], database.group[one.place], database.weights
            )
            for one in own
        ]
        reason = next((one.reason for one in seeds if one.reason), "")
        for measure in measures.MEASURES:
            values = np.mean([one[measure] for one in drawn], axis=0)
            got = asdict(interval(values, confidence, _needed(measure, sources)))
            got["draws_left_out"] = got.pop("left_out")
            if reason:
                got["note"] = reason
            key = dict(zip(ROW, (approach, database.name, part, measure), strict=True))
            found.append(key | got | {"confidence": confidence} | counts | sources)
    return found


def _here(one: Rated, database: Database) -> Rated:
    """Return the ratios of a database's videos."""
    kept = database.group[one.place] >= 0
    return Rated(one.approach, one.seed, one.place[kept], one.ratios[kept], one.reason)


def _needed(measure: str, sources: Mapping[str, int]) -> int:
    """Return how many source videos a measure uses, see `assessment.needed`."""
    of = {"misleading_real": "sources_real", "misleading_fake": "sources_fake"}
    if measure in of:
        return sources[of[measure]]
    return min(sources["sources_real"], sources["sources_fake"])
