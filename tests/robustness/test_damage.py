"""The kinds of damage of pictures."""

import cv2
import numpy as np
import pytest

from deepfake_attribution.robustness import damage
from deepfake_attribution.robustness.damage import (
    BLUR,
    BRIGHTNESS,
    DAMAGES,
    NOISE,
    ON_CROPS,
    SCALE,
    STEPS,
)
from video_files import pictures


@pytest.fixture(scope="module")
def crop() -> np.ndarray:
    return pictures(1, 160, 160)[0]


@pytest.fixture(scope="module")
def pattern(crop: np.ndarray) -> np.ndarray:
    return np.random.default_rng(1).standard_normal(crop.shape)


def test_every_kind_has_five_strengths_with_names() -> None:
    for one in DAMAGES:
        assert len(one.strengths) == len(one.shown) == len(set(one.strengths)) == STEPS


@pytest.mark.parametrize("kind", ON_CROPS)
def test_stronger_damage_of_a_crop_has_a_lower_psnr(
    kind: str, crop: np.ndarray, pattern: np.ndarray
) -> None:
    damaged = [damage.on_crop(kind, one, crop, pattern) for one in damage.strengths(kind)]
    errors = [damage.error(one, crop) for one in damaged]
    assert errors == sorted(set(errors)) and errors[0] > 0
    assert all(one.shape == crop.shape and one.dtype == np.uint8 for one in damaged)
    ratios = [damage.psnr(one) for one in errors]
    assert ratios == sorted(ratios, reverse=True)


def test_smaller_frames_lose_more(crop: np.ndarray) -> None:
    errors = []
    for share in damage.strengths(SCALE):
        small = damage.smaller(crop, share)
        assert small.shape[0] == round(160 * share)
        again = cv2.resize(small, (160, 160), interpolation=cv2.INTER_CUBIC)
        errors.append(damage.error(again, crop))
    assert errors == sorted(set(errors))
    assert damage.smaller(crop, 1) is crop


@pytest.mark.parametrize(("kind", "nothing"), [(BLUR, 0.0), (NOISE, 0.0), (BRIGHTNESS, 1.0)])
def test_damage_of_no_strength_changes_no_pixel(
    kind: str, nothing: float, crop: np.ndarray, pattern: np.ndarray
) -> None:
    np.testing.assert_array_equal(damage.on_crop(kind, nothing, crop, pattern), crop)


def test_brightness_and_noise_by_hand() -> None:
    crop = np.full((2, 2, 3), 100, np.uint8)
    half = damage.on_crop(BRIGHTNESS, 0.5, crop, np.zeros(crop.shape))
    assert (half == 50).all()
    noisy = damage.on_crop(NOISE, 80.0, crop, np.full(crop.shape, 2.0))
    assert (noisy == 255).all()  # 260 does not fit
    with pytest.raises(ValueError, match="no damage of crops: 'crf'"):
        damage.on_crop("crf", 23, crop, np.zeros(crop.shape))


def test_error_and_psnr_by_hand() -> None:
    one, other = np.zeros((1, 2, 3), np.uint8), np.zeros((1, 2, 3), np.uint8)
    other[0, 0] = 51  # half of the pixels by a fifth of the range
    assert damage.error(one, other) == 51**2 / 2
    assert damage.psnr(255**2) == 0 and damage.psnr(255**2 / 100) == pytest.approx(20)
    assert damage.psnr(0) == float("inf")
