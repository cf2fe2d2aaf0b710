"""What a detector is and what it finds."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np

# Rows of `Face.landmarks`: BlazeFace's order. Right and left are the person's own.
RIGHT_EYE = 0
LEFT_EYE = 1
NOSE_TIP = 2
MOUTH_CENTRE = 3
RIGHT_EAR = 4
LEFT_EAR = 5
LANDMARKS = 6


@dataclass(frozen=True, eq=False)
class Face:
    """One face in one frame.

    Attributes:
        box: (4,) float32, x0, y0, x1, y1 in pixels of the full frame. May reach past its edges.
        landmarks: (6, 2) float32, x and y in pixels of the full frame; NaN where the detector has
            no such point.
        score: confidence in [0, 1].
    """

    box: np.ndarray
    landmarks: np.ndarray
    score: float


class Detector(Protocol):
    """Finds the faces of frames."""

    def detect(self, frames: Sequence[np.ndarray]) -> list[list[Face]]:
        """Return the faces of each frame, the highest score first.

        Args:
            frames: RGB images, uint8 (H, W, 3); their sizes may differ.
        """
        ...


def overlap(one: np.ndarray, other: np.ndarray) -> np.ndarray:
    """Return the intersection over union of boxes (..., 4) and (..., 4), broadcast: (...).

    Boxes are x0, y0, x1, y1; an empty box overlaps nothing.
    """
    corner = np.maximum(one[..., :2], other[..., :2])
    size = np.clip(np.minimum(one[..., 2:], other[..., 2:]) - corner, 0, None)
    shared = size[..., 0] * size[..., 1]
    joined = area(one) + area(other) - shared
    return np.divide(shared, joined, out=np.zeros_like(shared), where=joined > 0)


def area(boxes: np.ndarray) -> np.ndarray:
    """Return the area of ``boxes`` (..., 4) in square pixels: (...); 0 where a side is negative."""
    sides = np.clip(boxes[..., 2:] - boxes[..., :2], 0, None)
    return sides[..., 0] * sides[..., 1]
