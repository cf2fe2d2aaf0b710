"""Embed a dataset's crops with a head: python stages/embed.py HEAD DATASET."""

import sys

from deepfake_attribution import paths
from deepfake_attribution.embeddings import embed
from deepfake_attribution.errors import run
from deepfake_attribution.params.compute import Compute
from deepfake_attribution.params.embed import Embed
from deepfake_attribution.params.load import load


def main() -> None:
    """Write the embeddings of one dataset by one head."""
    head, dataset = sys.argv[1:3]
    count = embed(
        paths.model(head),
        dataset,
        load(Embed),
        load(Compute),
        work=paths.WORK / "embed" / head / dataset,
        out=paths.embeddings(head, dataset),
    )
    print(f"{dataset} by {head}: {count} crops")


if __name__ == "__main__":
    run(main)
