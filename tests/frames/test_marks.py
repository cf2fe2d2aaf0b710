from pathlib import Path

import numpy as np
import pytest

from deepfake_attribution.frames.marks import EMPTY, MASK, changed, corners, of_masks
from video_files import write_frames

SIZE = (48, 64)


def mask(left: int, top: int, side: int, size: tuple[int, int] = SIZE) -> np.ndarray:
    picture = np.zeros((*size, 3), np.uint8)
    picture[top : top + side, left : left + side] = 255
    return picture


def test_the_box_of_a_mask_is_of_its_largest_part() -> None:
    picture = mask(8, 16, 12)
    picture[40:43, 60:63] = 255
    assert changed(picture, SIZE) == (8, 16, 20, 28)
    # in pixels of the frame, where the mask is smaller
    assert changed(picture, (96, 128)) == (16, 32, 40, 56)


@pytest.mark.parametrize("level", [0, 20])
def test_a_dark_mask_is_empty(level: int) -> None:
    assert changed(np.full((*SIZE, 3), level, np.uint8), SIZE) is None


def test_a_speck_is_no_face() -> None:
    assert changed(mask(3, 3, 1, (480, 640)), SIZE) is None


def test_masks_are_those_of_the_frames_numbers(tmp_path: Path) -> None:
    shown = [mask(4 * number, 8, 16) for number in range(10)]
    shown[6] = np.zeros((*SIZE, 3), np.uint8)
    path = write_frames(tmp_path / "masks.mp4", shown)
    found = of_masks(path, [(number, *SIZE) for number in (1, 6, 9, 12)], 60)
    for number in (1, 9):
        box = found[number].box
        assert box is not None and found[number].by == MASK
        expected = (4 * number, 8, 4 * number + 16, 24)
        assert np.abs(np.subtract(box, expected)).max() <= 2  # the video is compressed
    assert (found[6].box, found[6].by) == (None, EMPTY)
    assert (found[12].box, found[12].by) == (None, "no mask: its video is shorter")


def test_a_mask_that_cannot_be_read_says_why(tmp_path: Path) -> None:
    (tmp_path / "text.mp4").write_text("this is not a video\n" * 20)
    for name, why in (("text.mp4", "text, not a video"), ("gone.mp4", "no such file")):
        found = of_masks(tmp_path / name, [(0, *SIZE), (3, *SIZE)], 60)
        assert [(one.box, one.by) for one in found.values()] == [(None, f"no mask: {why}")] * 2


def test_masks_may_be_a_folder_of_images(tmp_path: Path) -> None:
    import cv2

    for number in range(3):
        cv2.imwrite(str(tmp_path / f"{number}.png"), mask(8 * number, 8, 16))
    found = of_masks(tmp_path, [(0, *SIZE), (2, *SIZE)], 60)
    assert [one.box for one in found.values()] == [(0, 8, 16, 24), (16, 8, 32, 24)]


def test_a_box_is_four_numbers() -> None:
    assert corners("1 2.5 30 40") == (1, 2.5, 30, 40)
    for text in ("1 2 3", "1 2 3 x", "3 2 1 4", "1 2 3 4 5"):
        with pytest.raises(ValueError):
            corners(text)
