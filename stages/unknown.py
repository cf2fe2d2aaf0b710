"""Look at what is said of attacks that were never trained on: python stages/unknown.py."""

import pandas as pd

from deepfake_attribution import paths, tables, unknown
from deepfake_attribution.errors import run
from deepfake_attribution.evaluation import NAMES
from deepfake_attribution.params.load import load
from deepfake_attribution.params.superset import Superset
from deepfake_attribution.params.train import Train
from deepfake_attribution.params.unknown import Unknown


def main() -> None:
    """Write which classes attacks are given, and how unlike everything seen their videos are."""
    training, neighbours = load(Superset).datasets, load(Unknown).neighbours
    classes = unknown.trained_on()
    counted, scored = [], []
    for head in NAMES:
        videos, frames = tables.read(paths.scores(head)), tables.read(paths.frame_scores(head))
        counted.append(unknown.shares(videos, frames, classes))
        for seed in load(Train).seeds:
            scored.append(unknown.distances(head, seed, videos, training, neighbours))
            scored += unknown.unsureness(seed, videos, frames)
    told = pd.concat(scored, ignore_index=True)
    read = unknown.readings(told, training, classes)
    unknown.write(pd.concat(counted, ignore_index=True), told, read)
    new = read.loc[read["kind"] == unknown.NEW, ["database", "attack"]].drop_duplicates()
    print(f"attacks never trained on: {len(new[new['attack'] != unknown.ALL])}")


if __name__ == "__main__":
    run(main)
