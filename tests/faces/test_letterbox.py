import cv2
import numpy as np
import pytest

from deepfake_attribution.faces.letterbox import letterbox


@pytest.mark.parametrize("share", [1.0, 0.5])
@pytest.mark.parametrize(("height", "width"), [(120, 160), (1919, 1079), (64, 64), (5, 900)])
def test_points_come_back_to_where_they_were(height: int, width: int, share: float) -> None:
    square, fit = letterbox(np.zeros((height, width, 3), np.uint8), 192, share)
    assert square.shape == (192, 192, 3)
    corners = np.array([[0.0, 0.0], [width, height], [width / 2, height / 2]])
    there = (corners * fit.scale + fit.offset) / 192
    np.testing.assert_allclose(fit.to_frame(there), corners, atol=1e-9)


def test_frame_lies_in_the_middle_with_black_around() -> None:
    square, _ = letterbox(np.full((100, 200, 3), 255, np.uint8), 128)
    assert (square[32:96] == 255).all()
    assert (square[:32] == 0).all()
    assert (square[96:] == 0).all()


@pytest.mark.parametrize(("height", "width"), [(721, 1283), (1280, 719), (2000, 1500)])
def test_large_frame_is_averaged_in_the_place_that_fit_tells(height: int, width: int) -> None:
    y, x = np.mgrid[:height, :width]
    wave = 128 + 60 * np.sin(x / width * 9) + 60 * np.cos(y / height * 7)  # (H, W)
    frame = np.repeat(wave.round().astype(np.uint8)[..., None], 3, axis=2)
    square, fit = letterbox(frame, 192)
    down, along = np.nonzero(square[..., 0])
    place = fit.to_frame((np.stack([along, down], axis=1) + 0.5) / 192)  # middles of pixels
    u, v = place.T
    expected = 128 + 60 * np.sin((u - 0.5) / width * 9) + 60 * np.cos((v - 0.5) / height * 7)
    assert np.abs(square[down, along, 0] - expected).max() < 3


def test_halving_first_changes_grey_levels_by_little() -> None:
    noise = np.random.default_rng(0).integers(0, 256, (720, 1280, 3), dtype=np.uint8)
    noise = cv2.blur(noise, (5, 5))  # as sharp as a camera's picture may be
    square, _ = letterbox(noise, 192)
    once = cv2.resize(noise, (192, 108), interpolation=cv2.INTER_AREA)
    difference = square[42:150].astype(int) - once
    assert np.abs(difference).mean() < 1.5
    assert abs(difference.mean()) < 0.3  # rounding half up, once more


def test_frame_up_to_four_times_the_square_is_averaged_in_one_step() -> None:
    noise = np.random.default_rng(0).integers(0, 256, (700, 760, 3), dtype=np.uint8)
    square, _ = letterbox(noise, 192)
    once = cv2.resize(noise, (192, 177), interpolation=cv2.INTER_AREA)
    np.testing.assert_array_equal(square[7:184], once)


def test_box_outside_the_frame_or_empty_is_not_shown() -> None:
    _, fit = letterbox(np.zeros((100, 200, 3), np.uint8), 128)
    assert fit.shows(np.array([-10.0, -10.0, 5.0, 5.0]))
    assert not fit.shows(np.array([20.0, 101.0, 30.0, 120.0]))
    assert not fit.shows(np.array([20.0, 20.0, 20.0, 30.0]))
