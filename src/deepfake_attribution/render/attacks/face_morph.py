"""Two faces in one: a morph of target and donor."""

import cv2
import numpy as np

from deepfake_attribution.render.attacks.alignment import DonorFaces, Faces, affine
from deepfake_attribution.render.attacks.colour import measure, transfer
from deepfake_attribution.render.attacks.masks import ellipse
from deepfake_attribution.render.attacks.strength import between
from deepfake_attribution.render.footage import Footage


def face_morph(
    target: Footage, donor: Footage, rng: np.random.Generator, strength: float
) -> list[np.ndarray]:
    """Bring both faces to the shape between them and mix their pictures.

    A strong fake has more of the donor.
    """
    faces = Faces(target)
    if not len(faces.known):
        return list(target.frames)
    donors = DonorFaces(donor, faces.side)
    mask = ellipse(faces.side, rng.uniform(0.2, 0.45))
    share = between(0.25, 0.5, strength) * rng.uniform(0.95, 1.05)
    here, there = measure(faces, mask), measure(donors, mask)

    def change(t: int, crop: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        at = donors.at(t)
        own, other = faces.points_in_crop(t)[:4], donors.points_in_crop(at)[:4]
        middle = own + 0.5 * share * (other - own)
        first = bent(crop, affine(own, middle))
        second = bent(donors.crop(at), affine(other, middle))
        second = transfer(second, there, here, 0.9)
        return first + share * (second - first), mask

    return faces.edit(change)


def bent(crop: np.ndarray, matrix: np.ndarray) -> np.ndarray:
    """Return ``crop`` moved by ``matrix``, sharp."""
    flags, border = cv2.INTER_CUBIC, cv2.BORDER_REPLICATE
    return cv2.warpAffine(crop, matrix, crop.shape[1::-1], flags=flags, borderMode=border)
