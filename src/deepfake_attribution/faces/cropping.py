"""The square around a face, cut out and scaled."""

import cv2
import numpy as np


def square(box: np.ndarray, margin: float) -> np.ndarray:
    """Return the square around the centre of ``box`` whose side is the longer side + margin.

    Args:
        box: (4,) x0, y0, x1, y1 in pixels.
        margin: added to the longer side, as a share of it; 0.3 makes the side 1.3 times as long.

    Returns:
        (4,) float64 x0, y0, x1, y1; may reach past the frame.

    Raises:
        ValueError: the box is empty or not finite.
    """
    corners = np.asarray(box, dtype=np.float64)
    side = float((corners[2:] - corners[:2]).max()) * (1 + margin)
    if not np.isfinite(corners).all() or not side > 0:
        raise ValueError(f"no square around the box {corners.tolist()} with margin {margin}")
    centre = (corners[:2] + corners[2:]) / 2
    return np.concatenate([centre - side / 2, centre + side / 2])


def region(box: np.ndarray, margin: float) -> tuple[int, int, int]:
    """Return left, top and side of `square`, rounded to whole pixels.

    Raises:
        ValueError: the box is empty or not finite.
    """
    corners = square(box, margin)
    side = max(1, round(float(corners[2] - corners[0])))
    return round(float(corners[0])), round(float(corners[1])), side


def crop(frame: np.ndarray, box: np.ndarray, margin: float, size: int) -> np.ndarray:
    """Return `region` of ``box`` cut from ``frame`` and scaled to ``size`` x ``size``.

    Whole pixels are cut, so that a crop of the frame's own scale is not blurred. Where the region
    reaches past the frame, the edge's pixels are repeated. A mirrored edge would draw a second
    chin or eye, the kind of thing that a detector of fakes looks for, and black would draw a hard
    line.

    Args:
        frame: uint8 (H, W, 3).
        box: (4,) x0, y0, x1, y1 in pixels of ``frame``.
        margin: see `square`.
        size: pixels per side of the result.

    Returns:
        uint8 (size, size, 3).

    Raises:
        ValueError: the box is empty or not finite, or the square lies wholly outside the frame.
    """
    left, top, side = region(box, margin)
    height, width = frame.shape[:2]
    if left >= width or top >= height or left + side <= 0 or top + side <= 0:
        raise ValueError(f"the box {box} lies outside the frame of {width}x{height} pixels")
    inside = frame[max(top, 0) : top + side, max(left, 0) : left + side]
    patch = cv2.copyMakeBorder(
        inside,
        max(-top, 0),
        max(top + side - height, 0),
        max(-left, 0),
        max(left + side - width, 0),
        cv2.BORDER_REPLICATE,
    )
    # Averaging keeps a shrunk crop free of aliases; it would show blocks in an enlarged one.
    way = cv2.INTER_AREA if side > size else cv2.INTER_CUBIC
    return np.asarray(cv2.resize(patch, (size, size), interpolation=way))
