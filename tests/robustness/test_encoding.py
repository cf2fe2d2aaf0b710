"""A video encoded again, and frames of the copies."""

from pathlib import Path

import numpy as np
import pytest

from deepfake_attribution.frames.decoding import UnreadableError
from deepfake_attribution.robustness import encoding
from deepfake_attribution.robustness.damage import error
from video_files import pictures, write_frames


@pytest.fixture(scope="module")
def video(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_frames(tmp_path_factory.mktemp("video") / "one.mp4", pictures(30))


def test_copies_hold_the_wanted_frames_and_lose_more_with_crf(video: Path) -> None:
    made = pictures(30)
    found = encoding.encoded(video, [18, 28, 38, 48], {3, 17, 29})
    assert [sorted(one) for one in found] == [[3, 17, 29]] * 4
    for number, picture in found[0].items():
        errors = [error(picture, frame) for frame in made]
        assert int(np.argmin(errors)) == number
    losses = [np.mean([error(one[n], made[n]) for n in one]) for one in found]
    assert losses == sorted(losses)


def test_the_same_video_gives_the_same_pixels_twice(video: Path) -> None:
    one, other = (encoding.encoded(video, [33], [5])[0][5] for _ in range(2))
    np.testing.assert_array_equal(one, other)


def test_odd_sizes_lose_their_last_row_and_column(tmp_path: Path) -> None:
    frames = pictures(3, 49, 65)
    path = write_frames(tmp_path / "odd.mkv", frames, codec="ffv1", pix_fmt="bgr0", options={})
    (found,) = encoding.encoded(path, [10], [1])
    assert found[1].shape == (48, 64, 3)
    assert error(found[1], frames[1][:48, :64]) < 400


def test_what_is_no_video_has_a_reason(tmp_path: Path, video: Path) -> None:
    with pytest.raises(UnreadableError, match="no such file"):
        encoding.encoded(tmp_path / "gone.mp4", [23], [0])
    with pytest.raises(UnreadableError, match="a folder of images"):
        encoding.encoded(tmp_path, [23], [0])
    (tmp_path / "text.mp4").write_text("no video")
    with pytest.raises(UnreadableError):
        encoding.encoded(tmp_path / "text.mp4", [23], [0])
    with pytest.raises(UnreadableError, match="frame 30 cannot be decoded any more"):
        encoding.encoded(video, [23], [29, 30])
