from pathlib import Path

import pytest

from deepfake_attribution.core.errors import UserError
from deepfake_attribution.core.params import validate
from deepfake_attribution.faces.blazeface import BlazeFace
from deepfake_attribution.faces.detector import make_detector
from deepfake_attribution.faces.mtcnn import Mtcnn
from deepfake_attribution.faces.settings import Detector

SETTINGS = {
    "kind": "blazeface",
    "model": "short_range",
    "threshold": 0.5,
    "tiles": False,
    "nms_iou": 0.3,
    "weights": "registry",
}


def settings(**changes: object) -> Detector:
    return validate(Detector, {"detector": SETTINGS | changes}, Path("params.yaml"))


def test_settings_reach_blazeface(weights_folder: Path) -> None:
    detector = make_detector(settings(threshold=0.7, tiles=True), weights_folder, "auto")
    assert isinstance(detector, BlazeFace)
    assert (detector.side, detector.threshold, detector.tiles) == (128, 0.7, True)


def test_mtcnn_needs_no_weights_folder(tmp_path: Path) -> None:
    pytest.importorskip("facenet_pytorch")
    assert isinstance(make_detector(settings(kind="mtcnn"), tmp_path / "none", "cpu"), Mtcnn)


def test_missing_weights_are_a_user_error(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="the stage 'weights'"):
        make_detector(settings(), tmp_path, "cpu")


@pytest.mark.parametrize(("key", "value"), [("threshold", 0.0), ("kind", "dlib"), ("tiles", 1)])
def test_wrong_setting_is_refused(key: str, value: object) -> None:
    with pytest.raises(UserError, match=rf"detector\.{key}"):
        settings(**{key: value})
