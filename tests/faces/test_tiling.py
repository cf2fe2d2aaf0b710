import numpy as np
import pytest

from deepfake_attribution.faces.face import Face
from deepfake_attribution.faces.tiling import LEVELS, Window, windows


@pytest.mark.parametrize("level", LEVELS)
@pytest.mark.parametrize(("height", "width"), [(1080, 1920), (1280, 719), (300, 1000)])
def test_windows_hold_every_face_of_up_to_half_their_side(
    height: int, width: int, level: float
) -> None:
    tiles = windows(height, width, level)
    side = tiles[0].side // 2
    for y in range(0, height - side + 1, 37):
        for x in range(0, width - side + 1, 37):
            assert any(
                tile.x <= x + 1  # starts are rounded to whole pixels
                and tile.y <= y + 1
                and x + side <= tile.x + tile.side + 1
                and y + side <= tile.y + tile.side + 1
                for tile in tiles
            )


def test_windows_lie_inside_the_frame() -> None:
    frame = np.zeros((721, 1281, 3), np.uint8)
    for tile in windows(721, 1281, 0.5):
        assert tile.cut(frame).shape == (360, 360, 3)


def test_square_frame_has_no_window_of_its_own_size() -> None:
    assert windows(400, 400, 1.0) == []
    assert len(windows(400, 400, 0.5)) == 9


def test_tiny_frame_is_not_tiled() -> None:
    assert windows(100, 120, 0.5) == []


def test_face_cut_by_a_window_is_told_from_one_cut_by_the_frame() -> None:
    tile = Window(0, 0, 100)
    points = np.zeros((6, 2), np.float32)
    at_frame = Face(np.array([-5, 10, 40, 60], np.float32), points, 0.9)
    at_window = Face(np.array([70, 10, 105, 60], np.float32), points, 0.9)
    assert not tile.cuts(at_frame, 100, 300)
    assert tile.cuts(at_window, 100, 300)


def test_shift_moves_box_and_landmarks_to_the_frame() -> None:
    face = Face(np.array([1, 2, 3, 4], np.float32), np.ones((6, 2), np.float32), 0.9)
    moved = Window(10, 20, 50).shift(face)
    np.testing.assert_array_equal(moved.box, [11, 22, 13, 24])
    np.testing.assert_array_equal(moved.landmarks, [[11, 21]] * 6)
