from pathlib import Path

import pytest

from deepfake_attribution.analyse.serving import kinds
from deepfake_attribution.analyse.serving.refusals import RefusedError
from deepfake_attribution.frames.beginnings import HEAD
from deepfake_attribution.frames.video import take
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
    assert kinds.suffix(path.name) == suffix  # as a dataset and `analyse` take it
    kinds.check("a", path.read_bytes()[:HEAD])
    assert [frame.status for frame in take(path, 3)] == ["ok"] * 3


def test_beginning_is_looked_at_as_at_every_other_door() -> None:
    kinds.check("a.mp4", b"\0\1 anything that FFmpeg may know")
    for head, message in ((b"", "the file is empty"), (b"#EXTM3U\n", "no video format begins")):
        with pytest.raises(RefusedError, match=message):
            kinds.check("a.mp4", head)


def test_suffix_is_one_of_those_of_videos() -> None:
    assert kinds.suffix("x.tar.MP4") == ".mp4"
    for name in ("x", ".mp4", "x.mp4.exe", "x.mp4 ", "x.m3u8"):
        with pytest.raises(RefusedError, match="not a video by its suffix"):
            kinds.suffix(name)
