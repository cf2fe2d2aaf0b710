"""Embed a dataset's crops with a head, once per seed: python stages/embed.py HEAD DATASET."""

import sys

import own_code  # noqa: F401
from deepfake_attribution.core import paths
from deepfake_attribution.core.errors import run
from deepfake_attribution.core.params import load
from deepfake_attribution.core.settings import Compute, TrainingSeeds
from deepfake_attribution.embed.embeddings import embed
from deepfake_attribution.embed.settings import Embed
from deepfake_attribution.model.settings import Augment


def main() -> None:
    """Write the embeddings of one dataset by one head."""
    head, dataset = sys.argv[1:3]
    seeds = load(TrainingSeeds).seeds
    count = embed(
        {paths.model(head, seed): paths.embeddings(head, dataset, seed) for seed in seeds},
        dataset,
        load(Embed),
        load(Augment),
        load(Compute),
        work=paths.WORK / "embed" / head / dataset,
    )
    print(f"{dataset} by {head}: {count} crops, seeds {', '.join(map(str, seeds))}")


if __name__ == "__main__":
    run(main)
