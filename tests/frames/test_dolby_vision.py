"""Dolby Vision whose colours only its own players know is refused, whatever the container."""

from pathlib import Path

import pytest

from deepfake_attribution.frames.decoding import UnreadableError, open_video
from deepfake_attribution.frames.video import take
from stored_video import drawn, ffmpeg, needs_ffmpeg

pytestmark = needs_ffmpeg
X265 = ("-c:v", "libx265", "-x265-params", "log-level=error", "-tag:v", "hvc1")
PARENTS = (b"moov", b"trak", b"mdia", b"minf", b"stbl", b"stsd", b"hvc1")


def with_record(path: Path, profile: int, compatible: int) -> None:
    """Write a Dolby Vision configuration record into the track of an mp4 file.

    The record (Dolby's specification of ISO base media files, section 3.2): version, 7 bits of
    profile, 6 of level, flags of RPU, enhancement and base layer, 4 bits of compatibility.
    """
    content = bytearray(path.read_bytes())
    assert content.index(b"mdat") < content.index(b"moov")  # so no offset of a frame changes
    bits = profile << 9 | 1 << 3 | 0b101
    record = bytes([1, 0]) + bits.to_bytes(2, "big") + bytes([compatible << 4]) + bytes(19)
    box = (8 + len(record)).to_bytes(4, "big") + (b"dvvC" if profile > 7 else b"dvcC") + record
    start = content.index(b"hvcC") - 4
    end = start + int.from_bytes(content[start : start + 4], "big")
    content[end:end] = box
    for name in PARENTS:
        place = content.index(name) - 4
        size = int.from_bytes(content[place : place + 4], "big") + len(box)
        content[place : place + 4] = size.to_bytes(4, "big")
    path.write_bytes(content)


@pytest.fixture
def film(tmp_path: Path) -> Path:
    return drawn(tmp_path / "film.mp4", "160x90", *X265)


@pytest.mark.parametrize("suffix", ["mp4", "mkv"])
def test_profile_5_is_not_read(tmp_path: Path, film: Path, suffix: str) -> None:
    with_record(film, 5, 0)
    path = tmp_path / f"other.{suffix}"
    ffmpeg("-i", film, "-c", "copy", "-strict", "unofficial", path)
    frames = list(take(path, 3))
    assert {frame.status for frame in frames} == {"unreadable"}
    assert {frame.reason for frame in frames} == {
        "Dolby Vision profile 5, whose colours are not those of ordinary video: convert it to SDR "
        "or HDR10 first"
    }
    with pytest.raises(UnreadableError, match="Dolby Vision profile 5"):
        open_video(path)


def test_profile_10_is_read_only_if_it_is_compatible_with_something(film: Path) -> None:
    with_record(film, 10, 0)
    with pytest.raises(UnreadableError, match="Dolby Vision profile 10"):
        open_video(film)


@pytest.mark.parametrize(("profile", "compatible"), [(8, 1), (8, 4), (7, 6), (10, 1), (None, 0)])
def test_profiles_with_an_ordinary_picture_are_read(
    film: Path, profile: int | None, compatible: int
) -> None:
    """8.1 is also HDR10, and 8.4 (of phones) HLG."""
    if profile is not None:
        with_record(film, profile, compatible)
    assert {frame.status for frame in take(film, 3)} == {"ok"}


def test_looking_for_it_leaves_no_log_on(film: Path, capfd: pytest.CaptureFixture[str]) -> None:
    content = film.read_bytes()
    middle = content.index(b"mdat") + 2000
    film.write_bytes(content[:middle] + bytes(500) + content[middle + 500 :])  # a decoder complains
    list(take(film, 3))
    assert capfd.readouterr() == ("", "")
