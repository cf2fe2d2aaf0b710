"""A face blended with itself: the traces of blending without another person's face."""

import cv2
import numpy as np

from deepfake_attribution.render.attacks.alignment import Faces
from deepfake_attribution.render.attacks.masks import ellipse, ragged
from deepfake_attribution.render.attacks.waves import waves
from deepfake_attribution.render.footage import Footage


def blend(target: Footage, donor: Footage, rng: np.random.Generator) -> list[np.ndarray]:
    """Blend a recoloured and slightly misplaced copy of the face over it.

    After Shiohara and Yamasaki, "Detecting Deepfakes with Self-Blended Images" (2022), here kept
    constant over a video. The donor is not used.
    """
    faces = Faces(target)
    side = faces.side
    size = (rng.uniform(0.27, 0.34), rng.uniform(0.28, 0.36))
    mask = ragged(ellipse(side, rng.uniform(0.25, 0.6), size=size, power=2.3), rng, 0.02)
    mask *= rng.choice([0.75, 1.0])
    gain, offset = rng.uniform(0.95, 1.05, 3), rng.normal(0, 2.5, 3)
    zoom = rng.uniform(0.97, 1.04, 2)
    drift = np.stack([waves(rng, len(target.frames), 30) for _ in range(2)], axis=1)
    shift = side * (rng.uniform(-0.02, 0.02, 2) + 0.004 * drift)
    sharper = rng.uniform(-0.2, 0.6)

    def change(t: int, crop: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        own = np.column_stack([np.diag(zoom), (1 - zoom) * side / 2 + shift[t]])
        copy: np.ndarray = cv2.warpAffine(
            crop, own, (side, side), flags=cv2.INTER_CUBIC, borderMode=cv2.BORDER_REPLICATE
        )
        copy += sharper * (copy - cv2.GaussianBlur(copy, (0, 0), 1.2))
        return copy * gain.astype(np.float32) + offset.astype(np.float32), mask

    return faces.edit(change)
