import numpy as np
import pytest

from deepfake_attribution.faces.cropping import crop, square


@pytest.mark.parametrize(
    ("box", "margin", "expected"),
    [
        ([10, 20, 30, 60], 0.0, [0, 20, 40, 60]),
        ([10, 20, 30, 60], 0.5, [-10, 10, 50, 70]),
        ([0, 0, 100, 50], 0.3, [-15, -40, 115, 90]),
    ],
)
def test_square_is_as_computed_by_hand(box: list, margin: float, expected: list) -> None:
    np.testing.assert_allclose(square(np.array(box, np.float32), margin), expected)


def ramp(height: int, width: int) -> np.ndarray:
    """A frame whose red is the column and whose green is the row."""
    frame = np.zeros((height, width, 3), np.uint8)
    frame[..., 0] = np.arange(width)
    frame[..., 1] = np.arange(height)[:, None]
    return frame


def test_crop_of_the_same_size_is_the_pixels_themselves() -> None:
    frame = ramp(100, 120)
    found = crop(frame, np.array([30, 40, 50, 60]), 0.0, 20)
    np.testing.assert_array_equal(found, frame[40:60, 30:50])


def test_pixels_past_the_edge_repeat_it() -> None:
    frame = ramp(100, 120)
    found = crop(frame, np.array([-10, 90, 10, 110]), 0.0, 20)
    rows = np.clip(np.arange(90, 110), 0, 99)
    columns = np.clip(np.arange(-10, 10), 0, 119)
    np.testing.assert_array_equal(found, frame[np.ix_(rows, columns)])


def test_square_larger_than_the_frame_is_filled_on_all_sides() -> None:
    found = crop(np.full((10, 20, 3), 7, np.uint8), np.array([0, 0, 20, 10]), 1.0, 40)
    assert found.shape == (40, 40, 3)
    assert (found == 7).all()


def test_shrinking_averages() -> None:
    board = np.indices((64, 64)).sum(0) % 2 * 200
    frame = np.repeat(board[..., None], 3, axis=2).astype(np.uint8)
    np.testing.assert_array_equal(crop(frame, np.array([0, 0, 64, 64]), 0.0, 32), 100)


def test_growing_is_smooth() -> None:
    found = crop(ramp(100, 120), np.array([30, 40, 50, 60]), 0.0, 80)[..., 0].astype(int)
    assert found.shape == (80, 80)
    assert np.abs(np.diff(found, axis=1)).max() <= 1  # blocks would step by 0 and 1 from 4 to 4
    assert len(np.unique(found)) >= 20


@pytest.mark.parametrize(
    "box", [[10, 10, 10, 10], [0, 0, np.nan, 5], [500, 500, 520, 520], [-50, 0, -20, 30]]
)
def test_box_without_pixels_is_an_error(box: list) -> None:
    with pytest.raises(ValueError, match="box"):
        crop(ramp(100, 120), np.array(box, float), 0.0, 32)
