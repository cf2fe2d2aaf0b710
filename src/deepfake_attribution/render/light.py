"""Light on a relief."""

from dataclasses import dataclass

import numpy as np

from deepfake_attribution.render.people import Colour
from deepfake_attribution.render.skull import SCALE


@dataclass(frozen=True)
class Light:
    """A key lamp, a weaker fill lamp from the other side, and the light of the room.

    Attributes:
        key, fill: directions towards the lamps, unit vectors (x right, y down, z to the camera).
        key_colour, fill_colour, room: strengths per colour, 1 is white at full exposure.
        hardness: 0 soft (light wraps around the face) to 1 hard.
    """

    key: Colour
    fill: Colour
    key_colour: Colour
    fill_colour: Colour
    room: Colour
    hardness: float


def draw_light(rng: np.random.Generator) -> Light:
    """Return a plausible light for a room."""
    side = rng.choice([-1, 1])
    key = np.array([side * rng.uniform(0.15, 0.95), rng.uniform(-0.85, -0.2), 1.0])
    fill = np.array([-side * rng.uniform(0.6, 1.2), rng.uniform(-0.4, 0.1), 0.8])
    warmth = rng.uniform(-1, 1)
    cast = np.array([1 + 0.10 * warmth, 1.0, 1 - 0.13 * warmth])
    strength = rng.uniform(0.46, 0.78)
    return Light(
        key=_unit(key),
        fill=_unit(fill),
        key_colour=_triple(strength * cast),
        fill_colour=_triple(rng.uniform(0.06, 0.22) / cast),
        room=_triple(rng.uniform(0.15, 0.28) * (0.5 + 0.5 / cast)),
        hardness=float(rng.uniform(0.2, 0.9)),
    )


def _triple(values: np.ndarray) -> Colour:
    red, green, blue = (float(value) for value in values)
    return red, green, blue


def _unit(vector: np.ndarray) -> Colour:
    return _triple(vector / np.linalg.norm(vector))


def normals(relief: np.ndarray, scale: float = SCALE) -> np.ndarray:
    """Return the (H, W, 3) unit normals of a relief given in face units.

    Args:
        relief: (H, W) depth towards the camera.
        scale: pixels per face unit.
    """
    down, right = np.gradient(relief)
    out = np.stack([-right * scale, -down * scale, np.ones_like(relief)], axis=-1)
    return (out / np.linalg.norm(out, axis=-1, keepdims=True)).astype(np.float32)


def shade(normal: np.ndarray, open_to_room: np.ndarray, light: Light) -> np.ndarray:
    """Return what to multiply colours with, (H, W, 3) float32, in display values.

    Light adds up in linear values; a power takes the sum to display values, and since a power of
    a product is the product of the powers, colours stay in display values throughout.

    Args:
        normal: (H, W, 3) unit normals.
        open_to_room: (H, W), 0 to 1, how much of the room a point sees (folds see less).
        light: the lamps.
    """
    wrap = 0.45 * (1 - light.hardness)
    key = np.clip((normal @ np.array(light.key, np.float32) + wrap) / (1 + wrap), 0, None)
    fill = np.clip((normal @ np.array(light.fill, np.float32) + 0.3) / 1.3, 0, None)
    up = 0.75 - 0.25 * normal[..., 1]  # rooms are lighter above
    total = (up * open_to_room)[..., None] * np.array(light.room, np.float32)
    total += (key * (0.4 + 0.6 * open_to_room))[..., None] * np.array(light.key_colour, np.float32)
    total += (fill * open_to_room)[..., None] * np.array(light.fill_colour, np.float32)
    return np.clip(total, 0.01, None) ** np.float32(1 / 2.2)


def gloss(normal: np.ndarray, light: Light, power: float) -> np.ndarray:
    """Return the mirrored glint of the key lamp, (H, W) float32, 0 to 1."""
    half = np.array(light.key, np.float32) + np.array([0, 0, 1], np.float32)
    half /= np.linalg.norm(half)
    return np.clip(normal @ half, 0, 1) ** power
