"""Parts of the face in a crop, from the detector's points, and the share of a map in each."""

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from deepfake_attribution.core.quarter_turns import place_in_turned

Floats = NDArray[np.float64]
EYES, NOSE, MOUTH, SKIN, BORDER = "eyes", "nose", "mouth", "skin", "border"
REGIONS = (EYES, NOSE, MOUTH, SKIN, BORDER)
RIGHT_EYE, LEFT_EYE, NOSE_TIP, MOUTH_CENTRE = range(4)  # of the detector's points
# Half axes, along the line of the eyes and across it, in face units: the longer one of the distance
# of the eyes and that from the eyes to the mouth.
EYE_AXES, NOSE_AXES, MOUTH_AXES, FACE_AXES = (0.42, 0.3), (0.3, 0.4), (0.52, 0.32), (1.15, 1.5)
FACE_BELOW_EYES = 0.45  # centre of the face, in face units below the middle of the eyes
FAKE_SHARE = "fake_"  # prefix of the name of a region's share of what speaks for fake
LEAST = 0.02  # a face unit smaller than this share of the crop is no face


def points_in_crop(
    landmarks: Sequence[float], region: Sequence[int], turn: int
) -> NDArray[np.float64]:
    """Return the detector's points as shares of the crop's side, (6, 2) x and y.

    Args:
        landmarks: x and y of six points in pixels of the frame, which is not turned.
        region: left, top and side of what was cut out of the frame.
        turn: degrees, counter-clockwise, that the crop was turned by.
    """
    left, top, side = region
    places = (np.asarray(landmarks, np.float64).reshape(-1, 2) - [left, top]) / side
    return place_in_turned(places, turn // 90 % 4, 1.0, 1.0)


def masks(points: Floats, size: int) -> dict[str, NDArray[np.bool_]] | None:
    """Return the pixels of each of `REGIONS`, (size, size); every pixel is in one.

    Args:
        points: from `points_in_crop`; the eyes, the nose and the mouth count.
        size: pixels per side.

    Returns:
        None where the points do not show a face: one is not known, or they coincide.
    """
    eyes, nose, mouth = points[[RIGHT_EYE, LEFT_EYE]], points[NOSE_TIP], points[MOUTH_CENTRE]
    middle, across = eyes.mean(axis=0), eyes[1] - eyes[0]
    unit = max(float(np.hypot(*across)), float(np.hypot(*(mouth - middle))))
    if not unit >= LEAST or not float(np.hypot(*across)) > 0:  # also NaN
        return None
    along = across / np.hypot(*across)
    down = np.array([-along[1], along[0]])  # a quarter clockwise as pictures are seen
    steps = (np.arange(size) + 0.5) / size
    pixels = np.stack(np.meshgrid(steps, steps), axis=-1)  # (S, S, 2) x and y

    def ellipse(centre: Floats, axes: tuple[float, float]) -> NDArray[np.bool_]:
        away = (pixels - centre) / unit
        return np.asarray((away @ along / axes[0]) ** 2 + (away @ down / axes[1]) ** 2 <= 1)

    bridge = nose + (middle - nose) * 0.25
    found = {
        EYES: ellipse(eyes[0], EYE_AXES) | ellipse(eyes[1], EYE_AXES),
        NOSE: ellipse(bridge, NOSE_AXES),
        MOUTH: ellipse(mouth, MOUTH_AXES),
        SKIN: ellipse(middle + FACE_BELOW_EYES * unit * down, FACE_AXES),
    }
    free = np.ones((size, size), np.bool_)
    for name, part in found.items():  # the first of two that overlap keeps the pixel
        found[name] = part & free
        free &= ~part
    return found | {BORDER: free}


def shares(weights: Floats, parts: Mapping[str, NDArray[np.bool_]]) -> dict[str, float]:
    """Return the share of ``weights``, (S, S) and not negative, in each part; 0 if all are 0."""
    total = float(weights.sum())
    return {
        name: float(weights[part].sum()) / total if total else 0.0 for name, part in parts.items()
    }


def areas(parts: Mapping[str, NDArray[np.bool_]]) -> dict[str, float]:
    """Return the share of the crop that each part covers."""
    return {name: float(part.mean()) for name, part in parts.items()}
