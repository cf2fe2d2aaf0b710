"""Stage ``weights``: fetch and check the face detector's official files."""

from deepfake_attribution import paths
from deepfake_attribution.errors import run
from deepfake_attribution.faces import weights
from deepfake_attribution.params.detector import Detector
from deepfake_attribution.params.load import load


def main() -> None:
    """Write `paths.BLAZEFACE` from where ``detector.weights`` says."""
    weights.fetch(load(Detector).weights, paths.BLAZEFACE)


if __name__ == "__main__":
    run(main)
