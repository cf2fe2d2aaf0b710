"""Degrade training crops as copying, filming and compression degrade videos.

All changes of a crop are drawn from one number, so they do not depend on which process loads it,
or when.
"""

import numpy as np
import simplejpeg
import torch
from torch import Tensor
from torchvision.transforms import InterpolationMode
from torchvision.transforms.v2 import functional as F

from deepfake_attribution.model.settings import Augment

SHAPES = (0.5, 2.0)  # lowest and highest ratio of height to width of the painted rectangle


def degrade(image: np.ndarray, seed: int, settings: Augment) -> np.ndarray:
    """Return ``image`` after what ``seed`` draws.

    In the order in which it happens to a video: light, things in front of the face, a camera out
    of focus, a smaller copy, a second compression.

    Args:
        image: (S, S, 3) uint8 RGB.
        seed: of everything that is drawn.
        settings: chance and strength of each step.

    Returns:
        (S, S, 3) uint8 RGB.
    """
    random = np.random.default_rng(seed)
    # Everything is drawn, used or not, so that weakening one step does not change the others.
    bright, contrast, hue, front, blur, small, jpeg = random.random(7) < settings.chance
    strength = random.random(5)  # of blur, scale, quality, area, shape
    change = random.uniform(-1, 1, 3)  # of brightness, contrast, hue
    place, paint = random.random(2), random.integers(0, 256, 3)

    tensor = torch.from_numpy(image.copy()).permute(2, 0, 1)
    if bright and settings.brightness:
        tensor = F.adjust_brightness(tensor, 1 + settings.brightness * change[0])
    if contrast and settings.contrast:
        tensor = F.adjust_contrast(tensor, 1 + settings.contrast * change[1])
    if hue and settings.hue:
        tensor = F.adjust_hue(tensor, settings.hue * change[2])
    if front and settings.erasing:
        tensor = _covered(tensor, settings.erasing * strength[3], strength[4], place, paint)
    if blur and settings.blur:
        tensor = _blurred(tensor, settings.blur * strength[0])
    if small and settings.downscale < 1:
        tensor = _scaled(tensor, settings.downscale + (1 - settings.downscale) * strength[1])
    degraded = np.ascontiguousarray(tensor.permute(1, 2, 0).numpy())
    return _compressed(degraded, settings.jpeg, strength[2]) if jpeg else degraded


def _compressed(image: np.ndarray, qualities: list[int], share: float) -> np.ndarray:
    # 4:2:0, as most pictures are; torchvision's own compression is going to be removed.
    quality = round(qualities[0] + (qualities[1] - qualities[0]) * share)
    content = simplejpeg.encode_jpeg(image, quality, "RGB", "420")
    return simplejpeg.decode_jpeg(content, "RGB")


def _covered(
    tensor: Tensor, share: float, shape: float, place: np.ndarray, paint: np.ndarray
) -> Tensor:
    """Paint a rectangle of ``share`` of the area in one colour."""
    side = tensor.shape[-1]
    low, high = SHAPES
    aspect = low * (high / low) ** shape
    height = min(side, round(side * (share * aspect) ** 0.5))
    width = min(side, round(side * (share / aspect) ** 0.5))
    top, left = round(place[0] * (side - height)), round(place[1] * (side - width))
    colour = torch.from_numpy(paint.astype(np.uint8)).view(3, 1, 1)
    return F.erase(tensor, top, left, height, width, colour)


def _blurred(tensor: Tensor, share: float) -> Tensor:
    sigma = share * tensor.shape[-1]
    if sigma < 0.1:  # nothing that 8 bits would show
        return tensor
    reach = 2 * round(3 * sigma) + 1
    return F.gaussian_blur(tensor, [reach, reach], [sigma, sigma])


def _scaled(tensor: Tensor, factor: float) -> Tensor:
    side = tensor.shape[-1]
    smaller = max(round(side * factor), 1)
    way = InterpolationMode.BILINEAR
    shrunk = F.resize(tensor, [smaller, smaller], interpolation=way, antialias=True)
    return F.resize(shrunk, [side, side], interpolation=way, antialias=True)
