"""Compute confidence intervals of all heads' figures: python stages/uncertainty.py."""

from itertools import chain, product

import pandas as pd

import own_code  # noqa: F401
from deepfake_attribution.core import paths, tables
from deepfake_attribution.core.errors import run
from deepfake_attribution.core.params import load
from deepfake_attribution.core.settings import Datasets, Seed, Superset
from deepfake_attribution.evaluate.metadata_baseline import baseline
from deepfake_attribution.evaluate.protocol import LEVELS, Protocol
from deepfake_attribution.evaluate.settings import Databases
from deepfake_attribution.evaluate.uncertainty import files, further_thresholds, strengths
from deepfake_attribution.evaluate.uncertainty.assessment import (
    Scored,
    class_intervals,
    databases,
    differences,
    intervals,
)
from deepfake_attribution.evaluate.uncertainty.settings import Uncertainty
from deepfake_attribution.evaluate.uncertainty.significance import enough
from deepfake_attribution.heads.registry import chosen


def main() -> None:
    """Write data/uncertainty: intervals, differences of every two approaches, strengths."""
    settings, rows, training = load(Uncertainty), load(Databases), load(Superset).datasets
    heads = list(chosen())
    every = [*heads, baseline.HEAD]  # the baseline has intervals, and is compared with no head
    names = list(load(Datasets).root)
    videos = files.tested_videos(names)
    tested = [name for name in names if name in set(videos["dataset"])]
    protocol = Protocol(training, tested, rows.reals_from, rows.families)
    approaches: dict[str, list[Scored]] = {}
    for head in heads:
        approaches |= files.scored(head, "video", videos)
    draws = enough(settings.draws, len(approaches), settings.level)
    if draws > settings.draws:
        print(f"{draws} draws instead of {settings.draws}: {len(approaches)} approaches need them")
    seed = load(Seed).root
    resampled = list(databases(videos, protocol, draws, seed))
    found = []
    for head, level in product(every, LEVELS):
        points = further_thresholds.read(head, level)
        for seeds in files.scored(head, level, videos).values():
            found += [intervals(one, videos, seeds, settings.level) for one in resampled]
            found += [
                further_thresholds.point_intervals(one, videos, seeds, points, settings.level)
                for one in resampled
            ]
    classes = files.classes_of(training)
    for approach, given in chain(*(files.predicted(head, videos).items() for head in every)):
        found += [
            class_intervals(one, videos, given, approach, classes, settings.level)
            for one in resampled
        ]
    of_videos = chain(*(files.scored(head, "video", videos).values() for head in every))
    strong = strengths.by_strength(
        strengths.parted(videos), protocol, of_videos, draws, seed, settings.level
    )
    pairs = [differences(one, videos, approaches, settings.level) for one in resampled]
    folder = paths.uncertainty()
    tables.write(pd.DataFrame(chain(*found)), folder / "intervals.parquet")
    tables.write(pd.DataFrame(chain(*pairs)), folder / "differences.parquet")
    tables.write(strong, folder / "strengths.parquet")
    for one in resampled:
        print(f"{one.name}: {len(one.table)} test videos of {one.weights.shape[1]} source videos")
    print(f"intervals and differences: {folder}")


if __name__ == "__main__":
    run(main)
