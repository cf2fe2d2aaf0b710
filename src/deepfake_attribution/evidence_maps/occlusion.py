"""Where a face speaks for real or for fake: how the score changes when a part is covered.

A square is moved over the crop in overlapping steps (Zeiler and Fergus, "Visualizing and
Understanding Convolutional Networks", ECCV 2014). Inside it the crop is blurred, so fine detail is
gone and brightness stays. If the score falls, that part spoke for real; if it rises, for fake. Any
network and any classifier on its output can be asked this way.
"""

from collections.abc import Callable
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

Image = NDArray[np.uint8]
Floats = NDArray[np.float64]
Score = Callable[[Image], Floats]  # (B, 3, S, S) RGB crops to (A, B) scores of A approaches

GRID = 5  # squares per side; 7 take twice as long and hit no more on validation videos
COVERED = 0.25  # side of a square, as a share of the crop's
BLUR = 0.08  # standard deviation of the blur, as a share of the crop's side


@dataclass(frozen=True)
class Squares:
    """The squares that are covered, one after the other.

    Attributes:
        size: pixels per side of the crop, S.
        side: pixels per side of a square.
        corners: (N, 2) row and column of each upper left corner.
    """

    size: int
    side: int
    corners: NDArray[np.intp]


@dataclass(frozen=True)
class Evidence:
    """The maps of one crop.

    Attributes:
        whole: (A,) score of the uncovered crop, for each approach.
        maps: (A, S, S) by how much the score falls where a pixel is covered: positive speaks for
            real, negative for fake, in the unit of the score.
    """

    whole: Floats
    maps: Floats


def squares(size: int, grid: int = GRID) -> Squares:
    """Return ``grid`` x ``grid`` overlapping squares that cover a crop, row by row.

    Args:
        size: pixels per side of the crop.
        grid: squares per side, at least 4, so that no pixel is left out.
    """
    side = max(1, round(COVERED * size))
    steps = np.linspace(0, size - side, grid).round().astype(np.intp)
    rows, columns = np.meshgrid(steps, steps, indexing="ij")
    return Squares(size, side, np.stack([rows.ravel(), columns.ravel()], axis=1))


def blurred(image: Image) -> Image:
    """Return a crop (3, S, S) without fine detail: what covers its parts."""
    deviation = BLUR * image.shape[-1]
    planes = [
        cv2.GaussianBlur(plane, (0, 0), deviation, borderType=cv2.BORDER_REPLICATE)
        for plane in image
    ]
    return np.stack(planes)


def covered(image: Image, cover: Image, where: Squares) -> Image:
    """Return copies of a crop, each with one square covered, (N, 3, S, S).

    Args:
        image, cover: (3, S, S).
        where: the squares.
    """
    copies = np.repeat(image[None], len(where.corners), axis=0)
    for copy, (top, left) in zip(copies, where.corners, strict=True):
        part = np.s_[:, top : top + where.side, left : left + where.side]
        copy[part] = cover[part]
    return copies


def spread(values: Floats, where: Squares) -> Floats:
    """Return (..., S, S): for each pixel the mean of the values of the squares that cover it.

    Args:
        values: (..., N) a value per square.
        where: the squares.
    """
    total = np.zeros((*values.shape[:-1], where.size, where.size))
    count = np.zeros((where.size, where.size))
    for place, (top, left) in enumerate(where.corners):
        part = np.s_[..., top : top + where.side, left : left + where.side]
        total[part] += values[..., place, None, None]
        count[part] += 1
    return np.asarray(total / count)


def draw_map(image: Image, score: Score, grid: int = GRID) -> Evidence:
    """Return the maps of one crop.

    Args:
        image: (3, S, S) uint8 RGB, of the network's size.
        score: of all approaches on one network, which runs once for each square.
        grid: squares per side.
    """
    where = squares(image.shape[-1], grid)
    batch = np.concatenate([image[None], covered(image, blurred(image), where)])
    found = score(batch)
    return Evidence(found[:, 0], spread(found[:, :1] - found[:, 1:], where))
