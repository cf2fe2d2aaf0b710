"""Rooms: a lit wall with things before it, out of focus."""

from dataclasses import dataclass

import cv2
import numpy as np

from deepfake_attribution.render import noise
from deepfake_attribution.render.light import Light, draw_light
from deepfake_attribution.render.people import HAIR, Colour
from deepfake_attribution.render.seeding import generator


@dataclass(frozen=True)
class Scene:
    """Where a clip is taken, and how the person sits in the picture.

    Attributes:
        seed: of the things in the room.
        light: the lamps.
        wall: colour of the wall.
        blur: radius of what is out of focus, in thousandths of the picture's width.
        face: half width of the face as a share of the picture's width (or of 4/3 of its height).
        x, y: place of the face's origin, as shares of the picture's width and height.
    """

    seed: int
    light: Light
    wall: Colour
    blur: float
    face: float
    x: float
    y: float


def draw_scene(*names: str | int) -> Scene:
    """Return the scene that ``names`` (a seed, a database, a clip) stand for."""
    rng = generator(*names, "scene")
    grey, hue = rng.uniform(45, 225), rng.uniform(0, 2 * np.pi)
    red, green, blue = grey + rng.uniform(0, 42) * np.cos(hue + np.array([0, 2.1, 4.2]))
    return Scene(
        seed=int(rng.integers(2**31)),
        light=draw_light(rng),
        wall=(float(red), float(green), float(blue)),
        blur=float(rng.uniform(1.5, 14)),
        face=float(rng.uniform(0.135, 0.195)),
        x=float(rng.uniform(0.37, 0.63)),
        y=float(rng.uniform(0.42, 0.48)),
    )


def draw_background(scene: Scene, width: int, height: int) -> np.ndarray:
    """Return the empty room, (height, width, 3) uint8 RGB."""
    rng = generator(scene.seed, "background")
    across, down = (np.linspace(0, 1, n, dtype=np.float32) for n in (width, height))
    x, y = np.meshgrid(across, down)
    falloff = 1 - 0.35 * np.abs(x - (0.5 + 0.5 * scene.light.key[0])) - 0.15 * y
    grain = 1 + 0.02 * noise.fractal(rng, (height, width), (width / 8, width / 30, 4))
    room = (falloff * grain)[..., None] * np.array(scene.wall, np.float32)
    picture = np.ascontiguousarray(np.clip(room, 0, 255).astype(np.float32))
    things = (_window, _shelf, _frames, _curtain, _plant, _lamp, _door)
    for index in rng.choice(len(things), size=int(rng.integers(1, 6)), replace=False):
        things[index](picture, rng)
    tint = np.array(scene.light.key_colour) + np.array(scene.light.room)
    picture *= (tint / tint.max()).astype(np.float32)
    sharp = np.clip(picture, 0, 255)
    blurred = cv2.GaussianBlur(sharp, (0, 0), max(0.4, scene.blur * width / 1000))
    return np.round(blurred).astype(np.uint8)


def _paint(rng: np.random.Generator) -> tuple[float, ...]:
    """Return the colour of a thing."""
    base = rng.uniform(25, 225)
    return tuple(float(v) for v in np.clip(base + rng.normal(0, 28, 3), 5, 250))


def _box(
    picture: np.ndarray, at: tuple[float, float, float, float], colour: tuple[float, ...]
) -> None:
    """Fill the rectangle ``at`` (x0, y0, x1, y1 as shares of the picture)."""
    height, width = picture.shape[:2]
    corner, other = (
        (int(at[0] * width), int(at[1] * height)),
        (
            int(at[2] * width),
            int(at[3] * height),
        ),
    )
    cv2.rectangle(picture, corner, other, colour, -1)


def _side(rng: np.random.Generator, width: float) -> float:
    """Return the left edge of a thing of ``width`` that stands left or right of the person."""
    left = rng.uniform(-0.1, 0.25 - width / 2)
    return float(left if rng.uniform() < 0.5 else 1 - width - left)


def _window(picture: np.ndarray, rng: np.random.Generator) -> None:
    width, top = rng.uniform(0.18, 0.32), rng.uniform(-0.1, 0.2)
    left, frame = _side(rng, width), _paint(rng)
    bottom = top + rng.uniform(0.4, 0.6)
    _box(picture, (left - 0.015, top - 0.02, left + width + 0.015, bottom + 0.03), frame)
    sky = rng.uniform(185, 250)
    _box(picture, (left, top, left + width, bottom), (sky * 0.93, sky * 0.97, sky))
    green = tuple(float(v) for v in rng.uniform([60, 90, 50], [120, 150, 100]))
    _box(picture, (left, bottom - rng.uniform(0.05, 0.25), left + width, bottom), green)
    middle = left + width / 2
    _box(picture, (middle - 0.006, top, middle + 0.006, bottom), frame)


def _shelf(picture: np.ndarray, rng: np.random.Generator) -> None:
    width = rng.uniform(0.25, 0.4)
    left, wood = _side(rng, width), _paint(rng)
    for level in np.arange(rng.uniform(0.1, 0.2), 0.9, 0.24):
        _box(picture, (left, level, left + width, level + 0.02), wood)
        at = left + 0.01
        while at < left + width - 0.03:
            thick = rng.uniform(0.01, 0.03)
            tall = rng.uniform(0.1, 0.19)
            if rng.uniform() < 0.85:
                _box(picture, (at, level - tall, at + thick, level), _paint(rng))
            at += thick + 0.003


def _frames(picture: np.ndarray, rng: np.random.Generator) -> None:
    for _ in range(int(rng.integers(1, 4))):
        width, height = rng.uniform(0.1, 0.2), rng.uniform(0.15, 0.3)
        left, top = _side(rng, width), rng.uniform(0.03, 0.5)
        _box(picture, (left, top, left + width, top + height), _paint(rng))
        inner = (left + 0.01, top + 0.015, left + width - 0.01, top + height - 0.015)
        _box(picture, inner, _paint(rng))
        horizon = top + height * rng.uniform(0.4, 0.7)
        _box(picture, (inner[0], horizon, inner[2], inner[3]), _paint(rng))


def _curtain(picture: np.ndarray, rng: np.random.Generator) -> None:
    width = picture.shape[1]
    share = rng.uniform(0.15, 0.35)
    x = np.arange(width) / width
    inside = x < share if rng.uniform() < 0.5 else x > 1 - share
    folds = 0.8 + 0.2 * np.sin(2 * np.pi * x * rng.uniform(14, 30) + 2 * np.sin(9 * x))
    cloth = folds[:, None] * np.array(_paint(rng))
    picture[:, inside] = cloth[inside].astype(np.float32)


def _plant(picture: np.ndarray, rng: np.random.Generator) -> None:
    height, width = picture.shape[:2]
    at = np.array([_side(rng, 0.1) + 0.05, rng.uniform(0.5, 0.8)]) * [width, height]
    for _ in range(int(rng.integers(14, 30))):
        angle, length = rng.uniform(np.pi, 2 * np.pi), rng.uniform(0.08, 0.28) * height
        tip = at + length * np.array([np.cos(angle), np.sin(angle)])
        green = tuple(float(v) for v in rng.uniform([20, 60, 20], [80, 140, 70]))
        centre = tuple(float(v) for v in (at + tip) / 2)
        axes = (float(length), float(length * rng.uniform(0.12, 0.3)))
        cv2.ellipse(picture, (centre, axes, float(np.degrees(angle))), green, -1)


def _lamp(picture: np.ndarray, rng: np.random.Generator) -> None:
    height, width = picture.shape[:2]
    at = (int((_side(rng, 0.1) + 0.05) * width), int(rng.uniform(0.1, 0.4) * height))
    glow = np.zeros((height, width), np.float32)
    cv2.circle(glow, at, int(0.05 * width), 1.0, -1, cv2.LINE_AA)
    glow = glow + 3 * cv2.GaussianBlur(glow, (0, 0), 0.09 * width)
    picture += glow[..., None] * np.array([150, 125, 85], np.float32)


def _door(picture: np.ndarray, rng: np.random.Generator) -> None:
    width = rng.uniform(0.22, 0.3)
    left, wood = _side(rng, width), HAIR[int(rng.integers(2, len(HAIR)))]
    _box(picture, (left - 0.02, 0.08, left + width + 0.02, 1.1), (210, 206, 200))
    _box(picture, (left, 0.1, left + width, 1.1), wood)
    dark = tuple(0.85 * value for value in wood)
    for top in (0.16, 0.58):
        _box(picture, (left + 0.03, top, left + width - 0.03, top + 0.34), dark)
