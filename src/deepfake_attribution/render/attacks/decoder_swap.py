"""A face swap as autoencoders make it: a soft, low-resolution face over the target's."""

import cv2
import numpy as np

from deepfake_attribution.render.attacks.alignment import DonorFaces, Faces, affine
from deepfake_attribution.render.attacks.colour import measure, transfer
from deepfake_attribution.render.attacks.masks import ellipse
from deepfake_attribution.render.attacks.strength import between
from deepfake_attribution.render.footage import Footage


def decoder_swap(
    target: Footage, donor: Footage, rng: np.random.Generator, strength: float
) -> list[np.ndarray]:
    """Put the donor's aligned face, squeezed through few pixels, over the target's.

    The squeeze loses fine detail as a decoder does. A strong fake has fewer pixels, colours that
    match less, and a narrower rim.
    """
    faces = Faces(target)
    if not len(faces.known):
        return list(target.frames)
    donors = DonorFaces(donor, faces.side)
    mask = ellipse(faces.side, between(0.7, 0.3, strength) * rng.uniform(0.85, 1.15))
    narrow = int(between(0.78, 0.36, strength) * rng.uniform(0.92, 1.08) * faces.side)
    matched = between(1.0, 0.7, strength)
    here, there = measure(faces, mask), measure(donors, mask)
    square = (faces.side, faces.side)

    def change(t: int, crop: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        at = donors.at(t)
        fit = affine(donors.points_in_crop(at)[:4], faces.points_in_crop(t)[:4])
        face = cv2.warpAffine(donors.crop(at), fit, square, borderMode=cv2.BORDER_REPLICATE)
        small = cv2.resize(face, (narrow, narrow), interpolation=cv2.INTER_AREA)
        wide = cv2.resize(small, square, interpolation=cv2.INTER_CUBIC)
        return transfer(wide, there, here, matched), mask

    return faces.edit(change)
