"""MTCNN as facenet-pytorch gives it, behind the same interface as BlazeFace.

Zhang et al., "Joint Face Detection and Alignment Using Multitask Cascaded Convolutional
Networks", 2016. The weights come with the package.
"""

from collections import defaultdict
from collections.abc import Sequence

import numpy as np

from deepfake_attribution.core.errors import UserError
from deepfake_attribution.faces.face import (
    LANDMARKS,
    LEFT_EYE,
    MOUTH_CENTRE,
    NOSE_TIP,
    RIGHT_EYE,
    Face,
)

SMALLEST = 20  # pixels per side of the smallest face looked for, the package's own
FIRST_STAGES = (0.6, 0.7)  # thresholds of its first two networks, the paper's


class Mtcnn:
    """facenet-pytorch's three networks with their own weights.

    Its five landmarks fill four rows of `Face.landmarks`: the eyes, the nose, and the mean of the
    mouth's corners as its centre. It has no ears: those rows are NaN.

    Args:
        threshold: of the last network; faces with a lower score are left out.
        device: torch's name of the device.

    Raises:
        UserError: facenet-pytorch is not installed.
    """

    def __init__(self, threshold: float, device: str = "cpu") -> None:
        try:
            from facenet_pytorch import MTCNN  # an extra: heavy, usually absent
        except ModuleNotFoundError as error:
            raise UserError(
                f"detector.kind 'mtcnn' needs {error.name}, which is not installed: run "
                "`pip install --no-deps facenet-pytorch==2.6.0`, or set detector.kind to "
                "'blazeface'"
            ) from None
        self._network = MTCNN(
            min_face_size=SMALLEST,
            thresholds=[*FIRST_STAGES, threshold],
            keep_all=True,
            device=device,
        )

    def detect(self, frames: Sequence[np.ndarray]) -> list[list[Face]]:
        """Return the faces of each frame, the highest score first; see `Detector.detect`."""
        found: list[list[Face]] = [[] for _ in frames]
        alike = defaultdict(list)  # the networks take batches of one size only
        for index, frame in enumerate(frames):
            alike[frame.shape].append(index)
        for indices in alike.values():
            batch = np.stack([frames[index] for index in indices])
            answers = zip(indices, *self._network.detect(batch, landmarks=True), strict=True)
            for index, boxes, scores, points in answers:
                found[index] = _faces(boxes, scores, points)
        return found


def _faces(boxes: np.ndarray | None, scores: np.ndarray, points: np.ndarray | None) -> list[Face]:
    """Return the faces of one frame from the package's arrays; None means no face."""
    if boxes is None or points is None:
        return []
    faces = [
        Face(np.asarray(box, dtype=np.float32), _landmarks(five), float(score))
        for box, score, five in zip(boxes, scores, points, strict=True)
    ]
    return sorted(faces, key=lambda face: -face.score)


def _landmarks(five: np.ndarray) -> np.ndarray:
    """Turn the package's (5, 2): eye, eye, nose, mouth's corners, each from the left of the image.

    What is left in the image is the person's right.
    """
    points = np.full((LANDMARKS, 2), np.nan, dtype=np.float32)
    points[[RIGHT_EYE, LEFT_EYE, NOSE_TIP]] = five[:3]
    points[MOUTH_CENTRE] = (five[3] + five[4]) / 2
    return points
