"""The figures of experiments side by side, and what the difference of two of them shows."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd

from deepfake_attribution.core.errors import UserError
from deepfake_attribution.core.params import PARAMS, validate
from deepfake_attribution.core.settings import Datasets, Seed, Superset
from deepfake_attribution.evaluate.over_seeds import SEED
from deepfake_attribution.evaluate.protocol import ALL, Protocol
from deepfake_attribution.evaluate.scoring import APPROACH, KEY
from deepfake_attribution.evaluate.settings import Databases
from deepfake_attribution.evaluate.uncertainty import files
from deepfake_attribution.evaluate.uncertainty.assessment import Database, Scored
from deepfake_attribution.evaluate.uncertainty.intervals import Interval
from deepfake_attribution.evaluate.uncertainty.settings import Uncertainty
from deepfake_attribution.evaluate.uncertainty.trainings import difference, draw_seeds

HELPS, HURTS, NOT_SHOWN = "helps", "hurts", "not shown"


@dataclass(frozen=True)
class Reading:
    """An approach on a database, with several training seeds.

    Attributes:
        auc: of each seed, in percent.
        hter: of each seed, in percent.
        n_real: videos.
        n_fake: videos.
    """

    auc: tuple[float, ...]
    hter: tuple[float, ...]
    n_real: int
    n_fake: int


@dataclass(frozen=True)
class Difference:
    """One experiment's mean AUC minus another's.

    Attributes:
        found: with its interval over videos and training seeds.
        left_out: videos that not all trainings of both have a score for.
    """

    found: Interval
    left_out: int

    @property
    def verdict(self) -> str:
        """Whether what one has and the other lacks helps, hurts, or neither is shown."""
        if self.found.low > 0:
            return HELPS
        return HURTS if self.found.high < 0 else NOT_SHOWN


def counted(figures: pd.DataFrame, database: str) -> pd.DataFrame:
    """Return the rows at video level, over all attacks and compressions: one per seed.

    Args:
        figures: a row per approach, database, attack, compression, level and seed.
        database: which.
    """
    rows = figures[
        (figures["database"] == database)
        & (figures["attack"] == ALL)
        & (figures["level"] == "video")
    ]
    # The first row of each is over all compressions.
    return rows.drop_duplicates([APPROACH, SEED])


def readings(figures: pd.DataFrame, database: str) -> dict[str, Reading]:
    """Return approach -> its figures at video level, over all attacks and compressions.

    Args:
        figures: a row per approach, database, attack, compression, level and seed.
        database: which.
    """
    rows = counted(figures, database)
    return {
        str(approach): Reading(
            tuple(map(float, group["auc"])),
            tuple(map(float, group["hter"])),
            int(group["n_real"].iloc[0]),
            int(group["n_fake"].iloc[0]),
        )
        for approach, group in rows.groupby("approach", sort=False)
    }


def mean(values: tuple[float, ...]) -> float:
    """Return the mean; NaN where a seed has none."""
    return sum(values) / len(values) if values else math.nan


class DrawnVideos:
    """The test videos of one database, and the draws that all experiments share.

    Args:
        videos: the test videos of all datasets, of `files.tested`.
        params: the content of params.yaml.
        name: of the database.
    """

    def __init__(self, videos: pd.DataFrame, params: dict[str, Any], name: str) -> None:
        self.videos = videos
        self.settings = validate(Uncertainty, params, PARAMS)
        self.seed = validate(Seed, params, PARAMS).root
        rows = validate(Databases, params, PARAMS)
        training = validate(Superset, params, PARAMS).datasets
        datasets = list(validate(Datasets, params, PARAMS).root)
        protocol = Protocol(training, datasets, rows.reals_from, rows.families)
        chosen = protocol.select(self.videos, protocol.rows()[name])
        self.database = Database(name, self.videos, chosen, self.settings.draws, self.seed)

    def own(self, scores: pd.DataFrame, name: str) -> pd.DataFrame:
        """Return the scores of the database's test videos.

        Args:
            scores: of all videos, as stage ``evaluate`` writes them.
            name: of the experiment that they are of.

        Raises:
            UserError: it was tested on other videos than those of the catalogs.
        """
        rows = scores[scores["split"] == "test"]
        unknown = rows.loc[~rows[KEY].isin(self.videos[KEY]), KEY]
        if len(unknown):
            raise UserError(
                f"{name}: it was tested on other videos than the others, such as "
                f"{unknown.iloc[0]}: `dvc exp remove {name}`, and queue it again"
            )
        return rows[rows[KEY].isin(self.database.table[KEY])]

    def scored(self, scores: pd.DataFrame, figures: pd.DataFrame) -> dict[str, list[Scored]]:
        """Return approach -> the scores of its trainings, one per seed.

        Args:
            scores: of `own`.
            figures: of `counted`.
        """
        return files.of_tables(scores, figures, "video", self.videos)

    def difference(
        self, one: Sequence[Scored], other: Sequence[Scored], names: tuple[str, str]
    ) -> Difference:
        """Return the mean AUC of ``one`` minus that of ``other``.

        Args:
            one: the trainings of an approach in an experiment, of `scored`.
            other: those of the same approach in another one.
            names: of the two experiments; the draws of their seeds follow from them.
        """
        draws = self.settings.draws
        seeds = (
            draw_seeds(len(one), draws, self.seed, names[0]),
            draw_seeds(len(other), draws, self.seed, names[1]),
        )
        return Difference(
            *difference(self.database, self.videos, (one, other), seeds, self.settings.level)
        )
