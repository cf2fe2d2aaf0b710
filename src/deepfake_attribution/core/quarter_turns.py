"""Pictures turned by quarters, counter-clockwise as `numpy.rot90` turns, and places in them.

Places are distances from the left and the upper edge, in any unit: a picture's own width and
height are given in the same one.
"""

import numpy as np


def turned(picture: np.ndarray, turns: int) -> np.ndarray:
    """Return ``picture`` (H, W, 3) turned by ``turns`` quarters, contiguous in memory."""
    return np.ascontiguousarray(np.rot90(picture, turns))


def place_in_turned(places: np.ndarray, turns: int, width: float, height: float) -> np.ndarray:
    """Return where ``places`` (..., 2), x and y, of a picture are after ``turns`` quarters.

    Args:
        places: in the picture as it is.
        turns: 0 to 3.
        width, height: of the picture before it is turned.
    """
    x, y = places[..., 0], places[..., 1]
    found = ((x, y), (y, width - x), (width - x, height - y), (height - y, x))[turns]
    return np.stack(found, axis=-1)


def place_before(places: np.ndarray, turns: int, width: float, height: float) -> np.ndarray:
    """Return where ``places`` (..., 2) of a turned picture were before: `place_in_turned` undone.

    Args:
        places: in the turned picture.
        turns: 0 to 3.
        width, height: of the picture before it was turned.
    """
    sides = (height, width) if turns % 2 else (width, height)
    return place_in_turned(places, -turns % 4, *sides)
