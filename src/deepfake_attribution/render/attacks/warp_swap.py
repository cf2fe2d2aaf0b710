"""A face swap as graphics makes it: a warped picture with a seam and colours that almost match."""

import cv2
import numpy as np

from deepfake_attribution.render.attacks.alignment import DonorFaces, Faces, affine
from deepfake_attribution.render.attacks.colour import measure, transfer
from deepfake_attribution.render.attacks.masks import ellipse, ragged
from deepfake_attribution.render.attacks.waves import waves
from deepfake_attribution.render.footage import Footage


def warp_swap(target: Footage, donor: Footage, rng: np.random.Generator) -> list[np.ndarray]:
    """Warp the donor's sharp face onto the target's inside a hard, uneven contour.

    The colours are matched in part only, and the fit sways a little from frame to frame.
    """
    faces = Faces(target)
    if not len(faces.known):
        return list(target.frames)
    donors = DonorFaces(donor, faces.side)
    face = ellipse(faces.side, 0.5)
    size = (rng.uniform(0.28, 0.33), rng.uniform(0.30, 0.35))
    mask = ragged(ellipse(faces.side, rng.uniform(0.05, 0.14), size=size, power=2.6), rng, 0.012)
    here, there = measure(faces, face), measure(donors, face)
    strength, tint = rng.uniform(0.5, 0.85), rng.normal(0, 5, 3).astype(np.float32)
    sway = (
        0.006 * faces.side * np.stack([waves(rng, len(target.frames), 9) for _ in range(2)], axis=1)
    )

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
        return transfer(warped, there, here, strength) + tint, mask

    return faces.edit(change)
