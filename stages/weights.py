"""Stage ``weights``: the face detector's official files, checked, and as ONNX files."""

import own_code  # noqa: F401
from deepfake_attribution.core import paths
from deepfake_attribution.core.errors import run
from deepfake_attribution.core.params import load
from deepfake_attribution.faces import detector_files
from deepfake_attribution.faces.settings import Detector


def main() -> None:
    """Write `paths.BLAZEFACE` from the source that ``detector.weights`` names."""
    detector_files.make(load(Detector).weights, paths.BLAZEFACE)


if __name__ == "__main__":
    run(main)
