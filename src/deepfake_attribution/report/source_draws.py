"""Draws of source videos for the figures that the report computes itself.

As in the stage ``uncertainty``: all videos that were made from one source go in or stay out
together, and each database has its own draws.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from deepfake_attribution.core.params import load
from deepfake_attribution.core.settings import Seed
from deepfake_attribution.evaluate.scoring import KEY
from deepfake_attribution.evaluate.uncertainty.draws import Weights, draw
from deepfake_attribution.evaluate.uncertainty.files import tested_videos
from deepfake_attribution.evaluate.uncertainty.settings import Uncertainty

Places = NDArray[np.intp]


@dataclass(frozen=True)
class Draws:
    """How source videos are drawn.

    Attributes:
        groups: video -> its source.
        count: of the draws.
        level: percent of the draws that an interval holds.
        seed: of the project.
    """

    groups: pd.Series
    count: int
    level: float
    seed: int

    @classmethod
    def read(cls, datasets: Sequence[str]) -> "Draws":
        """Return the draws of the project in the current folder.

        Args:
            datasets: of whose test videos.
        """
        settings = load(Uncertainty)
        groups = tested_videos(datasets).set_index(KEY)["group"]
        return cls(groups, settings.draws, settings.level, load(Seed).root)

    def of(self, videos: pd.Series, name: str) -> tuple[Places, Weights]:
        """Return the column of each of ``videos``, (N,), and the weights (`draws.draw`).

        Args:
            videos: their keys, at least one.
            name: of the database.
        """
        names, columns = np.unique(videos.map(self.groups).astype(str), return_inverse=True)
        return columns, draw(len(names), self.count, self.seed, name)
