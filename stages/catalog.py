"""List a dataset's videos: python stages/catalog.py DATASET."""

import sys
from collections import Counter

from deepfake_attribution import paths, tables
from deepfake_attribution.catalog.registry import list_videos
from deepfake_attribution.catalog.video import SCHEMA
from deepfake_attribution.errors import run
from deepfake_attribution.params.datasets import Datasets
from deepfake_attribution.params.load import load


def main() -> None:
    """Write the catalog of the dataset that the command line names."""
    name = sys.argv[1]
    videos = list_videos(name, load(Datasets).root[name])
    tables.write(videos, paths.catalog(name), SCHEMA)
    counts = Counter(videos["split"] + " " + videos["attack"])
    listed = ", ".join(f"{part} {count}" for part, count in sorted(counts.items()))
    print(f"{name}: {len(videos)} videos: {listed}")


if __name__ == "__main__":
    run(main)
