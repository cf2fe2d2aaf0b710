"""Cut the face out of a dataset's frames: python stages/crop.py DATASET."""

import sys

import own_code  # noqa: F401
from deepfake_attribution.core import paths
from deepfake_attribution.core.errors import run
from deepfake_attribution.core.params import load
from deepfake_attribution.core.settings import Compute
from deepfake_attribution.faces.face_crops import crop_faces
from deepfake_attribution.faces.settings import Crop, Detector


def main() -> None:
    """Write the face crops of the dataset that the command line names."""
    name = sys.argv[1]
    line = crop_faces(
        frames=paths.frames(name),
        weights=paths.BLAZEFACE,
        settings=load(Crop),
        finder=load(Detector),
        compute=load(Compute),
        work=paths.WORK / "crop" / name,
        out=paths.faces(name),
    )
    print(f"{name}: {line}")


if __name__ == "__main__":
    run(main)
