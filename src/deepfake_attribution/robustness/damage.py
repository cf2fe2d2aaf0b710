"""The kinds of damage, their strengths, and those that change pictures.

What happens to a picture after a video was filmed: it is compressed again, copied in a smaller
size, blurred, made noisy or dark. Each kind has five strengths, the weakest first.
"""

from dataclasses import dataclass

import cv2
import numpy as np
import simplejpeg
from numpy.typing import NDArray

Image = NDArray[np.uint8]
NONE = "none"  # the kind of untouched crops
CRF, SCALE = "crf", "scale"
JPEG, BLUR, NOISE, BRIGHTNESS = "jpeg", "blur", "noise", "brightness"
STEPS = 5


@dataclass(frozen=True)
class Damage:
    """A kind of damage.

    Attributes:
        kind: its name in tables.
        title: for people.
        axis: what the strengths are.
        strengths: `STEPS` numbers, the weakest damage first.
        shown: the same as text.
    """

    kind: str
    title: str
    axis: str
    strengths: tuple[float, ...]
    shown: tuple[str, ...]


def _plain(*strengths: float) -> tuple[tuple[float, ...], tuple[str, ...]]:
    return strengths, tuple(f"{one:g}" for one in strengths)


DAMAGES = (
    Damage(CRF, "H.264", "CRF", *_plain(23, 28, 33, 38, 43)),
    Damage(SCALE, "Smaller video", "size, share of the side", *_plain(0.8, 0.6, 0.45, 0.3, 0.2)),
    Damage(JPEG, "JPEG", "quality", *_plain(80, 60, 40, 20, 10)),
    Damage(
        BLUR,
        "Blur",
        "standard deviation, % of the crop's side",
        (0.003, 0.005, 0.0075, 0.01, 0.02),
        ("0.3", "0.5", "0.75", "1", "2"),
    ),
    Damage(NOISE, "Noise", "standard deviation, steps of 255", *_plain(4, 8, 16, 24, 32)),
    Damage(BRIGHTNESS, "Darker", "share of the brightness", *_plain(0.8, 0.6, 0.45, 0.3, 0.2)),
)
ON_CROPS = (JPEG, BLUR, NOISE, BRIGHTNESS)


def strengths(kind: str) -> tuple[float, ...]:
    """Return the strengths of a kind, the weakest first."""
    return next(one.strengths for one in DAMAGES if one.kind == kind)


def on_crop(kind: str, strength: float, crop: Image, pattern: NDArray[np.float64]) -> Image:
    """Return a damaged copy of a crop, (S, S, 3) RGB.

    Args:
        kind: one of `ON_CROPS`.
        strength: of that kind. A blur or noise of 0 and a brightness of 1 change nothing.
        crop: (S, S, 3) RGB.
        pattern: (S, S, 3) standard normal numbers: the noise.
    """
    if kind == JPEG:
        content = simplejpeg.encode_jpeg(
            np.ascontiguousarray(crop), round(strength), "RGB", colorsubsampling="420"
        )
        return np.asarray(simplejpeg.decode_jpeg(content, "RGB"))
    if kind == BLUR:
        sigma = strength * crop.shape[0]
        return np.asarray(cv2.GaussianBlur(crop, (0, 0), sigma)) if sigma else crop
    if kind == NOISE:
        return _rounded(crop + strength * pattern)
    if kind == BRIGHTNESS:
        return _rounded(strength * crop.astype(np.float64))
    raise ValueError(f"no damage of crops: {kind!r}")


def smaller(frame: Image, share: float) -> Image:
    """Return a frame, (H, W, 3), with its sides at ``share`` of their length; 1: itself."""
    if share == 1:
        return frame
    height, width = (max(1, round(share * side)) for side in frame.shape[:2])
    return np.asarray(cv2.resize(frame, (width, height), interpolation=cv2.INTER_AREA))


def error(one: Image, other: Image) -> float:
    """Return the mean squared difference of two pictures of one size, in steps of 255."""
    difference = one.astype(np.float64) - other.astype(np.float64)
    return float((difference**2).mean())


def psnr(mean_error: float) -> float:
    """Return the peak signal-to-noise ratio of a mean of `error`, in dB; infinite for 0."""
    return float(10 * np.log10(255**2 / mean_error)) if mean_error else float("inf")


def _rounded(values: NDArray[np.float64]) -> Image:
    return np.clip(np.rint(values), 0, 255).astype(np.uint8)
