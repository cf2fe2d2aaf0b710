"""Cut the face out of a dataset's frames: python stages/crop.py DATASET."""

import sys

from deepfake_attribution import paths
from deepfake_attribution.errors import run
from deepfake_attribution.face_crops import crop_faces
from deepfake_attribution.params.compute import Compute
from deepfake_attribution.params.crop import Crop
from deepfake_attribution.params.detector import Detector
from deepfake_attribution.params.load import load


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
