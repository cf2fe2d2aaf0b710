"""Which pixels a simulated attack changed: the clip is drawn again with and without the attack.

The videos themselves cannot tell: each has a camera and noise of its own, so a fake and its source
differ everywhere.
"""

from collections.abc import Sequence

import cv2
import numpy as np
from numpy.typing import NDArray

from deepfake_attribution.render.attacks.registry import ATTACKS
from deepfake_attribution.render.database import footage_of
from deepfake_attribution.render.footage import Footage
from deepfake_attribution.render.plan import Clip, plan
from deepfake_attribution.render.seeding import generator
from deepfake_attribution.render.settings import RenderedDatabase

VISIBLE = 4  # a pixel is changed if a colour differs by more, in steps of 255
JOINED = 1 / 80  # pixels nearer than this share of the picture's width are one area
LEAST = 0.2  # share of changed pixels around a pixel from which on it is in the mask

Mask = NDArray[np.bool_]


def clips(name: str, settings: RenderedDatabase, seed: int) -> list[Clip]:
    """Return all clips of a rendered database, as they were planned when it was drawn."""
    swaps = {attack for attack in settings.attacks if ATTACKS[attack].swaps}
    return plan(name, settings, swaps, seed)


def draw(
    name: str, settings: RenderedDatabase, seed: int, ring: Sequence[Clip]
) -> dict[str, list[Mask]]:
    """Return the masks of all fakes of one ring of clips: path -> a mask (H, W) per frame.

    Args:
        name, settings, seed: of the database.
        ring: clips of people who are each other's donors.
    """
    cv2.setNumThreads(1)  # the processes fill the cores already
    drawn: dict[int, Footage] = {}

    def footage(person: int, clip: int) -> Footage:
        if person not in drawn:
            drawn[person] = footage_of(name, settings, seed, person, clip)
        return drawn[person]

    found = {}
    for clip in ring:
        for video in clip.videos:
            if video.strength is not None:
                target = footage(clip.person, clip.clip)
                donor = footage(clip.donor, clip.clip) if video.donor else target
                random = generator(seed, name, "attack", video.number)
                frames = ATTACKS[video.attack](target, donor, random, video.strength)
                pairs = zip(frames, target.frames, strict=True)
                found[video.path] = [mask(fake, real) for fake, real in pairs]
    return found


def mask(fake: NDArray[np.uint8], real: NDArray[np.uint8]) -> Mask:
    """Return where two pictures (H, W, 3) differ visibly, as whole areas, (H, W)."""
    differ = (cv2.absdiff(fake, real).max(axis=2) > VISIBLE).astype(np.float32)
    around = cv2.GaussianBlur(differ, (0, 0), JOINED * fake.shape[1])
    return np.asarray(around > LEAST)
