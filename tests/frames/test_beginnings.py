"""What may be a video goes to FFmpeg; what is surely none does not, at no door."""

from pathlib import Path

import pytest

from deepfake_attribution.core.media_files import is_video
from deepfake_attribution.frames.beginnings import HEAD, why_no_video
from deepfake_attribution.frames.video import take
from stored_video import drawn, ffmpeg, needs_ffmpeg
from video_files import pictures, write_frames

CODECS = {
    ".mp4": "libx264",
    ".mov": "libx264",
    ".m4v": "libx264",
    ".3gp": "mpeg4",
    ".mkv": "libx264",
    ".webm": "libvpx",
    ".avi": "mpeg4",
    ".flv": "flv",
    ".wmv": "wmv2",
    ".mpg": "mpeg1video",
    ".ts": "libx264",
    ".ogv": "libvpx",
    ".mjpeg": "mjpeg",
    ".mts": "libx264",
    ".m2ts": "libx264",
    ".vob": "mpeg2video",
    ".m2v": "mpeg2video",
    ".mxf": "mpeg2video",
    ".3g2": "mpeg4",
    ".f4v": "libx264",
    ".asf": "wmv2",
    ".nut": "mpeg4",
    ".h264": "libx264",
    ".gif": "gif",
}
KINDS = {"mjpeg": "yuvj420p", "gif": "rgb8"}


@pytest.mark.parametrize("suffix", CODECS)
def test_real_file_is_taken(tmp_path: Path, suffix: str) -> None:
    codec = CODECS[suffix]
    kind = KINDS.get(codec, "yuv420p")
    frames = pictures(6, 144, 176)
    path = write_frames(tmp_path / f"a{suffix}", frames, codec, kind, options={})
    assert is_video(path.name)
    assert why_no_video(path.read_bytes()[:HEAD]) == ""
    assert [frame.status for frame in take(path, 3)] == ["ok"] * 3


@pytest.mark.parametrize(
    "head",
    [
        b"#EXTM3U\n",
        b"ffconcat version 1.0\n",
        b"v=0\nc=IN IP4 10.0.0.1\n",
        b'<?xml version="1.0"?><MPD>',
        b"<!DOCTYPE html><script>",
        b"\x89PNG\r\n\x1a\n" + bytes(600),
        b"PK\x03\x04" + bytes(600),
        b"RIFF\0\0\0\0WAVE" + bytes(600),
        b"%PDF-1.7 " + bytes(600),
        "<html><body>\u00fc\u4e2d".encode() * 60,
        b"\xef\xbb\xbfffconcat version 1.0\n",
        b"",
    ],
)
def test_no_video_begins_like_this(head: bytes) -> None:
    assert why_no_video(head[:HEAD])


@needs_ffmpeg
@pytest.mark.parametrize("cut", [1, 47, 100, 187, 188 * 3 + 60])
def test_recording_that_begins_inside_a_packet_is_read(tmp_path: Path, cut: int) -> None:
    """Its first packet may hold nothing but text: the settings of x264."""
    whole = drawn(tmp_path / "a.ts", "160x90", "-c:v", "libx264", "-g", "5", seconds=1)
    path = tmp_path / "b.ts"
    path.write_bytes(whole.read_bytes()[cut:])
    assert why_no_video(path.read_bytes()[:HEAD]) == ""
    assert {frame.status for frame in take(path, 3)} == {"ok"}


@needs_ffmpeg
@pytest.mark.parametrize(
    ("name", "codec"),
    [("a.y4m", "wrapped_avframe"), ("a.mxf", "mpeg2video"), ("a.nut", "ffv1"),
     ("a.h264", "libx264"), ("a.ivf", "libvpx"), ("a.gif", "gif"), ("a.dv", "dvvideo")],
)  # fmt: skip
def test_whatever_ffmpeg_reads_may_be_a_video(tmp_path: Path, name: str, codec: str) -> None:
    size = "720x576" if codec == "dvvideo" else "160x90"
    kind = ("-pix_fmt", "yuv420p") if codec != "gif" else ()
    path = drawn(tmp_path / name, size, "-c:v", codec, *kind)
    assert why_no_video(path.read_bytes()[:HEAD]) == ""
    assert {frame.status for frame in take(path, 2)} == {"ok"}


@needs_ffmpeg
def test_a_list_is_not_followed_though_its_beginning_is_hidden(tmp_path: Path) -> None:
    """Formats that open other files or machines are off, for what passes the first look too."""
    ffmpeg("-f", "lavfi", "-i", "testsrc2=size=64x48:duration=0.2", tmp_path / "film.mp4")
    content = b"ffconcat version 1.0\n# \x01\x02\nfile film.mp4\n"
    assert why_no_video(content) == ""
    (tmp_path / "a.mp4").write_bytes(content)
    assert {frame.status for frame in take(tmp_path / "a.mp4", 2)} == {"unreadable"}
