"""Score attacks that were never trained on: python stages/open_set.py."""

import pandas as pd

import own_code  # noqa: F401
from deepfake_attribution.core import paths, tables
from deepfake_attribution.core.errors import run
from deepfake_attribution.core.params import load
from deepfake_attribution.core.settings import Superset, TrainingSeeds
from deepfake_attribution.evaluate.open_set import limits, new_attacks, readings
from deepfake_attribution.evaluate.open_set.settings import OpenSet
from deepfake_attribution.evaluate.protocol import ALL
from deepfake_attribution.heads.registry import chosen


def main() -> None:
    """Write the predicted classes of attacks and the out-of-distribution scores of their videos."""
    training, settings = load(Superset).datasets, load(OpenSet)
    neighbours = settings.neighbours
    classes = new_attacks.trained_on()
    counted, scored, found = [], [], []
    for head in chosen():
        videos, frames = tables.read(paths.scores(head)), tables.read(paths.frame_scores(head))
        counted.append(new_attacks.shares(videos, frames, classes))
        for seed in load(TrainingSeeds).seeds:
            scored.append(new_attacks.distances(head, seed, videos, training, neighbours))
            found.append(limits.limit(head, seed, training, neighbours, settings.known_share))
            scored += new_attacks.class_uncertainty(head, seed, videos, frames)
    measured = pd.concat(scored, ignore_index=True)
    read = readings.readings(measured, training, classes)
    limits.write(found)
    new_attacks.write(pd.concat(counted, ignore_index=True), measured, read)
    new = read.loc[read["kind"] == readings.NEW, ["database", "attack"]].drop_duplicates()
    print(f"attacks never trained on: {len(new[new['attack'] != ALL])}")


if __name__ == "__main__":
    run(main)
