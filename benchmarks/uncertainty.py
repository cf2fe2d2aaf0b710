"""Intervals of every figure on as many scores as the complete catalogs have, against a plain loop.

    python benchmarks/uncertainty.py [--videos 30000] [--frames 15] [--approaches 8] [--draws 200]

Scores are random, of one database with eight attacks: what is timed is the arithmetic. Printed is
the time of all intervals at the video and the frame level and of all differences. The peer is the
loop that others write: for each draw the rows are picked and scikit-learn ranks them again. It does
a few draws of the pooled rows; both are counted in draws of one approach's figures per second.
"""

import argparse
from collections.abc import Sequence
from time import perf_counter

import numpy as np
import pandas as pd

import measure
from deepfake_attribution.core import metrics
from deepfake_attribution.core.video import REAL
from deepfake_attribution.evaluate.protocol import Protocol
from deepfake_attribution.evaluate.uncertainty.assessment import (
    Database,
    Scored,
    databases,
    differences,
    intervals,
)
from deepfake_attribution.evaluate.uncertainty.resampling import resample

ATTACKS = 8
THRESHOLD = 0.5
SLOW = 5  # draws of the loop in a round


def main() -> None:
    """Time all of a run, then a draw against a loop's; print and keep."""
    words = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    for name, value in {"videos": 30_000, "frames": 15, "approaches": 8, "draws": 200}.items():
        words.add_argument(f"--{name}", type=int, default=value)
    words.add_argument("--rounds", type=int, default=3)
    chosen = measure.options(words)
    videos = _videos(chosen.videos)
    plan = Protocol(["full"], ["full"], {}, {})
    (database,) = databases(videos, plan, chosen.draws, 1)
    _whole(database, videos, chosen)
    one = _scored(videos, "A0", "frame", chosen.frames)
    works = {"ours": _ours(database, videos, one), "loop": _loop(database, videos, one)}
    results = measure.compared("uncertainty", measure.rates(works, chosen.rounds), "draws/s")
    measure.show(results)
    measure.keep(results, chosen)


def _whole(database: Database, videos: pd.DataFrame, chosen: argparse.Namespace) -> None:
    """Print how long the intervals of all approaches at both levels and all differences take."""
    names = [f"A{number}" for number in range(chosen.approaches)]
    for level, frames in (("video", 1), ("frame", chosen.frames)):
        begun = perf_counter()
        for name in names:
            intervals(database, videos, [_scored(videos, name, level, frames)], 95)
        print(f"intervals, {level} level: {perf_counter() - begun:.1f} s")
    approaches: dict[str, Sequence[Scored]] = {
        name: [_scored(videos, name, "video", 1)] for name in names
    }
    begun = perf_counter()
    differences(database, videos, approaches, 95)
    print(f"differences: {perf_counter() - begun:.1f} s")


def _videos(count: int) -> pd.DataFrame:
    """Return a real and a fake of each attack from every source video."""
    kinds = [REAL, *(f"attack_{number}" for number in range(ATTACKS))]
    number = np.arange(count)
    return pd.DataFrame(
        {
            "video": [f"full/{place}" for place in number],
            "dataset": "full",
            "attack": np.array(kinds, dtype=object)[number % len(kinds)],
            "split": "test",
            "compression": "c23",
            "group": [f"source {place}" for place in number // len(kinds)],
        }
    )


def _scored(videos: pd.DataFrame, name: str, level: str, frames: int) -> Scored:
    random = np.random.default_rng([len(videos), int(name[1:])])
    place = np.repeat(np.arange(len(videos)), frames)
    real = (videos["attack"] == REAL).to_numpy()[place]
    return Scored(name, 1, level, THRESHOLD, place, random.normal(0.4 + 0.2 * real, 0.2))


def _ours(database: Database, videos: pd.DataFrame, one: Scored) -> measure.Work:
    real = (videos["attack"] == REAL).to_numpy()[one.place]
    groups = database.group[one.place]
    weights = database.weights[:200]

    def work() -> float:
        resample(one.scores, real, groups, weights, THRESHOLD)
        return len(weights)

    return work


def _loop(database: Database, videos: pd.DataFrame, one: Scored) -> measure.Work:
    real = (videos["attack"] == REAL).to_numpy()[one.place]
    groups = database.group[one.place]

    def work() -> float:
        for weights in database.weights[:SLOW]:
            picked = np.repeat(np.arange(len(groups)), weights[groups])
            metrics.figures(one.scores[picked], real[picked], THRESHOLD)
        return SLOW

    return work


if __name__ == "__main__":
    main()
