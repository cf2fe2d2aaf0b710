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


def test_box_outside_the_frame_or_empty_is_not_shown() -> None:
    _, fit = letterbox(np.zeros((100, 200, 3), np.uint8), 128)
    assert fit.shows(np.array([-10.0, -10.0, 5.0, 5.0]))
    assert not fit.shows(np.array([20.0, 101.0, 30.0, 120.0]))
    assert not fit.shows(np.array([20.0, 20.0, 20.0, 30.0]))
