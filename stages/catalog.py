"""List a dataset's videos: python stages/catalog.py DATASET."""

import json
import sys

import own_code  # noqa: F401
from deepfake_attribution.catalog.listing import nested
from deepfake_attribution.catalog.registry import list_videos
from deepfake_attribution.core import paths, tables
from deepfake_attribution.core.durable import write
from deepfake_attribution.core.errors import run
from deepfake_attribution.core.params import load
from deepfake_attribution.core.settings import Datasets
from deepfake_attribution.core.video import SCHEMA


def main() -> None:
    """Write the catalog of the dataset that the command line names, and a summary of it."""
    name = sys.argv[1]
    listing = list_videos(name, load(Datasets).root)
    tables.write(listing.videos, paths.catalog(name), SCHEMA)
    summary = {
        "expected": nested(listing.expected),
        "found": nested(listing.found()),
        "problems": [*listing.shortages(), *listing.problems],
        "notes": listing.notes,
    }
    write((json.dumps(summary, indent=2) + "\n").encode(), paths.listing(name))
    for line in summary["problems"]:
        print(f"{name}: {line}")
    for line in listing.notes:
        print(f"{name}: note: {line}")
    counts = ", ".join(
        f"{split} {attack} {n}" for (split, attack), n in sorted(listing.found().items())
    )
    print(f"{name}: {len(listing.videos)} videos: {counts}")


if __name__ == "__main__":
    run(main)
