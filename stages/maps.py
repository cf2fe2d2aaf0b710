"""Lay out a head's test crops on maps: python stages/maps.py HEAD."""

import sys

import own_code  # noqa: F401
from deepfake_attribution.core.errors import run
from deepfake_attribution.core.params import load
from deepfake_attribution.core.settings import Compute, Datasets, Seed, Superset, TrainingSeeds
from deepfake_attribution.figures import maps
from deepfake_attribution.figures.predictions import predictions_of
from deepfake_attribution.figures.settings import Maps


def main() -> None:
    """Write the maps of the head that the command line names, trained with its first seed."""
    head, trained = sys.argv[1], load(TrainingSeeds).seeds[0]
    settings, seed, jobs = load(Maps), load(Seed).root, load(Compute).workers
    datasets, training = list(load(Datasets).root), load(Superset).datasets
    wanted = maps.names(maps.tested(datasets), training)
    predict = predictions_of(head, trained, settings.classifier)
    made = maps.make(head, trained, wanted, settings, seed, predict, jobs)
    maps.write(made, head)
    for line in maps.lines(made, head):
        print(line)


if __name__ == "__main__":
    run(main)
