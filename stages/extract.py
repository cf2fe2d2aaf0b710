"""Take frames from a dataset's videos: python stages/extract.py DATASET."""

import sys
from pathlib import Path

from deepfake_attribution import paths
from deepfake_attribution.errors import run
from deepfake_attribution.extraction import extract
from deepfake_attribution.params.compute import Compute
from deepfake_attribution.params.datasets import Datasets
from deepfake_attribution.params.extract import Extract
from deepfake_attribution.params.load import load


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
