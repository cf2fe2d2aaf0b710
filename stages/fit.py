"""Fit the classifiers on a head's validation embeddings: python stages/fit.py HEAD."""

import sys
from itertools import product

import own_code  # noqa: F401
from deepfake_attribution.classify.fitted import KINDS
from deepfake_attribution.classify.fitting import fit_on_validation
from deepfake_attribution.classify.settings import Classifiers
from deepfake_attribution.core.errors import run
from deepfake_attribution.core.params import load
from deepfake_attribution.core.settings import DegradedCopies, Seed, Superset, TrainingSeeds


def main() -> None:
    """Write NN, LR and SVM, each fitted on every training seed of the head that is named."""
    head = sys.argv[1]
    datasets, settings, folds = load(Superset).datasets, load(Classifiers), load(Seed).root
    degraded = load(DegradedCopies).degraded_chance > 0
    for kind, seed in product(KINDS, load(TrainingSeeds).seeds):
        print(fit_on_validation(head, seed, kind, datasets, settings, folds, degraded))


if __name__ == "__main__":
    run(main)
