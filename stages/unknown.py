"""Look at what is said of attacks that were never trained on: python stages/new_attacks.py."""

import pandas as pd

from deepfake_attribution.core import paths, tables
from deepfake_attribution.core.errors import run
from deepfake_attribution.core.params import load
from deepfake_attribution.core.settings import Superset
from deepfake_attribution.evaluate.evaluation import NAMES
from deepfake_attribution.evaluate.open_set import new_attacks
from deepfake_attribution.evaluate.open_set.settings import Unknown
from deepfake_attribution.train.settings import Train


def main() -> None:
    """Write which classes attacks are given, and how unlike everything seen their videos are."""
    training, neighbours = load(Superset).datasets, load(Unknown).neighbours
    classes = new_attacks.trained_on()
    counted, scored = [], []
    for head in NAMES:
        videos, frames = tables.read(paths.scores(head)), tables.read(paths.frame_scores(head))
        counted.append(new_attacks.shares(videos, frames, classes))
        for seed in load(Train).seeds:
            scored.append(new_attacks.distances(head, seed, videos, training, neighbours))
            scored += new_attacks.unsureness(seed, videos, frames)
    told = pd.concat(scored, ignore_index=True)
    read = new_attacks.readings(told, training, classes)
    new_attacks.write(pd.concat(counted, ignore_index=True), told, read)
    new = read.loc[read["kind"] == new_attacks.NEW, ["database", "attack"]].drop_duplicates()
    print(f"attacks never trained on: {len(new[new['attack'] != new_attacks.ALL])}")


if __name__ == "__main__":
    run(main)
