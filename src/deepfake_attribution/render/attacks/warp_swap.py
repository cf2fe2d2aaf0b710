"""A face swap as graphics makes it: a warped picture with a seam and colours that almost match."""

import cv2
import numpy as np

from deepfake_attribution.render.attacks.alignment import DonorFaces, Faces, affine
from deepfake_attribution.render.attacks.colour import measure, transfer
from deepfake_attribution.render.attacks.masks import ellipse, ragged
from deepfake_attribution.render.attacks.strength import between
from deepfake_attribution.render.attacks.waves import waves
from deepfake_attribution.render.footage import Footage


def warp_swap(
    target: Footage, donor: Footage, rng: np.random.Generator, strength: float
) -> list[np.ndarray]:
    """Warp the donor's sharp face onto the target's inside a hard, uneven contour.

    The fit sways a little from frame to frame. A strong fake has a harder contour, colours that
    match less, and more sway.
    """
    faces = Faces(target)
    if not len(faces.known):
        return list(target.frames)
    donors = DonorFaces(donor, faces.side)
    face = ellipse(faces.side, 0.5)
    size = (rng.uniform(0.28, 0.33), rng.uniform(0.30, 0.35))
    rim = between(0.22, 0.06, strength) * rng.uniform(0.85, 1.15)
    mask = ragged(ellipse(faces.side, rim, size=size, power=2.6), rng, 0.012)
    here, there = measure(faces, face), measure(donors, face)
    matched = between(0.9, 0.55, strength)
    tint = between(2.5, 5.0, strength) * rng.standard_normal(3, dtype=np.float32)
    sway = np.stack([waves(rng, len(target.frames), 9) for _ in range(2)], axis=1)
    sway *= between(0.001, 0.006, strength) * faces.side

    def change(t: int, crop: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        at = donors.at(t)
        fit = affine(donors.points_in_crop(at)[:4], faces.points_in_crop(t)[:4])
        fit[:, 2] += sway[t]
        warped = cv2.warpAffine(
            donors.crop(at),
            fit,
            (faces.side, faces.side),
            flags=cv2.INTER_CUBIC,
            borderMode=cv2.BORDER_REPLICATE,
        )
        return transfer(warped, there, here, matched) + tint, mask

    return faces.edit(change)
