import sys
from pathlib import Path

import numpy as np
import pytest

from deepfake_attribution.core.errors import UserError
from deepfake_attribution.faces.blazeface import BlazeFace
from deepfake_attribution.faces.face import LEFT_EAR, MOUTH_CENTRE, RIGHT_EAR, overlap
from deepfake_attribution.faces.mtcnn import Mtcnn


def test_missing_package_names_the_command(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "facenet_pytorch", None)
    with pytest.raises(UserError, match=r"pip install --no-deps facenet-pytorch==2\.6\.0"):
        Mtcnn(0.5)


def test_face_and_landmarks_agree_with_blazeface(
    weights_folder: Path, portrait: np.ndarray
) -> None:
    pytest.importorskip("facenet_pytorch")
    frames = [portrait, np.zeros((100, 100, 3), np.uint8), portrait[:, 50:430]]
    found = Mtcnn(0.7).detect(frames)
    assert [len(faces) for faces in found] == [1, 0, 1]
    face = found[0][0]
    other = BlazeFace(weights_folder, "full_range", 0.5).detect([portrait])[0][0]
    assert overlap(face.box, other.box) > 0.5
    width = face.box[2] - face.box[0]
    away = np.linalg.norm(face.landmarks - other.landmarks, axis=1) / width
    assert (away[: MOUTH_CENTRE + 1] < 0.15).all()
    assert np.isnan(face.landmarks[[RIGHT_EAR, LEFT_EAR]]).all()
    assert (face.box.dtype, face.landmarks.dtype) == (np.float32, np.float32)
    np.testing.assert_allclose(found[2][0].box[[1, 3]], face.box[[1, 3]], atol=5)
