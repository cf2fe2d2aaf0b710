"""Degraded training crops."""

from typing import Any

import numpy as np
import pytest

from deepfake_attribution.model.augmentation import degrade
from deepfake_attribution.model.settings import Augment
from recipes import AUGMENT

OFF = {"downscale": 1.0, "blur": 0.0, "brightness": 0.0, "contrast": 0.0, "hue": 0.0}
OFF |= {"erasing": 0.0, "jpeg": [100, 100]}
SIDE = 64


def settings(**changes: Any) -> Augment:
    """Return settings of which each step happens to every crop."""
    return AUGMENT.model_copy(update={"chance": 1.0} | changes)


@pytest.fixture
def image() -> np.ndarray:
    rows, columns = np.mgrid[:SIDE, :SIDE]
    waves = np.stack([np.sin(rows / 3), np.cos(columns / 4), np.sin((rows + columns) / 5)], axis=2)
    return (127 + 90 * waves).astype(np.uint8)


def sharpness(image: np.ndarray) -> float:
    return float(np.abs(np.diff(image.astype(float), axis=0)).mean())


def test_same_number_same_crop_and_other_numbers_other_crops(image: np.ndarray) -> None:
    made = [degrade(image, seed, settings(chance=0.5)) for seed in range(1, 9)]
    for seed, crop in enumerate(made, start=1):
        np.testing.assert_array_equal(crop, degrade(image, seed, settings(chance=0.5)))
        assert crop.shape == image.shape and crop.dtype == np.uint8
    assert len({crop.tobytes() for crop in made}) > 5


def test_crop_that_is_given_stays_as_it_was(image: np.ndarray) -> None:
    before = image.copy()
    image.setflags(write=False)
    degrade(image, 3, settings())
    np.testing.assert_array_equal(image, before)


def test_without_chance_nothing_happens(image: np.ndarray) -> None:
    for seed in range(1, 20):
        np.testing.assert_array_equal(degrade(image, seed, settings(chance=0.0)), image)


def test_steps_of_no_strength_leave_a_compression_that_cannot_be_seen(image: np.ndarray) -> None:
    changed = degrade(image, 3, settings(**OFF)).astype(int) - image
    assert np.abs(changed).max() <= 30 and np.abs(changed).mean() < 4


@pytest.mark.parametrize(
    ("step", "value", "seen"),
    [
        ("downscale", 0.2, lambda before, after: sharpness(after) < 0.9 * sharpness(before)),
        ("blur", 0.1, lambda before, after: sharpness(after) < 0.9 * sharpness(before)),
        ("brightness", 0.9, lambda before, after: abs(after.mean() - before.mean()) > 3),
        ("contrast", 0.9, lambda before, after: abs(after.std() - before.std()) > 3),
        ("hue", 0.5, lambda before, after: np.abs(after.astype(int) - before).mean() > 5),
        ("jpeg", [1, 5], lambda before, after: np.abs(after.astype(int) - before).mean() > 5),
    ],
)
def test_each_step_does_what_its_name_says(
    image: np.ndarray, step: str, value: Any, seen: Any
) -> None:
    strong = settings(**OFF | {step: value})
    numbers = range(1, 9)  # at least one of them draws a strong change
    assert any(
        seen(degrade(image, one, settings(**OFF)), degrade(image, one, strong)) for one in numbers
    )


def test_erasing_paints_no_more_than_its_share_in_one_colour(image: np.ndarray) -> None:
    for seed in range(1, 30):
        plain = degrade(image, seed, settings(**OFF))
        painted = degrade(image, seed, settings(**OFF | {"erasing": 0.3}))
        changed = np.abs(painted.astype(int) - plain).max(axis=2) > 40
        assert changed.mean() <= 0.36  # its own 0.3, and what compression smears


def test_chance_is_of_each_step(image: np.ndarray) -> None:
    only = settings(**OFF | {"brightness": 0.9, "chance": 0.3})
    touched = [abs(degrade(image, seed, only).mean() - image.mean()) > 2 for seed in range(1, 301)]
    assert 0.2 < np.mean(touched) < 0.36
