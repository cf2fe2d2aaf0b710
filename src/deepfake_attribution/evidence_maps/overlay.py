"""A map on its face: orange where it speaks for fake, blue where it speaks for real."""

import cv2
import numpy as np
from numpy.typing import NDArray

from deepfake_attribution.evidence_maps.occlusion import Floats, Image

# RGB; the colours of fake and real in all figures (`figures.style`)
FAKE_COLOUR, REAL_COLOUR = (213, 94, 0), (0, 114, 178)
FLAT = 0.02  # of a score: a map whose values are all smaller says nothing
STRONGEST = 0.75  # opacity of the largest value
SOFT = 0.04  # standard deviation of the blur of a drawn map, as a share of the side
FADED = 0.55  # how much colour the face below loses
EDGE = (255, 255, 255)  # of a mask


def is_flat(values: Floats) -> bool:
    """Return whether no part of a map (S, S) stands out."""
    return bool(np.abs(values).max() < FLAT)


def draw(image: Image, values: Floats, side: int) -> Image:
    """Return a face below its map, (side, side, 3) RGB.

    The largest value of the map, whether for fake or for real, is the most opaque; a flat map has
    no colour.

    Args:
        image: (3, S, S) RGB.
        values: (S, S) from `occlusion.draw_map`.
        side: pixels.
    """
    face = scaled(image, side).astype(np.float64)
    grey = face.mean(axis=2, keepdims=True)
    face = FADED * grey + (1 - FADED) * face
    if is_flat(values):
        return face.round().astype(np.uint8)
    fine = cv2.resize(values, (side, side), interpolation=cv2.INTER_LINEAR)
    fine = cv2.GaussianBlur(fine, (0, 0), SOFT * side)  # edges of the squares are no evidence
    strength = STRONGEST * np.abs(fine)[..., None] / np.abs(fine).max()
    colour = np.where(fine[..., None] < 0, FAKE_COLOUR, REAL_COLOUR)
    return np.asarray((face * (1 - strength) + colour * strength).round().astype(np.uint8))


def outlined(image: Image, mask: NDArray[np.bool_], side: int) -> Image:
    """Return a face with the edge of a mask (S, S) drawn, (side, side, 3) RGB."""
    face = np.ascontiguousarray(scaled(image, side))
    large = cv2.resize(mask.astype(np.uint8), (side, side), interpolation=cv2.INTER_NEAREST)
    lines, _ = cv2.findContours(large, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_SIMPLE)
    return np.asarray(cv2.drawContours(face, lines, -1, EDGE, 1, cv2.LINE_AA))


def scaled(image: Image, side: int) -> Image:
    """Return a crop (3, S, S) as (side, side, 3)."""
    return np.asarray(cv2.resize(cv2.merge(list(image)), (side, side)))
