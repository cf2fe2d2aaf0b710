"""The simulated camera that films every video, real or fake.

It comes after the attack, so that neither missing grain nor a sharper patch reveals a fake.
"""

from dataclasses import dataclass

import cv2
import numpy as np

Range = tuple[float, float]
SPARE = 48  # pixels by which the field of noise exceeds the frame: every frame uses another part


@dataclass(frozen=True)
class Family:
    """The cameras of one make: ranges that a video's camera is drawn from.

    Attributes:
        blur: standard deviation of the optics' blur, in pixels of a picture 320 wide.
        exposure: factor on all values.
        cast: deviation of the red and blue factors from 1.
        vignette: loss of light in the corners.
        dark_noise, light_noise: noise in black and in white, in steps of 255.
        grain: size of the noise's grains, in pixels.
    """

    blur: Range
    exposure: Range
    cast: Range
    vignette: Range
    dark_noise: Range
    light_noise: Range
    grain: Range


FAMILIES = {
    "webcam": Family(
        (0.35, 0.75), (0.85, 1.12), (-0.06, 0.06), (0.0, 0.15), (1.5, 3.5), (2.5, 5.0), (0.45, 0.7)
    ),
    "phone": Family(
        (0.25, 0.5), (0.9, 1.15), (-0.05, 0.05), (0.0, 0.1), (1.0, 2.0), (1.5, 3.5), (0.35, 0.5)
    ),
    "broadcast": Family(
        (0.25, 0.4), (0.95, 1.1), (-0.03, 0.03), (0.0, 0.05), (0.6, 1.2), (1.0, 2.2), (0.3, 0.45)
    ),
    "night": Family(
        (0.4, 0.8), (0.55, 0.85), (-0.12, 0.08), (0.1, 0.3), (3.0, 5.5), (4.0, 7.0), (0.5, 0.9)
    ),
}


@dataclass(frozen=True)
class Camera:
    """One camera: see `Family`; ``gains`` are exposure and cast together, red, green, blue."""

    blur: float
    gains: tuple[float, float, float]
    vignette: float
    dark_noise: float
    light_noise: float
    grain: float


def draw_camera(family: str, rng: np.random.Generator) -> Camera:
    """Return a camera of ``family``, one of `FAMILIES`."""
    ranges = FAMILIES[family]
    exposure, tint = rng.uniform(*ranges.exposure), rng.uniform(*ranges.cast)
    green = rng.uniform(-0.02, 0.02)
    return Camera(
        blur=float(rng.uniform(*ranges.blur)),
        gains=(
            float(exposure * (1 + tint)),
            float(exposure * (1 + green)),
            float(exposure * (1 - tint)),
        ),
        vignette=float(rng.uniform(*ranges.vignette)),
        dark_noise=float(rng.uniform(*ranges.dark_noise)),
        light_noise=float(rng.uniform(*ranges.light_noise)),
        grain=float(rng.uniform(*ranges.grain)),
    )


def film(frames: list[np.ndarray], camera: Camera, rng: np.random.Generator) -> list[np.ndarray]:
    """Return ``frames`` as ``camera`` sees them; same shapes, RGB uint8.

    Args:
        frames: (H, W, 3) RGB uint8, all of one size.
        camera: the camera.
        rng: the source of the noise.
    """
    height, width = frames[0].shape[:2]
    gain = _gain(camera, width, height)
    field: np.ndarray = rng.standard_normal((height + SPARE, width + SPARE, 3), dtype=np.float32)
    field = cv2.GaussianBlur(field, (0, 0), camera.grain)
    field = field / field.std()
    sigma = camera.blur * width / 320
    rise = (camera.light_noise - camera.dark_noise) / 255
    out = []
    for frame in frames:
        light: np.ndarray = cv2.multiply(
            cv2.GaussianBlur(frame, (0, 0), sigma), gain, dtype=cv2.CV_32F
        )
        top, left = rng.integers(SPARE, size=2)
        noise = field[top : top + height, left : left + width]
        if rng.uniform() < 0.5:
            noise = noise[:, ::-1]
        loud = light * np.float32(rise) + np.float32(camera.dark_noise)
        loud *= noise
        light += loud
        out.append(cv2.convertScaleAbs(np.maximum(light, 0, out=light)))
    return out


def _gain(camera: Camera, width: int, height: int) -> np.ndarray:
    """Return exposure, cast and vignette as factors, (H, W, 3) float32."""
    x = np.linspace(-1, 1, width, dtype=np.float32)
    y = np.linspace(-1, 1, height, dtype=np.float32)
    corner = (x[None, :] ** 2 + y[:, None] ** 2) / 2
    fall = 1 - camera.vignette * corner
    return fall[..., None] * np.array(camera.gains, np.float32)
