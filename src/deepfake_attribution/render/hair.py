"""Hair on the head and on the face."""

from dataclasses import dataclass

import cv2
import numpy as np

from deepfake_attribution.render import noise, skull
from deepfake_attribution.render.people import Person
from deepfake_attribution.render.ramps import swell


@dataclass(frozen=True)
class Style:
    """How a hair style grows; lengths in face units.

    Attributes:
        top, side: thickness of the hair above and beside the head.
        end: height at which the hair beside the face ends.
        line: how much lower than the person's own hairline the hair reaches.
        curl: how ragged its contour is.
        rise: how fast the hairline falls towards the temples.
    """

    top: float
    side: float
    end: float
    line: float
    curl: float
    rise: float


STYLES = {
    "buzz": Style(0.03, 0.015, -0.05, 0.0, 0.01, 1.5),
    "short": Style(0.16, 0.06, -0.02, 0.05, 0.03, 1.5),
    "side_part": Style(0.20, 0.07, 0.02, 0.06, 0.02, 1.3),
    "curly": Style(0.34, 0.28, 0.45, 0.10, 0.07, 1.4),
    "bob": Style(0.17, 0.20, 1.05, 0.08, 0.008, 1.2),
    "long": Style(0.16, 0.18, 1.95, 0.05, 0.010, 1.2),
    "tied": Style(0.07, 0.03, 0.0, 0.0, 0.01, 1.5),
    "fringe": Style(0.18, 0.16, 1.2, 0.40, 0.02, 0.9),
}


@dataclass(frozen=True)
class Hair:
    """Hair as layers on the head's canvas, each (H, W) float32.

    Attributes:
        back: mask of what lies behind the face, 0 to 1.
        front: mask of what lies over the face, 0 to 1.
        shine: brightness of the strands about 1.
        relief: depth in face units.
    """

    back: np.ndarray
    front: np.ndarray
    shine: np.ndarray
    relief: np.ndarray


def draw_hair(
    person: Person, rng: np.random.Generator, x: np.ndarray, y: np.ndarray
) -> Hair | None:
    """Return the person's hair, None for a bald head."""
    if person.hair_style == "bald":
        return None
    style = STYLES[person.hair_style]
    outer, width = _contour(person, style, y)
    if person.hair_style == "tied":
        bun = swell(1 - np.hypot(x / 0.42, (y + 1.62) / 0.3), 0.04)
        outer = np.maximum(outer, bun.astype(np.float32))
    outer = _ragged(outer, rng, style.curl)
    front = outer * np.maximum(_cap(person, style, rng, x, y), _locks(person, style, rng, x, y))
    neck = swell(0.66 - np.abs(x), 0.05) * swell(y - 0.9, 0.06)
    back = outer * (1 - neck)
    shine = _shine(person, style, rng, x, y)
    round_ = np.sqrt(np.clip(1 - (x / np.maximum(width, 0.05)) ** 2, 0.01, 1))
    tall = np.sqrt(np.clip(1 - (np.minimum(y, 0) / (skull.SKULL_TOP - style.top)) ** 2, 0.01, 1))
    relief = 0.95 * round_ * tall + 0.012 * (shine - 1)
    return Hair(back, front.astype(np.float32), shine, relief.astype(np.float32))


def _contour(person: Person, style: Style, y: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return the mask of all the hair and its half width at every height."""
    top = skull.SKULL_TOP - style.top * person.hair_volume
    side = style.side * person.hair_volume

    def width_at(height: np.ndarray) -> np.ndarray:
        above = (1 - np.clip(height / top, 0, 1) ** 2.4) ** 0.5
        falling = np.clip(height / max(style.end, 0.1), 0, 1)
        below = 1 - (0.10 if style.end > 0.9 else 0.4) * falling**2
        return (person.width + side) * np.where(height < 0, above, below)

    heights = np.linspace(top, style.end + 0.1, 120)
    widths = width_at(heights) * np.clip((style.end + 0.1 - heights) / 0.08, 0, 1) ** 0.5
    return skull.fill(widths, heights), width_at(y)


def _ragged(mask: np.ndarray, rng: np.random.Generator, curl: float) -> np.ndarray:
    """Return ``mask`` with a contour like the ends of hair."""
    cell = 9 + 90 * curl
    shift = curl * skull.SCALE
    across = shift * noise.fractal(rng, skull.SHAPE, (2 * cell, cell))
    down = shift * noise.fractal(rng, skull.SHAPE, (2 * cell, cell))
    rows, columns = np.indices(mask.shape, dtype=np.float32)
    return cv2.remap(mask, columns + across, rows + down, cv2.INTER_LINEAR)


def _cap(
    person: Person, style: Style, rng: np.random.Generator, x: np.ndarray, y: np.ndarray
) -> np.ndarray:
    """Return the mask of everything above the hairline."""
    side = np.abs(x) / person.width
    line = person.hairline + style.line + style.rise * side**4
    if person.hair_style == "side_part":
        line = line + 0.14 * (x - person.parting) * np.sign(-person.parting)
    if person.hair_style == "fringe":
        line = np.maximum(line, person.hairline + style.line + 0.02) + 0.03 * np.abs(x)
    line = line - 0.10 * person.masculine * person.age * skull.pair(x, y, (0.45, -0.9), (0.2, 1))
    fine = noise.strands(rng, x * 1.2 + 3, y * 0.3 + 3, 30)
    softness = 0.035 if person.hair_style == "buzz" else 0.02
    return swell(line + 0.025 * fine - y, softness)


def _locks(
    person: Person, style: Style, rng: np.random.Generator, x: np.ndarray, y: np.ndarray
) -> np.ndarray:
    """Return the mask of the hair that falls over the ears and the sides of the face."""
    if style.end < 0.3:
        return np.zeros(skull.SHAPE, np.float32)
    fine = noise.strands(rng, x + 3, y * 0.2 + 3, 25)
    inner = person.width * 0.90 - 0.03 * np.sin(2.2 * y + person.parting * 5) + 0.015 * fine
    return swell(np.abs(x) - inner, 0.02) * (y > -0.6)


def _shine(
    person: Person, style: Style, rng: np.random.Generator, x: np.ndarray, y: np.ndarray
) -> np.ndarray:
    """Return the brightness of the strands, (H, W) float32 about 1."""
    if person.hair_style in ("curly", "buzz"):
        cells = (10, 5, 2.5) if person.hair_style == "curly" else (4, 2)
        texture = noise.fractal(rng, skull.SHAPE, cells)
        return np.clip(1 + 0.22 * texture, 0.35, 1.9).astype(np.float32)
    root = person.parting if person.hair_style in ("side_part", "long", "bob") else 0.0
    above = np.arctan2(x - root, np.maximum(-(y + 0.2), 0.05))
    across = np.where(y < -0.3, above, np.sign(x) * 1.4 + 0.6 * (np.abs(x) - 1))
    along = np.hypot(x - root, y + 0.4)
    threads = noise.strands(rng, across + 4, along, 45)
    locks = noise.strands(rng, across + 4, along, 9)
    band = np.exp(-0.5 * ((along - 0.85) / 0.13) ** 2)
    return np.clip(1 + 0.20 * threads + 0.16 * locks + 0.30 * band, 0.3, 2).astype(np.float32)


def beard(person: Person, rng: np.random.Generator, x: np.ndarray, y: np.ndarray) -> np.ndarray:
    """Return how much of the skin the beard covers, (H, W) float32 0 to 1."""
    if person.beard == "none":
        return np.zeros(skull.SHAPE, np.float32)
    mouth, wide = person.mouth_y, person.mouth_width
    lip = skull.bump(x, y, (0, mouth - 0.15), (0.75 * wide, 0.045)) * 1.6
    tuft = skull.bump(x, y, (0, person.chin - 0.12), (0.55 * wide, 0.15)) * 1.7
    cheek = 0.30 + 0.45 * np.clip(1 - np.abs(x) / person.width, 0, 1)
    jaw = swell(y - cheek - 0.12 * np.cos(3 * x), 0.05)
    jaw *= 1 - np.exp(-((x / (1.15 * wide)) ** 4) - ((y - mouth) / 0.17) ** 4)
    jaw *= swell(np.hypot(x, (y - 0.35) * 0.9) - 0.48, 0.04)
    area = {
        "stubble": np.maximum(jaw, 0.8 * lip),
        "moustache": lip,
        "goatee": np.maximum(lip, tuft),
        "full": np.maximum(jaw, lip),
    }[person.beard]
    threads = noise.strands(rng, x + 3 + 0.1 * np.sin(9 * y), y + 3, 60)
    grain = noise.fractal(rng, skull.SHAPE, (3, 1.6))
    if person.beard == "stubble":
        return (np.clip(area, 0, 1) * np.clip(0.28 + 0.12 * grain, 0, 0.6)).astype(np.float32)
    cover = np.clip(area, 0, 1) * np.clip(0.80 + 0.18 * threads + 0.1 * grain, 0, 1)
    return cover.astype(np.float32)
