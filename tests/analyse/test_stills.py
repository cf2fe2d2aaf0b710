import struct
from pathlib import Path

import cv2
import numpy as np
import pytest

import fake_analysis as fake
from deepfake_attribution.analyse import stills
from deepfake_attribution.analyse.inputs import UNREADABLE, find
from deepfake_attribution.analyse.pages.pages import Pages, Row
from deepfake_attribution.analyse.picture_sizes import too_large
from deepfake_attribution.analyse.results import PersonResult, VideoResult
from deepfake_attribution.analyse.serving import kinds
from deepfake_attribution.analyse.serving.refusals import RefusedError
from deepfake_attribution.analyse.serving.shelf import Shelf
from deepfake_attribution.analyse.table import notes
from deepfake_attribution.core.media_files import pictures_in

PICTURE = np.random.default_rng(1).integers(0, 256, (24, 40, 3), np.uint8)
ENDS = ("jpg", "png", "webp")


def encoded(end: str, *options: int) -> bytes:
    done, content = cv2.imencode(f".{end}", PICTURE, options)
    assert done
    return bytes(content)


def animated(end: str) -> bytes:
    several = cv2.Animation()
    several.frames, several.durations = [PICTURE, 255 - PICTURE], np.array([100, 100])
    done, content = cv2.imencodeanimation(f".{end}", several)
    assert done
    return bytes(content)


@pytest.mark.parametrize("end", ENDS)
def test_a_still_image_is_known_by_its_beginning(end: str, tmp_path: Path) -> None:
    path = tmp_path / "a.any"
    path.write_bytes(encoded(end))
    assert stills.is_one(path) and not stills.is_animated(path)
    (one,) = find([str(path)]).inputs
    assert (one.path, one.status) == (str(path), "")
    kinds.check(f"a.{end}", path.read_bytes()[:512])
    assert kinds.suffix(f"a.{end.upper()}") == f".{end}"
    folder = stills.as_folder(path, tmp_path / "folder")
    assert pictures_in(folder)[0] == [folder / "image"]  # `frames.video` reads it


def test_what_is_none(tmp_path: Path) -> None:
    (tmp_path / "a.mjpeg").write_bytes(encoded("jpg"))  # the first frame of a video
    (tmp_path / "sound.wav").write_bytes(b"RIFF\0\0\0\0WAVEfmt ")
    (tmp_path / "short").write_bytes(b"\xff\xd8")
    names = ("a.mjpeg", "sound.wav", "short", ".", "nothing")
    assert not any(stills.is_one(tmp_path / name) for name in names)
    with pytest.raises(RefusedError, match="not a video or an image"):
        kinds.check("a.wav", (tmp_path / "sound.wav").read_bytes())


@pytest.mark.parametrize("end", ["bmp", "tiff"])
def test_another_kind_of_image_has_a_row_that_says_what_to_do(end: str, tmp_path: Path) -> None:
    path = tmp_path / f"a.{end}"
    path.write_bytes(encoded(end))
    (one,) = find([str(path)]).inputs
    assert (one.status, one.reason) == (UNREADABLE, stills.OF_ANOTHER_KIND)


@pytest.mark.parametrize("end", ["png", "webp"])
def test_an_animated_image_is_told_apart(end: str, tmp_path: Path) -> None:
    path = tmp_path / f"a.{end}"
    path.write_bytes(animated(end))
    assert stills.is_one(path) and stills.is_animated(path)
    path.write_bytes(path.read_bytes()[:20])  # cut off: what it is is seen when it is read
    assert not stills.is_animated(path)


@pytest.mark.parametrize("options", [(80,), (101,)], ids=["lossy", "lossless"])
def test_size_of_a_webp_file(options: tuple[int], tmp_path: Path) -> None:
    content = encoded("webp", cv2.IMWRITE_WEBP_QUALITY, *options)
    assert stills.webp_size(content) == (40, 24)
    for cut in (content[:16], b"RIFF\0\0\0\0WEBPVP8X", b"RIFF\0\0\0\0WEBPnone"):
        with pytest.raises((ValueError, struct.error)):
            stills.webp_size(cut)
    path = tmp_path / "a.webp"
    canvas = (12_000 - 1).to_bytes(3, "little") + (9_000 - 1).to_bytes(3, "little")
    path.write_bytes(b"RIFF\0\0\0\0WEBPVP8X\x0a\0\0\0\0\0\0\0" + canvas)
    assert "a picture of 12000 x 9000 pixels" in too_large(path, 64)
    assert too_large(path, 109) == ""


def test_several_images_have_one_note() -> None:
    person = PersonResult(0, "ok", "")
    one, other = (
        VideoResult(name, "a", 0.5, "probability", person, notes=(stills.NOTE, "mirrored"))
        for name in ("a.jpg", "b.png")
    )
    assert one.is_still and not VideoResult("v", "a", 0.5, "probability", person).is_still
    listed = Pages(fake.bundle()).listing([Row(one, person)], [], [])
    assert "still image: one frame speaks" in listed
    lines = ["a.jpg: mirrored", "b.png: mirrored", f"a.jpg, b.png: {stills.NOTE}"]
    assert notes([one, other]) == lines


def test_a_folder_of_images_is_one_video_and_a_remark_says_how_to_get_each(tmp_path: Path) -> None:
    for end in ENDS:
        (tmp_path / f"a.{end}").write_bytes(encoded(end))
    found = find([str(tmp_path)])
    assert [one.path for one in found.inputs] == [str(tmp_path)]
    assert found.remarks[0].endswith("to analyse each, name them: '*.jpg'")
    each = find([f"{tmp_path}/*.jpg", f"{tmp_path}/*.webp"])
    assert [Path(one.path).name for one in each.inputs] == ["a.jpg", "a.webp"]
    assert Shelf(tmp_path).names() == ["a.jpg", "a.png", "a.webp"]
