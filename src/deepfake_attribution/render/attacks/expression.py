"""A changed expression, as reenactment makes it: the target's own face, bent."""

import cv2
import numpy as np

from deepfake_attribution.render.attacks.alignment import Faces
from deepfake_attribution.render.attacks.masks import ellipse, positions
from deepfake_attribution.render.attacks.strength import between
from deepfake_attribution.render.attacks.waves import waves
from deepfake_attribution.render.footage import Footage

# Centre, radius and greatest shift (right, down) of what moves, as shares of the crop.
PARTS = (
    ((0.38, 0.73), 0.075, (-0.030, -0.022)),  # corners of the mouth
    ((0.62, 0.73), 0.075, (0.030, -0.022)),
    ((0.50, 0.80), 0.090, (0.0, 0.040)),  # lower lip
    ((0.33, 0.28), 0.085, (0.0, -0.024)),  # brows
    ((0.67, 0.28), 0.085, (0.0, -0.024)),
    ((0.33, 0.38), 0.055, (0.0, 0.018)),  # lids
    ((0.67, 0.38), 0.055, (0.0, 0.018)),
)


def expression(
    target: Footage, donor: Footage, rng: np.random.Generator, strength: float
) -> list[np.ndarray]:
    """Shift mouth, lids and brows smoothly to and fro; the donor is not used.

    Left and right move alike. The bent face is drawn from a smoother copy, as a generator would.
    A strong fake moves further and is smoother.
    """
    faces = Faces(target)
    side, count = faces.side, len(target.frames)
    x, y = positions(side)
    mask = ellipse(side, 0.3)
    far = between(0.55, 1.1, strength)
    lift, jaw, brows, lids = (
        far
        * (
            rng.uniform(0.6, 1.0) * rng.choice([-1, 1])
            + 0.5 * waves(rng, count, rng.uniform(8, 20))
        )
        for _ in range(4)
    )
    curves = (lift, lift, jaw, brows, brows, lids, lids)
    hills = [
        np.exp(-(((x - at[0]) ** 2 + (y - at[1]) ** 2) / (2 * radius**2)))
        for at, radius, _ in PARTS
    ]
    softness = between(0.45, 0.85, strength) * rng.uniform(0.92, 1.08)

    def change(t: int, crop: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        across, down = x.copy(), y.copy()
        for hill, (_, _, shift), curve in zip(hills, PARTS, curves, strict=True):
            across -= curve[t] * shift[0] * hill
            down -= curve[t] * shift[1] * hill
        soft = cv2.GaussianBlur(crop, (0, 0), softness)
        bent = cv2.remap(soft, across * side - 0.5, down * side - 0.5, cv2.INTER_LINEAR)
        return bent, mask

    return faces.edit(change)
