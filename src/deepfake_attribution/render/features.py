"""Eyes and mouth: the parts of a face that are drawn anew for every frame."""

from dataclasses import dataclass

import numpy as np

from deepfake_attribution.render import noise, skull
from deepfake_attribution.render.people import Person
from deepfake_attribution.render.ramps import edge
from deepfake_attribution.render.seeding import generator


@dataclass(frozen=True)
class Expression:
    """What a face does: each about 0 to 1, ``gaze_x``, ``gaze_y`` and ``smile`` -1 to 1."""

    mouth_open: float
    smile: float
    blink: float
    gaze_x: float
    gaze_y: float
    brow: float


@dataclass
class Patch:
    """A rectangle of the canvas: slices, face coordinates, light there, and what is uncovered."""

    rows: slice
    columns: slice
    x: np.ndarray
    y: np.ndarray
    light: np.ndarray
    bare: np.ndarray

    def paint(self, picture: np.ndarray, layers: list[tuple[np.ndarray, np.ndarray]]) -> None:
        """Blend ``layers`` (mask, colour before light) over the patch of ``picture`` in turn."""
        target = picture[self.rows, self.columns, :3]
        colour = target.astype(np.float32)
        for mask, paint in layers:
            colour += (mask * self.bare)[..., None] * (paint * self.light - colour)
        np.clip(colour, 0, 255, out=colour)
        target[...] = colour


def cut(
    at: tuple[float, float], size: tuple[float, float], light: np.ndarray, bare: np.ndarray
) -> Patch:
    """Return the patch of half size ``size`` about ``at``, in face units."""
    (left, top), (right, bottom) = (
        skull.to_pixels(np.array(at) + sign * np.array(size)).round().astype(int)
        for sign in (-1, 1)
    )
    rows, columns = slice(top, bottom), slice(left, right)
    x, y = (values[rows, columns] for values in skull.grid())
    return Patch(rows, columns, x, y, light[rows, columns], bare[rows, columns])


class Features:
    """The eyes and the mouth of one person under one light.

    Args:
        person: whose they are.
        light: (H, W, 3) factors from colour to lit colour on the canvas.
        bare: (H, W) 0 to 1, where no hair or glasses lie over the face.
    """

    def __init__(self, person: Person, light: np.ndarray, bare: np.ndarray) -> None:
        self.person = person
        rng = generator(person.seed, "features")
        reach = (1.25 * person.eye_size, 0.17)
        self.eyes = [
            (side, cut((side * person.eye_x, skull.EYE_Y), reach, light, bare)) for side in (-1, 1)
        ]
        self.mouth = cut((0, person.mouth_y + 0.04), (0.52, 0.36), light, bare)
        lit_side = light[:, : skull.SHAPE[1] // 2].mean() > light[:, skull.SHAPE[1] // 2 :].mean()
        self.glint = (-0.035 if lit_side else 0.035, -0.035)
        self.furrows = 0.06 * noise.smooth(rng, (1, self.mouth.x.shape[1]), 2.2)
        self.fibres = rng.uniform(0, 2 * np.pi, 3)

    def paint(self, picture: np.ndarray, expression: Expression) -> None:
        """Draw eyes and mouth into ``picture``, (H, W, 4) uint8 from `head.lit`."""
        for side, patch in self.eyes:
            patch.paint(picture, self._eye(side, patch, expression))
        self.mouth.paint(picture, self._mouth(expression))

    def _eye(
        self, side: int, patch: Patch, expression: Expression
    ) -> list[tuple[np.ndarray, np.ndarray]]:
        person = self.person
        size = person.eye_size
        across = (patch.x * side - person.eye_x) / size  # -1 at the nose, 1 outside
        y = patch.y - skull.EYE_Y + person.eye_tilt * across * size
        arch = np.clip(1 - np.abs(across) ** 2.2, 0, 1)
        height = person.eye_open * size
        low = 0.62 * height * arch
        upper = low - (1 - expression.blink) * 1.62 * height * arch * (1 - 0.12 * across)
        within = edge(1.02 - np.abs(across), 0.06)
        opening = edge(y - upper, 0.012) * edge(low - y, 0.012) * within
        ball = np.array([232, 226, 222], np.float32) * (
            1 - 0.45 * np.exp(-np.clip(y - upper, 0, None) / 0.035) - 0.22 * across**4
        )[..., None].astype(np.float32)
        white = ball * np.array([1, 0.97, 0.95], np.float32) ** (1 + np.abs(across[..., None]))
        return [
            (self._crease(across, y, upper), np.array(person.skin, np.float32) * 0.55),
            (opening, white),
            *self._iris(patch, y, opening, side, expression),
            (self._lashes(across, y, upper, low), np.array([28, 20, 18], np.float32)),
        ]

    def _crease(self, across: np.ndarray, y: np.ndarray, upper: np.ndarray) -> np.ndarray:
        fold = upper - 0.045 - 0.02 * (1 - across**2)
        return 0.5 * np.exp(-(((y - fold) / 0.016) ** 2)) * edge(1.05 - np.abs(across), 0.2)

    def _lashes(
        self, across: np.ndarray, y: np.ndarray, upper: np.ndarray, low: np.ndarray
    ) -> np.ndarray:
        person = self.person
        dark = 0.62 + 0.33 * person.makeup
        above = np.exp(-(((y - upper + 0.006) / (0.017 + 0.008 * person.makeup)) ** 2))
        below = np.exp(-(((y - low) / 0.014) ** 2))
        return (dark * above + 0.25 * below) * edge(1.08 - np.abs(across), 0.08)

    def _iris(
        self,
        patch: Patch,
        y: np.ndarray,
        opening: np.ndarray,
        side: int,
        expression: Expression,
    ) -> list[tuple[np.ndarray, np.ndarray]]:
        radius = 0.094
        dx = patch.x - side * self.person.eye_x - 0.05 * expression.gaze_x
        dy = y + 0.01 - 0.025 * expression.gaze_y
        distance = np.hypot(dx, dy)
        angle = np.arctan2(dy, dx)
        rays = 1 + 0.12 * np.sin(11 * angle + self.fibres[0]) * np.sin(7 * angle + self.fibres[1])
        limbus = 1 - 0.55 * np.exp(-(((distance - radius) / 0.022) ** 2))
        lower = 1 + 0.35 * dy / radius
        colour = (rays * limbus * lower)[..., None] * np.array(self.person.iris, np.float32)
        glint = edge(0.022 - np.hypot(dx - self.glint[0], dy - self.glint[1]), 0.012)
        return [
            (opening * edge(radius - distance, 0.012), colour),
            (opening * edge(0.042 - distance, 0.012), np.array([12, 10, 10], np.float32)),
            (opening * glint * 0.9, np.array([252, 252, 255], np.float32)),
        ]

    def _mouth(self, expression: Expression) -> list[tuple[np.ndarray, np.ndarray]]:
        person, patch = self.person, self.mouth
        wide = person.mouth_width * (1 + 0.13 * expression.smile - 0.10 * expression.mouth_open)
        across = patch.x / wide
        body = np.clip(1 - np.abs(across) ** 2.4, 0, 1) ** 0.8
        gap = 0.24 * expression.mouth_open * np.clip(1 - across**2, 0, 1)
        middle = person.mouth_y - 0.075 * expression.smile * (across**2 - 0.35)
        middle = middle + 0.012 * np.exp(-((across / 0.2) ** 2))
        bow = 1 - 0.28 * np.exp(-((across / 0.15) ** 2))
        thin = 1 - 0.2 * max(expression.smile, 0)
        top = middle - 0.15 * gap - person.upper_lip * thin * body * bow
        inner_top, inner_bottom = middle - 0.15 * gap, middle + 0.85 * gap
        bottom = inner_bottom + person.lower_lip * thin * body
        within = edge(1 - np.abs(across), 0.05)
        lips = edge(patch.y - top, 0.022) * edge(bottom - patch.y, 0.028) * within
        inside = edge(patch.y - inner_top, 0.012) * edge(inner_bottom - patch.y, 0.012) * within
        full = np.clip((patch.y - inner_bottom) / person.lower_lip, 0, 1)
        form = np.where(patch.y < middle, 0.84, 0.93 + 0.35 * full * (1 - full))
        form = form * (1 + self.furrows)
        colour = form[..., None] * np.array(person.lips, np.float32)
        seam = np.exp(-(((patch.y - middle) / 0.014) ** 2)) * within * (gap < 0.03)
        return [
            (0.94 * lips, colour.astype(np.float32)),
            *self._inside(across, inner_top, inner_bottom, inside),
            (0.6 * seam, np.array(person.lips, np.float32) * 0.3),
        ]

    def _inside(
        self, across: np.ndarray, top: np.ndarray, bottom: np.ndarray, inside: np.ndarray
    ) -> list[tuple[np.ndarray, np.ndarray]]:
        y = self.mouth.y
        teeth = edge(top + 0.062 - y, 0.012) * edge(0.72 - np.abs(across), 0.1)
        gaps = 1 - 0.22 * np.abs(np.cos(across * 4.5 * np.pi)) ** 12
        ivory = (gaps * (1 - 0.35 * across**2))[..., None] * np.array([226, 218, 202], np.float32)
        tongue = edge(y - bottom + 0.07, 0.03) * edge(0.6 - np.abs(across), 0.2)
        return [
            (inside, np.array([58, 20, 20], np.float32)),
            (0.7 * inside * tongue, np.array([150, 72, 70], np.float32)),
            (0.9 * inside * teeth, ivory.astype(np.float32)),
        ]
