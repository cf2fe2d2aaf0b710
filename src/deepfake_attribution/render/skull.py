"""The shape of a head: its outline and the relief that light falls on.

The canvas is a picture of the head seen from the front, `SCALE` pixels per face unit, twice as
fine as the face appears in a small video, so that warping it down loses nothing.
"""

import cv2
import numpy as np

from deepfake_attribution.render.people import Person
from deepfake_attribution.render.ramps import swell

SCALE = 100.0
LEFT, TOP, RIGHT, BOTTOM = -1.8, -2.1, 1.8, 2.1
SHAPE = (round((BOTTOM - TOP) * SCALE), round((RIGHT - LEFT) * SCALE))
SKULL_TOP = -1.42
EYE_Y = -0.05


def grid() -> tuple[np.ndarray, np.ndarray]:
    """Return x and y in face units of every canvas pixel's centre, each (H, W) float32."""
    x = LEFT + (np.arange(SHAPE[1], dtype=np.float32) + 0.5) / SCALE
    y = TOP + (np.arange(SHAPE[0], dtype=np.float32) + 0.5) / SCALE
    across, down = np.meshgrid(x, y)
    return across, down


def to_pixels(points: np.ndarray) -> np.ndarray:
    """Turn points in face units, (..., 2), into canvas pixels."""
    return (points - np.array([LEFT, TOP])) * SCALE - 0.5


def bump(
    x: np.ndarray, y: np.ndarray, at: tuple[float, float], size: tuple[float, float]
) -> np.ndarray:
    """Return a Gaussian hill of height 1 at ``at`` with standard deviations ``size``."""
    return np.exp(-0.5 * (((x - at[0]) / size[0]) ** 2 + ((y - at[1]) / size[1]) ** 2))


def pair(
    x: np.ndarray, y: np.ndarray, at: tuple[float, float], size: tuple[float, float]
) -> np.ndarray:
    """Return two such hills, one on each side of the face."""
    return bump(np.abs(x), y, at, size)


def half_width(person: Person, y: np.ndarray) -> np.ndarray:
    """Return half the head's width at height ``y``, 0 above the skull and below the chin."""
    up = np.clip(y / SKULL_TOP, 0, 1)
    down = np.clip(y / person.chin, 0, 1)
    above = (1 - up**2.3) ** 0.5
    below = (1 - down**person.jaw) ** 0.52
    return person.width * np.where(y < 0, above, below)


def fill(half_widths: np.ndarray, y: np.ndarray) -> np.ndarray:
    """Return the (H, W) mask, 0 to 1 with soft edges, of a shape symmetrical about x = 0.

    Args:
        half_widths: (N,) half width at each of the heights.
        y: (N,) heights in face units.
    """
    right = np.stack([half_widths, y], axis=1)
    left = np.stack([-half_widths, y], axis=1)[::-1]
    corners = np.round(to_pixels(np.concatenate([right, left])) * 16).astype(np.int32)
    mask = np.zeros(SHAPE, np.uint8)
    cv2.fillPoly(mask, [corners], 255, cv2.LINE_AA, shift=4)
    return cv2.GaussianBlur(mask, (0, 0), 0.8).astype(np.float32) / 255


def face_mask(person: Person) -> np.ndarray:
    """Return the (H, W) mask of the head without ears and hair."""
    y = np.linspace(SKULL_TOP, person.chin, 160)
    return fill(half_width(person, y), y)


def dome(person: Person, x: np.ndarray, y: np.ndarray) -> np.ndarray:
    """Return the smooth depth of the head towards the camera, for turning the head."""
    width = np.maximum(half_width(person, y), 1e-3)
    across = np.sqrt(np.clip(1 - (x / width) ** 2, 0, 1))
    up = np.sqrt(np.clip(1 - (y / (SKULL_TOP * 1.02)) ** 2, 0, 1))
    down = np.sqrt(np.clip(1 - (y / (person.chin * 1.02)) ** 4, 0, 1))
    return 0.92 * across * np.where(y < 0, up, down)


def nose(person: Person, x: np.ndarray, y: np.ndarray) -> np.ndarray:
    """Return the nose's height above the face."""
    tip, wing = person.nose_y, person.nose_width
    along = np.clip((y + 0.22) / (tip + 0.22), 0, 1.6)
    fall = swell(tip + 0.075 - y, 0.022)
    width = 0.055 + 0.055 * along
    bridge = (0.05 + 0.19 * along**1.5) * np.exp(-0.5 * (x / width) ** 2) * fall * (y > -0.4)
    bridge *= swell(y + 0.2, 0.05)
    ball = 0.10 * bump(x, y, (0, tip), (0.62 * wing, 0.085))
    wings = 0.10 * pair(x, y, (0.82 * wing, tip + 0.055), (0.32 * wing, 0.055))
    return person.nose_height * (bridge + ball + wings)


def relief(person: Person, x: np.ndarray, y: np.ndarray) -> np.ndarray:
    """Return the full relief of the bare face, (H, W) float32 in face units."""
    age, mouth = person.age, person.mouth_y
    eyes = (person.eye_x, EYE_Y)
    parts = dome(person, x, y) + nose(person, x, y)
    parts += (
        0.045
        * pair(x, y, (0.36, person.brow_y + 0.02), (0.24, 0.07))
        * (0.6 + 0.7 * person.masculine)
    )
    parts -= 0.11 * pair(x, y, (eyes[0] - 0.04, EYE_Y - 0.02), (0.20, 0.11))
    parts += 0.055 * pair(x, y, eyes, (0.15, 0.085))
    parts -= (0.012 + 0.02 * age) * pair(x, y, (eyes[0] - 0.02, EYE_Y + 0.17), (0.17, 0.035))
    parts += 0.05 * pair(x, y, (0.60, 0.27), (0.22, 0.16))
    parts -= 0.018 * bump(x, y, (0, mouth - 0.16), (0.035, 0.07))
    parts += 0.05 * bump(x, y, (0, mouth), (0.30, 0.13))
    parts -= 0.045 * bump(x, y, (0, mouth + 0.19), (0.20, 0.045))
    parts += (0.04 + 0.03 * person.masculine) * bump(x, y, (0, person.chin - 0.16), (0.18, 0.11))
    parts -= (0.014 + 0.03 * age) * nasolabial(person, x, y)
    return parts.astype(np.float32)


def nasolabial(person: Person, x: np.ndarray, y: np.ndarray) -> np.ndarray:
    """Return the folds that run from the nose's wings past the corners of the mouth."""
    start, end = person.nose_y + 0.02, person.mouth_y + 0.10
    along = np.clip((y - start) / (end - start), 0, 1)
    fold = person.nose_width + 0.07 + (person.mouth_width - person.nose_width) * along**0.8
    inside = np.exp(-0.5 * ((np.abs(x) - fold) / 0.028) ** 2)
    ends = swell(y - start, 0.03) * swell(end - y, 0.04)
    return inside * ends
