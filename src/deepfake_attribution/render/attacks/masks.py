"""Masks over an upright face crop: 0 outside, 1 inside."""

import cv2
import numpy as np

FACE_CENTRE = (0.5, 0.55)
FACE_SIZE = (0.35, 0.37)  # half axes that reach from the brows to the chin


def positions(side: int) -> tuple[np.ndarray, np.ndarray]:
    """Return x and y of every pixel as shares of the crop, each (side, side) float32."""
    at = (np.arange(side, dtype=np.float32) + 0.5) / side
    across, down = np.meshgrid(at, at)
    return across, down


def ellipse(
    side: int,
    feather: float,
    centre: tuple[float, float] = FACE_CENTRE,
    size: tuple[float, float] = FACE_SIZE,
    power: float = 2.0,
) -> np.ndarray:
    """Return an ellipse that is 0 at its rim and beyond, (side, side) float32.

    Args:
        side: of the crop, in pixels.
        feather: share of the radius over which the mask rises from 0 to 1.
        centre, size: centre and half axes, as shares of the crop.
        power: 2 for an ellipse, more for a rounded box.
    """
    x, y = positions(side)
    radius = (
        np.abs((x - centre[0]) / size[0]) ** power + np.abs((y - centre[1]) / size[1]) ** power
    ) ** (1 / power)
    ramp = np.clip((1 - radius) / feather, 0, 1)
    return (ramp * ramp * (3 - 2 * ramp)).astype(np.float32)


def ragged(mask: np.ndarray, rng: np.random.Generator, amount: float) -> np.ndarray:
    """Return ``mask`` bent inwards and outwards by up to about ``amount`` of its side."""
    side = len(mask)
    bend: np.ndarray = rng.standard_normal((5, 5, 2), dtype=np.float32) * amount * side
    bend = cv2.resize(bend, (side, side), interpolation=cv2.INTER_CUBIC)
    rows, columns = np.indices(mask.shape, dtype=np.float32)
    return cv2.remap(mask, columns + bend[..., 0], rows + bend[..., 1], cv2.INTER_LINEAR)
