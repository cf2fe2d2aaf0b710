"""Confidence intervals of all figures, and differences of every two approaches (``uncertainty``).

The source videos of the test part are resampled as a whole (bootstrap): all videos made from one
source go in or stay out together (`sources`). An interval shows how much a figure depends on which
source videos were tested. Everything else is held fixed: the threshold, the training (with several
seeds it is the interval of their mean), the kinds of attacks, and the people, who can appear in
several source videos.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from itertools import combinations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from deepfake_attribution.core.video import REAL
from deepfake_attribution.evaluate.protocol import ALL, MEASURES, Protocol, parts
from deepfake_attribution.evaluate.uncertainty.classes import resample_classes
from deepfake_attribution.evaluate.uncertainty.draws import Weights, draw
from deepfake_attribution.evaluate.uncertainty.intervals import Interval, interval
from deepfake_attribution.evaluate.uncertainty.resampling import resample
from deepfake_attribution.evaluate.uncertainty.significance import holm, p_value

Floats = NDArray[np.float64]
COMPARED = ("auc", "hter")
INTERVALS = ["approach", "database", "attack", "compression", "level", "measure"]
PAIRS = ["database", "measure", "one", "other", "value_one", "value_other", "difference"]


@dataclass(frozen=True)
class Scored:
    """One approach trained with one seed, at one level.

    Attributes:
        approach, seed, level: which.
        threshold: a score above it is called real.
        place: (N,) row of each score in the table of all videos; one per video or crop.
        scores: (N,), all finite.
    """

    approach: str
    seed: int
    level: str
    threshold: float
    place: NDArray[np.intp]
    scores: Floats


class Database:
    """The test videos of one row of the tables, and their draws.

    Attributes:
        name: of the row.
        table: rows of the videos that count here, of the table of all videos.
        group: (all videos,) column of ``weights``; -1 for videos of other databases.
        weights: see `draws.draw`.
    """

    def __init__(
        self, name: str, videos: pd.DataFrame, chosen: pd.DataFrame, draws: int, seed: int
    ) -> None:
        self.name = name
        self.table = chosen
        names, columns = np.unique(chosen["group"].to_numpy(dtype=str), return_inverse=True)
        self.group = np.full(len(videos), -1, dtype=np.intp)
        self.group[chosen.index] = columns
        self.weights: Weights = draw(len(names), draws, seed, name)


def databases(
    videos: pd.DataFrame, protocol: Protocol, draws: int, seed: int
) -> Iterator[Database]:
    """Yield every row of the tables that has test videos.

    Args:
        videos: ``video``, ``dataset``, ``attack``, ``split``, ``compression`` and ``group``
            (`sources.sources`), indexed 0, 1, and so on.
        protocol: which videos are counted where.
        draws: how many.
        seed: of the draws.
    """
    for name, members in protocol.rows().items():
        chosen = protocol.select(videos, members)
        if len(chosen):
            yield Database(name, videos, chosen, draws, seed)


def intervals(
    database: Database, videos: pd.DataFrame, scored: Sequence[Scored], confidence: float
) -> list[dict[str, object]]:
    """Return a row for every approach, attack, compression, level and measure of a database.

    Args:
        database: of `databases`.
        videos: as for `databases`.
        scored: of one approach and level, all its seeds.
        confidence: percent of the draws that an interval holds.

    Returns:
        The columns `INTERVALS`, those of `Interval`, ``confidence``, and how many source videos
        there are: ``sources``, of these ``sources_real`` and ``sources_fake`` with such videos.
    """
    real = (videos["attack"] == REAL).to_numpy()
    rows = []
    for attack, compression, kept, _ in parts(database.table):
        counts = np.zeros(len(videos), dtype=bool)
        counts[kept.index] = True
        drawn = [resampled(database, one, counts, real) for one in scored]
        sources = count_sources(database, scored[0].place[counts[scored[0].place]], real)
        for measure in MEASURES:
            found = interval(mean_over_seeds(drawn, measure), confidence, needed(measure, sources))
            key = (scored[0].approach, database.name, attack, compression, scored[0].level, measure)
            rows.append(interval_row(key, found, confidence, sources))
    return rows


def class_intervals(
    database: Database,
    videos: pd.DataFrame,
    predicted: Sequence[NDArray[np.object_]],
    approach: str,
    classes: Sequence[str],
    confidence: float,
) -> list[dict[str, object]]:
    """Return rows like `intervals` of ``accuracy`` and ``macro_f1`` over the known classes.

    Args:
        database, videos, confidence: as for `intervals`.
        predicted: for each seed, (all videos,) the predicted class, or None.
        approach: its name.
        classes: those trained on.
    """
    known = np.zeros(len(videos), dtype=bool)
    known[database.table.index] = database.table["attack"].isin(classes)
    counted = known & np.array([name is not None for name in predicted[0]], dtype=bool)
    places = np.flatnonzero(counted)
    true = videos["attack"].to_numpy(dtype=object)
    drawn = [
        resample_classes(true[places], own[places], database.group[places], database.weights)
        for own in predicted
    ]
    sources = count_sources(database, places, true == REAL)
    compression = next(parts(database.table))[1]
    rows = []
    for measure in ("accuracy", "macro_f1"):
        found = interval(mean_over_seeds(drawn, measure), confidence, sources["sources"])
        key = (approach, database.name, ALL, compression, "video", measure)
        rows.append(interval_row(key, found, confidence, sources))
    return rows


def differences(
    database: Database,
    videos: pd.DataFrame,
    approaches: Mapping[str, Sequence[Scored]],
    confidence: float,
) -> list[dict[str, object]]:
    """Return a row for every two approaches and each of `COMPARED`, on their common videos.

    Args:
        database, videos, confidence: as for `intervals`.
        approaches: name -> its seeds, at the video level.

    Returns:
        The columns `PAIRS` (values in percent, ``difference`` is one minus other), ``low`` and
        ``high`` of the difference, ``p`` (`significance.p_value`) and ``p_corrected`` (Holm, over
        all pairs of this database and measure; NaN without interval), ``n_real`` and ``n_fake``
        (videos that both have a score for), ``left_out`` (videos with a score of only one), and
        the further columns of `intervals`.
    """
    real = (videos["attack"] == REAL).to_numpy()
    here = database.group >= 0
    has = {name: has_scores(seeds, len(videos)) & here for name, seeds in approaches.items()}
    known: dict[tuple[str, bytes], list[dict[str, Floats]]] = {}

    def drawn(name: str, both: NDArray[np.bool_]) -> list[dict[str, Floats]]:
        key = (name, both.tobytes())
        if key not in known:
            known[key] = [resampled(database, one, both, real) for one in approaches[name]]
        return known[key]

    rows = []
    for measure in COMPARED:
        of_measure = []
        for one, other in combinations(approaches, 2):
            both = has[one] & has[other]
            values = [mean_over_seeds(drawn(name, both), measure) for name in (one, other)]
            sources = count_sources(database, np.flatnonzero(both), real)
            found = interval(values[0] - values[1], confidence, needed(measure, sources))
            there = (values[0] - values[1])[1:]
            has_interval = not np.isnan(found.low)
            of_measure.append(
                dict(zip(PAIRS, (database.name, measure, one, other), strict=False))
                | {"value_one": values[0][0], "value_other": values[1][0]}
                | {"difference": found.value, "low": found.low, "high": found.high}
                | {"p": p_value(there[np.isfinite(there)]) if has_interval else np.nan}
                | {"n_real": int((both & real).sum()), "n_fake": int((both & ~real).sum())}
                | {"left_out": int((has[one] ^ has[other]).sum()), "confidence": confidence}
                | {"draws": found.draws, "draws_left_out": found.left_out, "note": found.note}
                | sources
            )
        corrected = holm([float(row["p"]) for row in of_measure])
        rows += [
            row | {"p_corrected": p} for row, p in zip(of_measure, corrected.tolist(), strict=True)
        ]
    return rows


def resampled(
    database: Database, one: Scored, counts: NDArray[np.bool_], real: NDArray[np.bool_]
) -> dict[str, Floats]:
    """Return every measure of one training in each draw (`resampling.resample`).

    Args:
        database: its draws.
        one: the scores.
        counts: (all videos,) those that count.
        real: (all videos,).
    """
    own = counts[one.place]
    place = one.place[own]
    groups = database.group[place]
    return resample(one.scores[own], real[place], groups, database.weights, one.threshold)


def mean_over_seeds(drawn: Sequence[Mapping[str, Floats]], measure: str) -> Floats:
    """Return the mean over the seeds in each draw; NaN where a seed has none."""
    return np.mean([one[measure] for one in drawn], axis=0)


def count_sources(
    database: Database, places: NDArray[np.intp], real: NDArray[np.bool_]
) -> dict[str, int]:
    """Return the number of source videos of the videos at ``places``: of all, reals, fakes."""
    groups, kinds = database.group[places], real[places]
    return {
        "sources": len(np.unique(groups)),
        "sources_real": len(np.unique(groups[kinds])),
        "sources_fake": len(np.unique(groups[~kinds])),
    }


def needed(measure: str, sources: Mapping[str, int]) -> int:
    """Return how many source videos a measure uses: FNR reals, FPR fakes, others the fewer."""
    of = {"fnr": sources["sources_real"], "fpr": sources["sources_fake"]}
    return of.get(measure, min(sources["sources_real"], sources["sources_fake"]))


def interval_row(
    key: Sequence[str], found: Interval, confidence: float, sources: Mapping[str, int]
) -> dict[str, object]:
    """Return a row of `intervals`; ``key`` has the values of the columns `INTERVALS`."""
    named = asdict(found)
    named["draws_left_out"] = named.pop("left_out")
    return (
        dict(zip(INTERVALS, key, strict=True)) | named | {"confidence": confidence} | dict(sources)
    )


def has_scores(seeds: Sequence[Scored], videos: int) -> NDArray[np.bool_]:
    """Return (all videos,) whether every seed has a score for the video."""
    has = np.ones(videos, dtype=bool)
    for one in seeds:
        own = np.zeros(videos, dtype=bool)
        own[one.place] = True
        has &= own
    return has
