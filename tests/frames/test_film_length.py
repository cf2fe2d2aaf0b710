"""A film is as long as what its track holds, whatever the clock and the header say."""

from pathlib import Path

import pytest

from deepfake_attribution.frames.video import take
from stored_video import drawn, ffmpeg, needs_ffmpeg
from video_files import pictures, write_frames

X264 = ("-c:v", "libx264", "-g", "5")


def statuses(path: Path, minutes: float) -> set[str]:
    return {frame.status for frame in take(path, 4, max_minutes=minutes)}


def test_a_film_longer_than_the_limit_is_too_long(tmp_path: Path) -> None:
    times = [second * 1000 for second in range(0, 600, 5)]  # ten minutes
    path = write_frames(tmp_path / "a.mp4", pictures(120), times=times)
    rows = list(take(path, 4, max_minutes=9))
    assert [(row.slot, row.status, row.image) for row in rows] == [
        (slot, "too_long", None) for slot in range(4)
    ]
    reason = "it lasts longer than the limit of 9 minutes; cut out a part, or raise the limit"
    assert {row.reason for row in rows} == {reason}
    assert statuses(path, 11) == statuses(path, float("inf")) == {"ok"}


@needs_ffmpeg
@pytest.mark.parametrize("suffix", ["ts", "mp4", "mkv"])
def test_a_jump_of_the_clock_is_no_film(tmp_path: Path, suffix: str) -> None:
    film = drawn(tmp_path / "film.mp4", "160x90", *X264, seconds=1)
    late = ("-c", "copy", "-output_ts_offset", "90000", "-f", "mpegts")
    ffmpeg("-i", film, "-c", "copy", "-f", "mpegts", tmp_path / "a.ts")
    ffmpeg("-i", film, *late, tmp_path / "b.ts")
    path = tmp_path / "jump.ts"
    path.write_bytes((tmp_path / "a.ts").read_bytes() + (tmp_path / "b.ts").read_bytes())
    if suffix != "ts":
        ffmpeg("-copyts", "-i", path, "-c", "copy", tmp_path / f"jump.{suffix}")
        path = tmp_path / f"jump.{suffix}"
    assert statuses(path, 0.1) == {"ok"}
    assert statuses(path, 0.01) == {"too_long"}  # two seconds are more than 0.6


@needs_ffmpeg
@pytest.mark.parametrize("suffix", ["mp4", "mkv", "ts"])
def test_sound_that_goes_on_is_no_film(tmp_path: Path, suffix: str) -> None:
    film = drawn(tmp_path / "film.mp4", "160x90", *X264, seconds=1)
    path = tmp_path / f"a.{suffix}"
    silence = ("-f", "lavfi", "-i", "anullsrc=r=8000:cl=mono:d=600")
    ffmpeg("-i", film, *silence, "-c:v", "copy", "-c:a", "aac", "-b:a", "8k", path)
    assert statuses(path, 0.1) == {"ok"}
