"""Fit a classifier on a head's validation embeddings: python stages/fit.py HEAD CLASSIFIER."""

import sys

import own_code  # noqa: F401
from deepfake_attribution.classify.fitting import fit_on_validation
from deepfake_attribution.classify.settings import Classifiers
from deepfake_attribution.core.errors import run
from deepfake_attribution.core.params import load
from deepfake_attribution.core.settings import DegradedCopies, Seed, Superset, TrainingSeeds


def main() -> None:
    """Write the classifier that the command line names, fitted on the head that it names."""
    head, kind = sys.argv[1:3]
    datasets, settings, folds = load(Superset).datasets, load(Classifiers), load(Seed).root
    degraded = load(DegradedCopies).degraded_chance > 0
    for seed in load(TrainingSeeds).seeds:
        print(fit_on_validation(head, seed, kind, datasets, settings, folds, degraded))


if __name__ == "__main__":
    run(main)
