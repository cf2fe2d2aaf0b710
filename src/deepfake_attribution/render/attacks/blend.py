"""A face blended with itself: the traces of blending without another person's face."""

import cv2
import numpy as np

from deepfake_attribution.render.attacks.alignment import Faces
from deepfake_attribution.render.attacks.masks import ellipse, ragged
from deepfake_attribution.render.attacks.strength import between
from deepfake_attribution.render.attacks.waves import waves
from deepfake_attribution.render.footage import Footage


def blend(
    target: Footage, donor: Footage, rng: np.random.Generator, strength: float
) -> list[np.ndarray]:
    """Blend a recoloured and slightly misplaced copy of the face over it.

    After Shiohara and Yamasaki, "Detecting Deepfakes with Self-Blended Images" (2022), here kept
    constant over a video. A strong fake is recoloured and misplaced further. The donor is not used.
    """
    faces = Faces(target)
    side = faces.side
    size = (rng.uniform(0.27, 0.34), rng.uniform(0.28, 0.36))
    rim = between(0.6, 0.25, strength) * rng.uniform(0.85, 1.15)
    mask = ragged(ellipse(side, rim, size=size, power=2.3), rng, 0.02)
    mask *= rng.choice([0.75, 1.0])
    far = between(0.4, 1.0, strength)
    gain, offset = 1 + far * rng.uniform(-0.06, 0.06, 3), far * rng.normal(0, 3, 3)
    zoom = 1 + far * rng.uniform(-0.03, 0.04, 2)
    drift = np.stack([waves(rng, len(target.frames), 30) for _ in range(2)], axis=1)
    shift = far * side * (rng.uniform(-0.02, 0.02, 2) + 0.004 * drift)
    sharper = far * rng.uniform(-0.2, 0.6)

    def change(t: int, crop: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        own = np.column_stack([np.diag(zoom), (1 - zoom) * side / 2 + shift[t]])
        copy: np.ndarray = cv2.warpAffine(
            crop, own, (side, side), flags=cv2.INTER_CUBIC, borderMode=cv2.BORDER_REPLICATE
        )
        copy += sharper * (copy - cv2.GaussianBlur(copy, (0, 0), 1.2))
        return copy * gain.astype(np.float32) + offset.astype(np.float32), mask

    return faces.edit(change)
