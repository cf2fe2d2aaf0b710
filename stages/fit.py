"""Fit a classifier on a head's validation embeddings: python stages/fit.py HEAD CLASSIFIER."""

import sys

from deepfake_attribution.errors import run
from deepfake_attribution.fitting import fit_on_validation
from deepfake_attribution.params.classifiers import Classifiers
from deepfake_attribution.params.embed import Embed
from deepfake_attribution.params.load import load
from deepfake_attribution.params.seed import Seed
from deepfake_attribution.params.superset import Superset
from deepfake_attribution.params.train import Train


def main() -> None:
    """Write the classifier that the command line names, fitted on the head that it names."""
    head, kind = sys.argv[1:3]
    datasets, settings, folds = load(Superset).datasets, load(Classifiers), load(Seed).root
    degraded = load(Embed).degraded_chance > 0
    for seed in load(Train).seeds:
        print(fit_on_validation(head, seed, kind, datasets, settings, folds, degraded))


if __name__ == "__main__":
    run(main)
