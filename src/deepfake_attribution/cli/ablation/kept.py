"""Results of finished experiments, kept in the repository.

DVC holds experiments in its cache and in references of its own, which no clone brings along. These
small tables are committed: a new clone begins with what is finished.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from deepfake_attribution.cli.ablation import queue
from deepfake_attribution.cli.ablation.comparison import DrawnVideos, counted
from deepfake_attribution.cli.ablation.experiments import without_digest
from deepfake_attribution.core import paths, tables
from deepfake_attribution.core.errors import UserError
from deepfake_attribution.evaluate.scoring import APPROACH, KEY, SCORE
from deepfake_attribution.evaluate.uncertainty.files import tested

FOLDER = Path("compared")
NAME = "experiment"  # the column that names the experiment of a row
VIDEOS = [KEY, "dataset", "attack", "split", "compression", "group"]
FIGURES = [APPROACH, "seed", "database", "attack", "compression", "level"]
FIGURES += ["n_real", "n_fake", "threshold", "auc", "hter"]
SCORES = [APPROACH, "seed", KEY, SCORE]
LAST = "figures.parquet"  # written when the others are there


@dataclass(frozen=True)
class Finished:
    """What a comparison needs of finished experiments.

    Attributes:
        figures: at video level, on the database that is compared on, over all attacks.
        scores: of the database's test videos.
    """

    figures: pd.DataFrame
    scores: pd.DataFrame


class Kept:
    """The experiments whose results are kept, of one kind of comparison.

    Args:
        prefix: of the experiments' names; each kind has its own folder.
        params: the content of params.yaml.
        database: that is compared on.

    Attributes:
        database: that is compared on.
        drawn: the database's videos; None before there is an experiment.
    """

    def __init__(self, prefix: str, params: dict[str, Any], database: str) -> None:
        self._folder, self._params, self.database = FOLDER / prefix, params, database
        self._experiments: dict[str, Finished] = {}
        self._videos: pd.DataFrame | None = None
        self.drawn: DrawnVideos | None = None
        if (self._folder / LAST).exists():
            self._draw(tables.read(self._folder / "videos.parquet"))
            figures, scores = (
                dict(list(tables.read(self._folder / f"{part}.parquet").groupby(NAME)))
                for part in ("figures", "scores")
            )
            # one that is in one table only was being written when that was stopped
            for name in figures.keys() & scores.keys():
                self._experiments[name] = Finished(figures[name][FIGURES], scores[name][SCORES])

    def __contains__(self, name: str) -> bool:
        return name in self._experiments

    def add(self, done: Mapping[str, Sequence[str]]) -> None:
        """Read finished experiments from DVC's cache and keep what is needed of them.

        One of the same row and seed, of older code or settings, makes room.

        Args:
            done: experiment's name -> its heads.

        Raises:
            UserError: a result has left DVC's cache, or the test videos are others than before.
        """
        new = [name for name in done if name not in self]
        if not new:
            return
        catalogs = [paths.catalog(dataset) for dataset in self._params["datasets"]]
        videos = tested(queue.outputs(new[0], catalogs))[VIDEOS]
        again = {without_digest(name) for name in new}
        self._experiments = {
            name: one
            for name, one in self._experiments.items()
            if without_digest(name) not in again
        }
        if self._experiments and not videos.equals(self._videos):
            raise UserError(
                f"{self._folder}: its experiments were tested on other videos than {new[0]}: "
                "delete the folder, and queue them again"
            )
        self._draw(videos)
        for name in new:
            self._experiments[name] = self._read(name, done[name])
        self._write()

    def of(self, names: Iterable[str]) -> Finished:
        """Return the results of several experiments, joined."""
        found = [self._experiments[name] for name in names]
        return Finished(
            pd.concat([one.figures for one in found], ignore_index=True),
            pd.concat([one.scores for one in found], ignore_index=True),
        )

    def _draw(self, videos: pd.DataFrame) -> None:
        self._videos, self.drawn = videos, DrawnVideos(videos, self._params, self.database)

    def _read(self, name: str, heads: Sequence[str]) -> Finished:
        assert self.drawn is not None
        figures = queue.outputs(name, [paths.results(head) / "figures.parquet" for head in heads])
        scores = queue.outputs(name, [paths.scores(head) for head in heads])
        return Finished(
            counted(pd.concat(figures, ignore_index=True), self.database)[FIGURES],
            self.drawn.own(pd.concat(scores, ignore_index=True), name)[SCORES],
        )

    def _write(self) -> None:
        assert self._videos is not None
        tables.write(self._videos, self._folder / "videos.parquet")
        for part in ("scores", "figures"):
            rows = [
                getattr(one, part).assign(**{NAME: name})
                for name, one in sorted(self._experiments.items())
            ]
            tables.write(pd.concat(rows, ignore_index=True), self._folder / f"{part}.parquet")
