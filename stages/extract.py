"""Take frames from a dataset's videos: python stages/extract.py DATASET."""

import sys
from pathlib import Path

import own_code  # noqa: F401
from deepfake_attribution.core import paths
from deepfake_attribution.core.errors import run
from deepfake_attribution.core.params import load
from deepfake_attribution.core.settings import Compute, Datasets
from deepfake_attribution.frames.extraction import extract
from deepfake_attribution.frames.settings import Extract


def main() -> None:
    """Write the frames of the dataset that the command line names."""
    name = sys.argv[1]
    line = extract(
        catalog=paths.catalog(name),
        root=Path(load(Datasets).root[name].root),
        settings=load(Extract),
        compute=load(Compute),
        work=paths.WORK / "extract" / name,
        out=paths.frames(name),
    )
    print(f"{name}: {line}")


if __name__ == "__main__":
    run(main)
