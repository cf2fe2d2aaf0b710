"""A face through a coarse code, as latent image models decode it."""

import cv2
import numpy as np

from deepfake_attribution.render.attacks.alignment import Faces
from deepfake_attribution.render.attacks.masks import ellipse
from deepfake_attribution.render.attacks.strength import between
from deepfake_attribution.render.footage import Footage

BLOCK = 8  # pixels per code cell, the usual reduction of such models


def latent(
    target: Footage, donor: Footage, rng: np.random.Generator, strength: float
) -> list[np.ndarray]:
    """Keep only some waves of every block of the face, unevenly scaled; the donor is not used.

    Every 8x8 block goes through a cosine transform; high waves are damped by fixed random
    factors. Two grids half a block apart are averaged, so that blocks do not show as such. A
    strong fake loses more waves, and the factors differ more.
    """
    faces = Faces(target)
    side = faces.side
    mask = ellipse(side, rng.uniform(0.15, 0.35))
    order = np.add.outer(np.arange(BLOCK), np.arange(BLOCK))
    limit = between(11.5, 8.0, strength) + rng.uniform(-0.3, 0.3)
    apart = between(0.12, 0.3, strength)
    kept = 1 / (1 + np.exp((order - limit) / 0.6))
    factors = np.where(order > 0, kept * rng.uniform(1 - apart, 1 + apart, (BLOCK, BLOCK)), 1.0)
    basis = cosines()

    def change(t: int, crop: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        first = recoded(crop, basis, factors, 0)
        second = recoded(crop, basis, factors, BLOCK // 2)
        return (first + second) / 2, mask

    return faces.edit(change)


def cosines() -> np.ndarray:
    """Return the orthonormal cosine basis (DCT-II), (BLOCK, BLOCK) float32, a wave per row."""
    at = np.arange(BLOCK)
    waves = np.cos(np.pi * np.outer(at, 2 * at + 1) / (2 * BLOCK)) * np.sqrt(2 / BLOCK)
    waves[0] /= np.sqrt(2)
    return waves.astype(np.float32)


def recoded(crop: np.ndarray, basis: np.ndarray, factors: np.ndarray, start: int) -> np.ndarray:
    """Return ``crop`` with the waves of its blocks scaled; blocks begin at ``-start``."""
    side = len(crop)
    end = -(side + start) % BLOCK
    padded = cv2.copyMakeBorder(crop, start, end, start, end, cv2.BORDER_REFLECT_101)
    count = len(padded) // BLOCK
    blocks = padded.reshape(count, BLOCK, count, BLOCK, 3).transpose(0, 2, 4, 1, 3)
    code = basis @ blocks @ basis.T * factors.astype(np.float32)
    back = (basis.T @ code @ basis).transpose(0, 3, 1, 4, 2).reshape(padded.shape)
    return np.ascontiguousarray(back[start : start + side, start : start + side])
