"""Skin, ears and eyebrows: the colours of a bare face before any light falls on it."""

import cv2
import numpy as np

from deepfake_attribution.render import noise, skull
from deepfake_attribution.render.people import Person
from deepfake_attribution.render.ramps import swell


def skin_colour(
    person: Person, rng: np.random.Generator, x: np.ndarray, y: np.ndarray
) -> np.ndarray:
    """Return the skin's colour, (H, W, 3) float32 RGB 0 to 255, before light."""
    tone = np.array(person.skin, np.float32)
    colour = np.ones((*skull.SHAPE, 3), np.float32) * tone
    blood = 0.8 * skull.pair(x, y, (0.56, 0.36), (0.24, 0.18))
    blood += 0.8 * skull.bump(x, y, (0, person.nose_y + 0.02), (0.17, 0.10))
    blood += 0.4 * skull.bump(x, y, (0, person.chin - 0.12), (0.2, 0.1))
    blood += 0.18 * noise.fractal(rng, skull.SHAPE, (40, 20, 10))
    strength = 0.075 * (1 - 0.5 * person.melanin) * (1 + person.makeup)
    colour *= 1 + strength * blood[..., None] * np.array([0.15, -0.9, -0.8], np.float32)
    hollow = skull.pair(x, y, (person.eye_x - 0.03, skull.EYE_Y + 0.11), (0.17, 0.05))
    colour *= 1 - (0.07 + 0.12 * person.age) * hollow[..., None] * np.array([0.8, 1, 0.8])
    lid = skull.pair(x, y, (person.eye_x, skull.EYE_Y - 0.10), (0.17, 0.05))
    colour *= 1 - (0.08 + 0.25 * person.makeup) * lid[..., None] * np.array([0.7, 1, 0.8])
    mottle = noise.fractal(rng, skull.SHAPE, (12, 6, 3, 1.5))
    colour *= 1 + (0.016 + 0.014 * person.age) * mottle[..., None]
    _spots(person, rng, colour)
    nostrils = skull.pair(x, y, (0.48 * person.nose_width, person.nose_y + 0.105), (0.045, 0.018))
    return colour * (1 - 0.72 * nostrils[..., None])


def _spots(person: Person, rng: np.random.Generator, colour: np.ndarray) -> None:
    """Put freckles and moles into ``colour``."""
    count = int(260 * person.freckles)
    places = rng.normal([0, 0.2], [0.5, 0.28], (count, 2))
    moles = rng.uniform([-0.8, -0.8], [0.8, 1.1], (int(rng.integers(0, 5)), 2))
    dark: np.ndarray = np.zeros(skull.SHAPE, np.float32)
    for place in places:
        centre = np.round(skull.to_pixels(place) * 16).astype(int)
        radius = int(rng.uniform(8, 26))
        cv2.circle(dark, centre.tolist(), radius, float(rng.uniform(0.1, 0.3)), -1, shift=4)
    for place in moles:
        centre = np.round(skull.to_pixels(place) * 16).astype(int)
        cv2.circle(dark, centre.tolist(), int(rng.uniform(20, 36)), 0.5, -1, shift=4)
    dark = cv2.GaussianBlur(dark, (0, 0), 0.9)
    colour *= 1 - dark[..., None] * np.array([0.7, 0.9, 1.0], np.float32)


def skin_relief(
    person: Person, rng: np.random.Generator, x: np.ndarray, y: np.ndarray
) -> np.ndarray:
    """Return the fine relief (pores, wrinkles) to add to the face's, (H, W) in face units."""
    pores = 0.0010 * noise.smooth(rng, skull.SHAPE, 2.0) + 0.002 * noise.smooth(
        rng, skull.SHAPE, 5.0
    )
    wave = 0.03 * noise.smooth(rng, skull.SHAPE, 50)
    lines = np.sin((y + wave + 0.06 * x**2) * 2 * np.pi / 0.115)
    forehead = lines * skull.bump(x, y, (0, -0.66), (0.42, 0.13))
    crow = np.sin((y - skull.EYE_Y + 0.3 * (np.abs(x) - 0.7)) * 2 * np.pi / 0.06)
    feet = crow * skull.pair(x, y, (person.eye_x + 0.30, skull.EYE_Y + 0.02), (0.06, 0.08))
    frown = skull.pair(x, y, (0.06, person.brow_y + 0.02), (0.012, 0.07))
    wrinkles = 0.007 * forehead + 0.004 * feet - 0.010 * frown
    return (pores + person.age**1.5 * wrinkles).astype(np.float32)


def ears(person: Person, x: np.ndarray, y: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return the mask of the ears and their relief, both (H, W) float32."""
    side = np.abs(x) - (person.width + 0.03)
    lower = y - 0.10
    tilted = side - 0.12 * lower
    distance = np.sqrt((tilted / 0.13) ** 2 + (lower / (0.27 + 0.04 * person.age)) ** 2)
    mask = swell(1 - distance, 0.05)
    rim = np.exp(-0.5 * ((distance - 0.8) / 0.13) ** 2)
    hole = skull.bump(tilted, lower, (-0.02, 0.02), (0.05, 0.10))
    return mask.astype(np.float32), (0.10 + 0.05 * rim - 0.07 * hole).astype(np.float32)


def brows(person: Person, rng: np.random.Generator, x: np.ndarray, y: np.ndarray) -> np.ndarray:
    """Return how much of the skin the eyebrows' hair covers, (H, W) float32 0 to 1."""
    side = np.abs(x)
    inner, outer = 0.15, person.eye_x + 0.28
    along = np.clip((side - inner) / (outer - inner), 0, 1)
    curve = person.brow_y - person.brow_arch * np.sin(np.pi * along**1.3) + 0.03 * along**2
    curve = curve + 0.015 * (1 - along) ** 2
    thickness = person.brow_thickness * (1.05 - 0.65 * along**1.5)
    body = np.exp(-(((y - curve) / thickness) ** 4))
    ends = swell(side - inner, 0.02) * swell(outer - side, 0.02)
    lean = np.where(along < 0.25, 0.5, 1.2)
    threads = noise.strands(rng, y + lean * 0.3 * side * -1 + 3, np.sign(x) * side + 4, 55)
    cover = body * ends * np.clip(0.72 + 0.30 * threads, 0, 1)
    return cv2.GaussianBlur(cover.astype(np.float32), (0, 0), 0.7)
