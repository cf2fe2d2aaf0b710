"""Overlapping square windows of a frame, for a second look at small faces."""

from dataclasses import dataclass
from math import ceil

import numpy as np

from deepfake_attribution.faces.face import Face

# Sides of the windows as shares of the frame's shorter side, the coarsest first. With half of a
# window shared between neighbours, a face up to half a window lies whole in one of them; larger
# ones are seen by the level before.
LEVELS = (1.0, 0.5)
SMALLEST = 64  # pixels; a face found in less would be too small to be of use


@dataclass(frozen=True)
class Window:
    """A square of ``side`` pixels whose upper left corner is the frame's pixel (``x``, ``y``)."""

    x: int
    y: int
    side: int

    def cut(self, frame: np.ndarray) -> np.ndarray:
        """Return the window's part of ``frame`` (H, W, 3), as a view."""
        return frame[self.y : self.y + self.side, self.x : self.x + self.side]

    def shift(self, face: Face) -> Face:
        """Return ``face``, found in the window, in pixels of the frame."""
        corner = np.array([self.x, self.y], dtype=np.float32)
        return Face(face.box + np.tile(corner, 2), face.landmarks + corner, face.score)

    def cuts(self, face: Face, height: int, width: int) -> bool:
        """Tell whether ``face``, in pixels of the frame, reaches past the window into the frame.

        Such a face is seen in part only; a neighbour sees it whole.
        """
        x0, y0, x1, y1 = face.box.tolist()
        return (
            (x0 < self.x and self.x > 0)
            or (y0 < self.y and self.y > 0)
            or (x1 > self.x + self.side and self.x + self.side < width)
            or (y1 > self.y + self.side and self.y + self.side < height)
        )


def windows(height: int, width: int, level: float) -> list[Window]:
    """Return the windows of one of `LEVELS` for a frame of ``height`` x ``width`` pixels.

    They cover the frame; neighbours share half of a side or more. None where they would be
    smaller than `SMALLEST` or the frame itself.
    """
    side = round(min(height, width) * level)
    if side < SMALLEST or side == max(height, width):
        return []
    return [Window(x, y, side) for y in _starts(height, side) for x in _starts(width, side)]


def _starts(length: int, side: int) -> list[int]:
    count = 1 + ceil((length - side) / (side / 2))
    return np.linspace(0, length - side, count).round().astype(int).tolist()
