"""A face with invented fine detail, as from neural textures."""

import cv2
import numpy as np

from deepfake_attribution.render.attacks.alignment import Faces
from deepfake_attribution.render.attacks.masks import ellipse
from deepfake_attribution.render.attacks.strength import between
from deepfake_attribution.render.footage import Footage


def retouch(
    target: Footage, donor: Footage, rng: np.random.Generator, strength: float
) -> list[np.ndarray]:
    """Smooth the skin and lay a fixed, regular texture on it; the donor is not used.

    The texture sticks to the face while it moves; edges (eyes, lips) are kept. A strong fake has
    more texture and less of its own.
    """
    faces = Faces(target)
    side = faces.side
    mask = ellipse(side, rng.uniform(0.2, 0.4))
    size = int(rng.integers(14, 23))
    tile = rng.standard_normal((size, size), dtype=np.float32)
    tile = np.tile(cv2.GaussianBlur(tile, (0, 0), 1.5), (side // size + 1, side // size + 1))
    texture = (tile / tile.std())[:side, :side, None]
    depth = between(2.4, 9.0, strength) * rng.uniform(0.92, 1.08)
    reach = between(12, 32, strength) * rng.uniform(0.92, 1.08)

    def change(t: int, crop: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        level = np.clip(crop, 0, 255).astype(np.uint8)
        smooth = cv2.bilateralFilter(level, 5, reach, 2.0).astype(np.float32)
        light = smooth.mean(axis=2, keepdims=True) / 128
        return smooth + depth * light * texture, mask

    return faces.edit(change)
