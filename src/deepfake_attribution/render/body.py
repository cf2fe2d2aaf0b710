"""Neck, shoulders and clothes: one picture per clip, moved as a whole."""

import cv2
import numpy as np

from deepfake_attribution.render import noise, skull
from deepfake_attribution.render.light import Light, normals, shade
from deepfake_attribution.render.people import Person
from deepfake_attribution.render.ramps import edge
from deepfake_attribution.render.seeding import generator

MARGIN = 40  # pixels beyond the frame's sides and below it, so that moving shows no border
NECK_TOP = 0.4  # in face units: well behind the face


def draw_body(
    person: Person, light: Light, size: tuple[int, int], centre: tuple[float, float], unit: float
) -> np.ndarray:
    """Return the upper body, (H + MARGIN, W + 2 MARGIN, 4) uint8, RGB times alpha and alpha.

    Args:
        person: whose body it is.
        light: the light of the scene.
        size: width and height of the frame in pixels.
        centre: where the face's origin lies in the frame, in pixels.
        unit: pixels per face unit.
    """
    rng = generator(person.seed, "body")
    width, height = size
    columns = (np.arange(2 * (width + 2 * MARGIN), dtype=np.float32) + 0.5) / 2 - MARGIN
    top = int(np.clip(centre[1] + NECK_TOP * unit, 0, height))  # nothing of the body is above
    rows = (np.arange(2 * (height + MARGIN - top), dtype=np.float32) + 0.5) / 2 + top
    x, y = np.meshgrid((columns - centre[0]) / unit, (rows - centre[1]) / unit)
    pixel = 1 / (2 * unit)
    neck, neck_relief = _neck(person, x, y, pixel)
    torso, torso_relief = _torso(person, x, y, pixel)
    skin = np.array(person.skin, np.float32) * np.array([0.97, 0.94, 0.93], np.float32)
    mottle = 1 + 0.015 * noise.fractal(rng, x.shape, (16, 6, 3))
    under_chin = 1 - 0.72 * edge(person.chin + 0.38 - y, 0.36)
    colour = skin * mottle[..., None]
    opening = _opening(person, x, y, pixel)
    cloth = torso * (1 - opening)
    fabric, weave = _fabric(person, rng, x, y, 2 * unit / skull.SCALE)
    colour += cloth[..., None] * (fabric - colour)
    relief = np.where(cloth > 0.5, torso_relief + weave, neck_relief).astype(np.float32)
    open_to_room = np.where(cloth > 0.5, 1.0, under_chin) * (1 - 0.3 * _collar_shadow(cloth))
    alpha = np.maximum(neck, torso)
    factor = shade(normals(relief, 2 * unit), open_to_room.astype(np.float32), light)
    picture = np.dstack([np.clip(colour * factor, 0, 255) * alpha[..., None], 255 * alpha])
    lower = (width + 2 * MARGIN, height + MARGIN - top)
    small = cv2.resize(picture.astype(np.float32), lower, interpolation=cv2.INTER_AREA)
    whole = np.zeros((height + MARGIN, width + 2 * MARGIN, 4), np.uint8)
    whole[top:] = np.round(small)
    return whole


def _neck(
    person: Person, x: np.ndarray, y: np.ndarray, pixel: float
) -> tuple[np.ndarray, np.ndarray]:
    """Return the mask and the relief of the neck."""
    wide = (0.52 + 0.12 * person.masculine) * person.width + 0.9 * np.clip(
        y - person.chin - 0.25, 0, 2
    ) ** 2
    mask = edge(wide - np.abs(x), pixel)
    tendons = 0.03 * np.exp(-(((np.abs(x) - 0.25 + 0.15 * (y - person.chin)) / 0.07) ** 2))
    round_ = np.sqrt(np.clip(1 - (x / np.maximum(wide, 0.1)) ** 2, 0.02, 1))
    return mask, (0.45 * round_ + tendons).astype(np.float32)


def _torso(
    person: Person, x: np.ndarray, y: np.ndarray, pixel: float
) -> tuple[np.ndarray, np.ndarray]:
    """Return the mask and the relief of the shoulders and the chest."""
    half = 2.0 + 0.45 * person.masculine
    side = np.clip(np.abs(x) / half, 0, 1.2)
    top = person.chin + 0.42 + 0.42 * side**1.2 + 1.4 * np.clip(side - 0.78, 0, None) ** 1.5
    mask = edge(y - top, pixel) * edge(half * 1.06 - np.abs(x), 2 * pixel)
    rounding = np.sqrt(np.clip((y - top) / 0.5, 0, 1))
    chest = 0.9 * np.sqrt(np.clip(1 - (x / (half * 1.08)) ** 2, 0.01, 1)) + 0.25 * rounding
    return mask, chest.astype(np.float32)


def _opening(person: Person, x: np.ndarray, y: np.ndarray, pixel: float) -> np.ndarray:
    """Return the mask of the skin that the neckline leaves bare."""
    start = person.chin + 0.42
    depth = {"round": 0.30, "v": 0.75, "shirt": 0.45, "high": -0.2}[person.collar]
    wide = 0.80 if person.collar == "round" else 0.62
    side = np.abs(x) / wide
    curve = 1 - side**2 if person.collar == "round" else 1 - side
    return edge(start + depth * curve - y, 1.5 * pixel) * edge(1.1 - side, 0.05)


def _fabric(
    person: Person, rng: np.random.Generator, x: np.ndarray, y: np.ndarray, fine: float
) -> tuple[np.ndarray, np.ndarray]:
    """Return the cloth's colour, (H, W, 3), and the relief of folds and weave, (H, W).

    ``fine`` is the picture's resolution against the head's canvas."""
    first, second = (
        np.array(colour, np.float32) for colour in (person.clothes, person.clothes_second)
    )
    folds = noise.fractal(rng, x.shape, (90 * fine, 45 * fine, 20 * fine))
    weave = 0.02 * folds + 0.004 * noise.smooth(rng, x.shape, max(2.5 * fine, 1.5))
    period = float(rng.uniform(0.18, 0.4))
    bent = x + 0.02 * folds
    across = np.sin(2 * np.pi * bent / period) > 0.2
    down = np.sin(2 * np.pi * (y + 0.02 * folds) / period) > 0.2
    share = {
        "stripes": 0.8 * down,
        "checks": 0.35 * across + 0.35 * down,
    }.get(person.pattern, np.zeros_like(x))
    colour = first + share[..., None].astype(np.float32) * (second - first)
    if person.pattern == "knit":
        stitches = np.sin(2 * np.pi * x / 0.07) * np.sin(2 * np.pi * (y + 0.3 * np.abs(x)) / 0.09)
        weave = weave + 0.006 * stitches
        colour = colour * (1 + 0.08 * stitches[..., None])
    if person.collar == "shirt":
        start, side = person.chin + 0.35, np.abs(x)
        leaf = edge(0.85 - side, 0.02) * edge(start + 0.85 - 0.65 * side - y, 0.02)
        seam = np.exp(-(((start + 0.85 - 0.65 * side - y) / 0.02) ** 2)) * (side < 0.85)
        placket = np.exp(-((x / 0.02) ** 2)) * (y > start + 0.5)
        colour = colour * (1 + 0.10 * leaf - 0.30 * seam - 0.2 * placket)[..., None]
    return colour.astype(np.float32), weave.astype(np.float32)


def _collar_shadow(cloth: np.ndarray) -> np.ndarray:
    """Return where the cloth's edge darkens what lies beside it."""
    return np.clip(2 * cv2.GaussianBlur(cloth.astype(np.float32), (0, 0), 5) * (1 - cloth), 0, 1)
