"""The film is read, whichever of several tracks it is."""

from pathlib import Path

import numpy as np
import pytest

from deepfake_attribution.frames.video import beginning, take
from stored_video import drawn, ffmpeg, most_different, needs_ffmpeg

pytestmark = needs_ffmpeg
X264 = ("-c:v", "libx264", "-crf", "18", "-g", "5")
OFF, ON = "-disposition:v:0", "-disposition:v:1"


def together(path: Path, *tracks: Path, options: tuple[str, ...] = ()) -> Path:
    """Write a file whose video tracks are those of ``tracks``."""
    inputs = [word for track in tracks for word in ("-i", str(track))]
    maps = [word for number in range(len(tracks)) for word in ("-map", f"{number}:v")]
    ffmpeg(*inputs, *maps, "-c", "copy", *options, path)
    return path


def assert_is(path: Path, film: Path, number: int) -> None:
    """Check that the frames are those of ``film``, and that the track is named."""
    frames = list(take(path, 3))
    assert most_different(frames, film) == 0
    assert {frame.note for frame in frames} == {f"it has 2 video tracks; number {number} was read"}
    np.testing.assert_array_equal(beginning(path, 1)[0][0], beginning(film, 1)[0][0])


@pytest.fixture
def film(tmp_path: Path) -> Path:
    return drawn(tmp_path / "film.mp4", "160x90", *X264, seconds=1)


@pytest.mark.parametrize("suffix", ["mp4", "mkv"])
@pytest.mark.parametrize("options", [(OFF, "0", ON, "default"), (OFF, "default", ON, "0"), ()])
def test_preview_of_one_frame_is_not_the_film(
    tmp_path: Path, film: Path, suffix: str, options: tuple[str, ...]
) -> None:
    """Neither where it is the default track, as FFmpeg makes the first one, nor where it is not."""
    still = drawn(tmp_path / "still.mkv", "320x180", "-c:v", "mjpeg", seconds=0.04)
    path = together(tmp_path / f"a.{suffix}", still, film, options=options)
    assert_is(path, film, 2)


@pytest.mark.parametrize("suffix", ["mp4", "mkv"])
def test_default_track_is_the_film_though_a_black_one_is_first(
    tmp_path: Path, film: Path, suffix: str
) -> None:
    black = drawn(tmp_path / "black.mp4", "320x180", *X264, filters="eq=brightness=-1", seconds=1)
    path = together(tmp_path / f"a.{suffix}", black, film, options=(OFF, "0", ON, "default"))
    assert_is(path, film, 2)


@pytest.mark.slow
@pytest.mark.parametrize("suffix", ["mp4", "ts"])
@pytest.mark.parametrize(
    ("size", "seconds", "brightness"), [("64x36", 1, 0), ("160x90", 0.4, 0), ("160x90", 1, -1)]
)
def test_of_equal_tracks_the_larger_then_the_longer_then_the_fuller_one_is_the_film(
    tmp_path: Path, film: Path, suffix: str, size: str, seconds: float, brightness: int
) -> None:
    filters = f"eq=brightness={brightness}"
    other = drawn(tmp_path / "other.mp4", size, *X264, filters=filters, seconds=seconds)
    options = (OFF, "default", ON, "default")
    if suffix == "ts" and size == "160x90":
        pytest.skip("a transport stream tells neither the length nor the bit rate of a track")
    assert_is(together(tmp_path / f"a.{suffix}", other, film, options=options), film, 2)
    assert_is(together(tmp_path / f"b.{suffix}", film, other, options=options), film, 1)


def test_one_track_needs_no_note(film: Path) -> None:
    assert {frame.note for frame in take(film, 3)} == {""}
