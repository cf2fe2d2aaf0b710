"""A regenerated mouth, as in lip-syncing."""

import cv2
import numpy as np

from deepfake_attribution.render.attacks.alignment import Faces
from deepfake_attribution.render.attacks.masks import ellipse
from deepfake_attribution.render.attacks.strength import between
from deepfake_attribution.render.footage import Footage

LAYERS = 2  # doublings from the coarse picture of the mouth to the frame


def mouth(
    target: Footage, donor: Footage, rng: np.random.Generator, strength: float
) -> list[np.ndarray]:
    """Replace the mouth by the one of another moment, rebuilt from few pixels.

    The rebuilding doubles the size step by step with a kernel that overlaps unevenly, the known
    source of checkerboards in transposed convolutions. In a faint fake the pattern is weak, and
    much of the sharp mouth is mixed in. The donor is not used.
    """
    faces = Faces(target)
    count = len(faces.known)
    if not count:
        return list(target.frames)
    size = (rng.uniform(0.25, 0.31), rng.uniform(0.18, 0.22))
    rim = between(0.6, 0.25, strength) * rng.uniform(0.85, 1.15)
    mask = ellipse(faces.side, rim, centre=(0.5, 0.76), size=size)
    delay = int(rng.integers(count // 4, max(3 * count // 4, count // 4 + 1)))
    uneven = between(0.04, 0.18, strength) * rng.uniform(0.85, 1.15)
    share = between(0.4, 1.0, strength)
    places = {int(t): order for order, t in enumerate(faces.known)}

    def change(t: int, crop: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        other = int(faces.known[(places[t] + delay) % count])
        sharp = faces.crop(other)
        return sharp + share * (rebuilt(sharp, uneven) - sharp), mask

    return faces.edit(change)


def rebuilt(crop: np.ndarray, uneven: float) -> np.ndarray:
    """Return ``crop`` from a quarter of its resolution, doubled with an uneven kernel."""
    side = len(crop)
    coarse = -(-side // 2**LAYERS)
    picture = cv2.resize(crop, (coarse, coarse), interpolation=cv2.INTER_AREA)
    for _ in range(LAYERS):
        picture = cv2.resize(picture, None, fx=2, fy=2, interpolation=cv2.INTER_CUBIC)
        pattern = np.full((2, 2), -uneven, np.float32)
        pattern[0, 0] = pattern[1, 1] = uneven
        mean = cv2.blur(picture, (3, 3))
        tile = np.tile(pattern, (len(picture) // 2, len(picture) // 2))[..., None]
        picture = picture + tile * (0.2 * mean + 2 * np.abs(picture - mean))
    return picture[:side, :side]
