import pytest

from deepfake_attribution.analyse.serving import kinds
from deepfake_attribution.analyse.serving.refusals import RefusedError
from deepfake_attribution.core.media_files import VIDEO_SUFFIXES


def test_every_suffix_of_a_video_is_taken() -> None:
    for suffix in VIDEO_SUFFIXES:
        assert kinds.suffix(f"a{suffix}") == suffix


def test_beginning_is_looked_at_as_at_every_other_door() -> None:
    kinds.check("a.mp4", b"\0\1 anything that FFmpeg may know")
    for head, message in ((b"", "the file is empty"), (b"#EXTM3U\n", "no known format begins")):
        with pytest.raises(RefusedError, match=message):
            kinds.check("a.mp4", head)


def test_suffix_is_one_of_those_of_videos() -> None:
    assert kinds.suffix("x.tar.MP4") == ".mp4"
    for name in ("x", ".mp4", "x.mp4.exe", "x.mp4 ", "x.m3u8"):
        with pytest.raises(RefusedError, match="neither a video nor an image by its suffix"):
            kinds.suffix(name)
