"""A frame fitted into the square that a detector takes, and the way back."""

from dataclasses import dataclass

import cv2
import numpy as np


@dataclass(frozen=True)
class Fit:
    """Where a frame lies in its square: ``frame pixel * scale + offset = square pixel``.

    Attributes:
        scale: (2,) for x and y; they differ by the rounding to whole pixels.
        offset: (2,) pixels of the square, left and above the frame.
        side: of the square, in pixels.
        size: (2,) width and height of the frame in pixels.
    """

    scale: np.ndarray
    offset: np.ndarray
    side: int
    size: np.ndarray

    def to_frame(self, points: np.ndarray) -> np.ndarray:
        """Turn points (..., 2), as shares of the square's side, into pixels of the frame."""
        return (points * self.side - self.offset) / self.scale

    def shows(self, box: np.ndarray) -> bool:
        """Tell whether ``box`` (4,), in pixels of the frame, is not empty and partly in it."""
        inside = (box[:2] < self.size).all() and (box[2:] > 0).all()
        return bool(inside and (box[2:] > box[:2]).all())


def letterbox(frame: np.ndarray, side: int, share: float = 1.0) -> tuple[np.ndarray, Fit]:
    """Fit ``frame`` (H, W, 3) uint8 into the middle of a black square of ``side`` pixels.

    The frame's longer side takes ``share`` of the square's; the aspect is kept. Shrinking averages
    where MediaPipe takes single pixels bilinearly: large frames shrink by 5 to 20 times, and
    skipped pixels would make small faces flicker.

    Returns:
        The square, uint8 (side, side, 3), and where the frame lies in it.
    """
    height, width = frame.shape[:2]
    ratio = side * share / max(height, width)
    fitted = (max(1, round(width * ratio)), max(1, round(height * ratio)))  # width, height
    way = cv2.INTER_AREA if ratio < 1 else cv2.INTER_LINEAR
    halved, factor = _halved(frame, ratio)
    small = cv2.resize(halved, fitted, interpolation=way)
    left, top = (side - fitted[0]) // 2, (side - fitted[1]) // 2
    canvas = np.zeros((side, side, 3), dtype=np.uint8)
    canvas[top : top + fitted[1], left : left + fitted[0]] = small
    shown = halved.shape[1] * factor, halved.shape[0] * factor  # pixels of the frame
    scale = np.array([fitted[0] / shown[0], fitted[1] / shown[1]])
    offset = np.array([left, top], dtype=np.float64)
    return canvas, Fit(scale, offset, side, np.array([width, height]))


def _halved(frame: np.ndarray, ratio: float) -> tuple[np.ndarray, int]:
    """Average ``frame`` over squares of 2, 4, ... pixels while it stays twice as large as needed.

    Averages of averages are the averages that one step would take, to half a grey level per
    halving, and OpenCV halves ten times as fast as it averages over fractions of pixels: 1280 x
    720 to 192 x 108 takes 1.6 ms instead of 4.1, the network 5.6. An odd last row or column is
    left out: nothing is shifted by it.

    Returns:
        The smaller picture, and how many pixels of ``frame`` one of its pixels is wide.
    """
    factor = 1
    while ratio * factor * 4 <= 1 and min(frame.shape[:2]) >= 2:
        height, width = frame.shape[0] // 2, frame.shape[1] // 2
        even = frame[: 2 * height, : 2 * width]
        frame = cv2.resize(even, (width, height), interpolation=cv2.INTER_AREA)
        factor *= 2
    return frame, factor
