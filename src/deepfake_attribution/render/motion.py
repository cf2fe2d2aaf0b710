"""How a person moves: smooth, never still, the same for the same seed."""

from dataclasses import dataclass

import numpy as np

from deepfake_attribution.render.features import Expression
from deepfake_attribution.render.ramps import swell


@dataclass(frozen=True)
class Pose:
    """Where a head is and what its face does.

    Attributes:
        x, y: shift from the clip's resting place, in face units.
        scale: size about 1.
        roll, yaw, pitch: radians; yaw turns to the picture's right, pitch nods down.
        expression: of the face.
    """

    x: float
    y: float
    scale: float
    roll: float
    yaw: float
    pitch: float
    expression: Expression


def draw_motion(rng: np.random.Generator, frames: int, fps: float) -> list[Pose]:
    """Return the pose of every frame of a clip."""
    time = np.arange(frames) / fps
    lively = rng.uniform(0.5, 1.2)
    x = 0.16 * lively * _wander(rng, time, 0.25)
    y = 0.08 * lively * _wander(rng, time, 0.3)
    scale = 1 + 0.025 * lively * _wander(rng, time, 0.2)
    roll = 0.07 * lively * _wander(rng, time, 0.25) + rng.normal(0, 0.03)
    yaw = 0.16 * lively * _wander(rng, time, 0.3) + rng.uniform(-0.22, 0.22)
    pitch = 0.07 * lively * _wander(rng, time, 0.35) + rng.uniform(-0.08, 0.08)
    mouth = _talk(rng, time)
    smile = np.clip(rng.uniform(-0.2, 0.5) + 0.35 * _wander(rng, time, 0.25), -0.4, 1)
    blink = _blinks(rng, time)
    gaze_x = 0.7 * _saccades(rng, time) - 1.2 * yaw
    gaze_y = 0.5 * _saccades(rng, time)
    brow = np.clip(0.4 * _wander(rng, time, 0.4), -0.5, 1)
    return [
        Pose(
            float(x[t]),
            float(y[t]),
            float(scale[t]),
            float(roll[t]),
            float(yaw[t]),
            float(pitch[t]),
            Expression(
                float(mouth[t]),
                float(smile[t]),
                float(blink[t]),
                float(gaze_x[t]),
                float(gaze_y[t]),
                float(brow[t]),
            ),
        )
        for t in range(frames)
    ]


def _wander(rng: np.random.Generator, time: np.ndarray, rate: float) -> np.ndarray:
    """Return a smooth curve about 0, of size about 1, that swings about ``rate`` times a second."""
    total = np.zeros_like(time)
    for factor, weight in ((0.5, 0.7), (1.0, 0.5), (2.1, 0.25)):
        frequency = rate * factor * rng.uniform(0.8, 1.25)
        total += weight * np.sin(2 * np.pi * (frequency * time + rng.uniform()))
    return total


def _talk(rng: np.random.Generator, time: np.ndarray) -> np.ndarray:
    """Return how far the mouth is open, 0 to 1: syllables within phrases, or silence."""
    if rng.uniform() < 0.15:
        return np.full_like(time, rng.uniform(0, 0.12))
    phrase = np.clip(0.75 + 0.6 * _wander(rng, time, 0.4), 0, 1)
    syllables = 0.5 + 0.5 * np.sin(2 * np.pi * rng.uniform(2.2, 3.4) * time + rng.uniform(0, 6))
    accents = np.clip(0.7 + 0.4 * _wander(rng, time, 1.1), 0.1, 1.2)
    return np.clip(phrase * syllables * accents, 0, 1)


def _blinks(rng: np.random.Generator, time: np.ndarray) -> np.ndarray:
    """Return how far the eyes are closed, 0 to 1: short blinks every few seconds."""
    closed = np.full_like(time, rng.uniform(0, 0.12))
    at = rng.uniform(0.2, 2.5)
    while at < time[-1] + 0.3:
        closed = np.maximum(closed, np.exp(-(((time - at) / 0.085) ** 2)))
        at += rng.uniform(1.2, 4.5)
    return closed


def _saccades(rng: np.random.Generator, time: np.ndarray) -> np.ndarray:
    """Return a gaze, -1 to 1, that rests and jumps."""
    out, value, at = np.zeros_like(time), rng.uniform(-0.5, 0.5), 0.0
    while at < time[-1] + 0.1:
        step = swell(time - at, 0.02)
        target = rng.uniform(-0.8, 0.8) if at > 0 else value
        out, value = out * (1 - step) + target * step, target
        at += rng.uniform(0.5, 2)
    return out
