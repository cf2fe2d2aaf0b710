"""The evaluation protocol: one threshold per approach from validation, figures per test database.

The threshold of an approach is set on the pooled validation videos of the training datasets, so
that at most a set share of the fakes passes. It is then used on every database unchanged.
Positive is real, as everywhere: see `metrics`.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from deepfake_attribution.core import metrics
from deepfake_attribution.core.errors import UserError
from deepfake_attribution.core.video import REAL
from deepfake_attribution.evaluate.scoring import (
    ABOUT,
    APPROACH,
    KEY,
    NO_SCORE,
    SCORE,
    video_scores,
    without_number,
)
from deepfake_attribution.evaluate.settings import Evaluate
from deepfake_attribution.evaluate.threshold import Threshold, threshold

ALL = "all"
MEASURES = ("auc", "eer", "ap", "fnr", "fpr", "hter")
LEVELS = ("video", "frame")


@dataclass(frozen=True)
class Protocol:
    """Which videos are counted where; only videos whose ``split`` is ``test`` are.

    Attributes:
        training: datasets whose validation videos set the threshold.
        databases: datasets to test on, in the order of the tables.
        reals_from: for a dataset with fakes only, the dataset that its reals are taken from; any
            other dataset is tested with its own.
        families: further rows, each over several datasets; reals they share are counted once.
    """

    training: Sequence[str]
    databases: Sequence[str]
    reals_from: Mapping[str, str]
    families: Mapping[str, Sequence[str]]

    def rows(self) -> dict[str, list[str]]:
        """Return the datasets of every row: databases first, then families.

        Raises:
            UserError: a family has the name of a database.
        """
        both = set(self.databases) & set(self.families)
        if both:
            raise UserError(f"families: {sorted(both)[0]!r} is a database too; rename the family")
        return {name: [name] for name in self.databases} | {
            name: list(members) for name, members in self.families.items()
        }

    def select(self, table: pd.DataFrame, members: Sequence[str]) -> pd.DataFrame:
        """Return the test rows of ``table`` that count for ``members``: fakes, and their reals."""
        sources = [self.reals_from.get(member, member) for member in members]
        real = table["attack"] == REAL
        wanted = (table["dataset"].isin(members) & ~real) | (table["dataset"].isin(sources) & real)
        return table[wanted & (table["split"] == "test")]

    def absent(
        self,
        there: pd.DataFrame,
        members: Sequence[str],
        attack: str,
        expected: pd.DataFrame | None,
    ) -> int:
        """Return how many test videos of the complete datasets are missing.

        Args:
            there: the videos of a row: from `select`, and of ``attack`` alone if it is not ``all``.
            members: datasets of the row.
            attack: ``all`` or one.
            expected: as for `evaluate`.
        """
        if expected is None or expected.empty:
            return 0
        wanted = self.select(expected, members)
        if attack != ALL:
            wanted = wanted[wanted["attack"].isin([REAL, attack])]
        found = there.groupby(["dataset", "attack"]).size()
        pairs = zip(wanted["dataset"], wanted["attack"], wanted["expected"], strict=True)
        return sum(max(count - int(found.get((name, kind), 0)), 0) for name, kind, count in pairs)


@dataclass(frozen=True)
class Evaluation:
    """The result of `evaluate`.

    Attributes:
        metrics: ``{approach: {database: {"auc", "fnr", "fpr", "hter"}}}`` of the video level, in
            percent with two decimals. Figures that cannot be computed are left out.
        table: one row per approach, database, attack (``all`` or one), compression and level, in
            percent, unrounded; NaN where there is nothing to count. See `COLUMNS`.
        videos: the scores per video, from `scoring.video_scores`.
        frames: the scores per crop, with the catalog's columns of their videos.
        thresholds: by approach and level.
    """

    metrics: dict[str, dict[str, dict[str, float]]]
    table: pd.DataFrame
    videos: pd.DataFrame
    frames: pd.DataFrame
    thresholds: dict[str, dict[str, Threshold]]


COLUMNS = [
    "approach",
    "database",
    "attack",
    "compression",
    "level",
    "auc",
    "eer",
    "ap",
    "fnr",
    "fpr",
    "hter",
    "n_real",
    "n_fake",
    "k_fnr",
    "k_fpr",
    "threshold",
    "threshold_scores",
    "videos_without_face",
    "videos_missing",
    "coverage",
    "missing",
]


def evaluate(
    frames: pd.DataFrame,
    videos: pd.DataFrame,
    protocol: Protocol,
    settings: Evaluate,
    missing: pd.DataFrame | None = None,
    expected: pd.DataFrame | None = None,
) -> Evaluation:
    """Return thresholds and figures of every approach in ``frames``.

    Args:
        frames: scores per frame, see `scoring`; ``video``, ``approach`` and ``score`` at least,
            and those of degraded copies if ``settings`` set the threshold on them. The columns
            dataset, attack, split and compression are taken from ``videos``.
        videos: every validation and test video of the datasets, with or without a face:
            ``video``, ``dataset``, ``attack``, ``split``, ``compression``.
        protocol: which videos are counted where.
        settings: the validation FPR, and which scores set the threshold.
        missing: why videos have no crop, from `scoring.without_crop`.
        expected: ``dataset``, ``attack``, ``split``, ``expected``: how many videos the complete
            datasets have, if that is known.

    Raises:
        UserError: a dataset named in ``protocol`` has no videos, or an approach has no
            validation fakes.
    """
    _check_names(protocol, videos)
    videos = videos[[KEY, *ABOUT]]
    table_of = {
        "video": video_scores(frames, videos, missing),
        "frame": frames.drop(columns=ABOUT, errors="ignore").merge(videos, on=KEY),
    }
    thresholds: dict[str, dict[str, Threshold]] = {}
    rows = []
    for approach in frames[APPROACH].unique():
        tables = {level: table[table[APPROACH] == approach] for level, table in table_of.items()}
        thresholds[approach] = {
            level: threshold(table, protocol.training, settings, approach)
            for level, table in tables.items()
        }
        for database, members in protocol.rows().items():
            chosen = {level: protocol.select(tables[level], members) for level in LEVELS}
            for attack, compression, keep, whole in parts(chosen["video"]):
                absent = protocol.absent(keep, members, attack, expected) if whole else 0
                for level in LEVELS:
                    scored = chosen[level][chosen[level][KEY].isin(keep[KEY])]
                    rows.append(
                        {"approach": approach, "database": database, "attack": attack}
                        | {"compression": compression, "level": level}
                        | _measure(scored, thresholds[approach][level])
                        | _cover(keep, absent)
                    )
    table = pd.DataFrame(rows, columns=COLUMNS)
    return Evaluation(_summary(table), table, table_of["video"], table_of["frame"], thresholds)


def _check_names(protocol: Protocol, videos: pd.DataFrame) -> None:
    there = set(videos["dataset"])
    members = [name for members in protocol.rows().values() for name in members]
    sources = [protocol.reals_from[name] for name in members if name in protocol.reals_from]
    for name in [*protocol.training, *members, *sources]:
        if name not in there:
            raise UserError(
                f"dataset {name!r} is to be evaluated but has no videos; "
                f"there are {', '.join(sorted(there))}"
            )


def parts(table: pd.DataFrame) -> Iterator[tuple[str, str, pd.DataFrame, bool]]:
    """Yield attack, compression and videos of each row: all, each attack, each compression.

    The last value is whether the row joins all compressions: the expected number of videos is known
    for all levels together only.

    Args:
        table: the videos of one database, scored or not: ``video``, ``attack``, ``compression``.
    """
    reals, fakes = table[table["attack"] == REAL], table[table["attack"] != REAL]
    attacks = [ALL, *fakes["attack"].drop_duplicates()]
    for attack in attacks:
        of_attack = fakes if attack == ALL else fakes[fakes["attack"] == attack]
        compressions = sorted((of_attack if len(of_attack) else reals)["compression"].unique())
        yield attack, "+".join(map(_named, compressions)), pd.concat([reals, of_attack]), True
        if len(compressions) > 1:
            for compression in compressions:
                # Reals of another dataset may not exist in this compression.
                same = reals[reals["compression"] == compression]
                part = of_attack[of_attack["compression"] == compression]
                both = pd.concat([same if len(same) else reals, part])
                yield attack, _named(compression), both, False


def _named(compression: str) -> str:
    return compression or "-"  # as in a video's key


def _measure(table: pd.DataFrame, threshold: Threshold) -> dict[str, object]:
    scored = table[np.isfinite(table[SCORE])]
    found = metrics.figures(scored[SCORE], scored["attack"] == REAL, threshold.value)
    rates = {name: getattr(found, name) for name in MEASURES}
    counts = {name: getattr(found, name) for name in ("n_real", "n_fake", "k_fnr", "k_fpr")}
    notes = [note for note in (found.missing, without_number(table)) if note]
    return {
        **{name: np.nan if rate is None else rate for name, rate in rates.items()},
        **counts,
        "threshold": threshold.value,
        "threshold_scores": threshold.scores,
        "missing": "; ".join(notes),
    }


def _cover(videos: pd.DataFrame, absent: int) -> dict[str, object]:
    """Return how many videos have no face or are missing, and the percentage with a score."""
    without = videos[SCORE].isna()
    complete = len(videos) + absent
    share = 100 * (len(videos) - int(without.sum())) / complete if complete else np.nan
    faceless = int((without & (videos["status"] != NO_SCORE)).sum())
    return {"videos_without_face": faceless, "videos_missing": absent, "coverage": share}


def _summary(table: pd.DataFrame) -> dict[str, dict[str, dict[str, float]]]:
    """Return the four figures per approach and database, rounded, those that exist."""
    summary: dict[str, dict[str, dict[str, float]]] = {}
    pooled = (table["level"] == "video") & (table["attack"] == ALL)
    # The first row of each is over all compressions.
    for row in table[pooled].drop_duplicates(["approach", "database"]).to_dict("records"):
        values = {name: row[name] for name in ("auc", "fnr", "fpr", "hter")}
        there = {name: metrics.rounded(v) for name, v in values.items() if not np.isnan(v)}
        if there:
            summary.setdefault(str(row["approach"]), {})[str(row["database"])] = there
    return summary
