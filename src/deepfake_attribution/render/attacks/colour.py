"""Colours of one face made like those of another."""

from dataclasses import dataclass

import numpy as np

from deepfake_attribution.render.attacks.alignment import Faces

LOOKS = 6  # frames of a video that its colours are measured on


@dataclass(frozen=True)
class Colours:
    """Mean and spread of a face's colours over a video, (3,) float32 each."""

    mean: np.ndarray
    spread: np.ndarray


def measure(faces: Faces, mask: np.ndarray) -> Colours:
    """Return the colours of ``faces`` under ``mask``, over a few frames of the video.

    One measure for the whole video, so that what is made with it does not flicker.
    """
    picks = faces.known[np.linspace(0, len(faces.known) - 1, LOOKS).astype(int)]
    inside = mask > 0.5
    pixels = np.concatenate([faces.crop(int(t))[inside] for t in np.unique(picks)])
    return Colours(pixels.mean(axis=0), pixels.std(axis=0) + 1)


def transfer(crop: np.ndarray, source: Colours, target: Colours, strength: float) -> np.ndarray:
    """Return ``crop`` with its colours moved from ``source`` towards ``target``.

    Mean and spread per channel, after Reinhard et al., "Color Transfer between Images" (2001).

    Args:
        crop: (H, W, 3) float32 RGB.
        source, target: the colours to leave and to reach.
        strength: 0 leaves them, 1 reaches them.
    """
    factor = 1 + strength * (np.clip(target.spread / source.spread, 0.5, 2) - 1)
    shift = source.mean + strength * (target.mean - source.mean)
    return (crop - source.mean) * factor + shift
