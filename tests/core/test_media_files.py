from pathlib import Path

import cv2
import numpy as np
import pytest

from deepfake_attribution.core.media_files import files_below, is_picture, is_video, pictures_in

PICTURE = np.full((64, 64, 3), 90, np.uint8)


@pytest.mark.parametrize("suffix", [".jpg", ".png", ".bmp", ".webp", ".tiff", ".jp2"])
def test_picture_is_known_by_its_content_whatever_its_name(suffix: str, tmp_path: Path) -> None:
    content = cv2.imencode(suffix, PICTURE)[1].tobytes()
    for name in ("frame", "frame_001.img", "a.b.c", "7"):
        (tmp_path / name).write_bytes(content)
        assert is_picture(tmp_path / name), name
    (tmp_path / f"damaged{suffix}").touch()  # its name says what it should be
    assert is_picture(tmp_path / f"damaged{suffix}")


def test_other_files_are_no_pictures(tmp_path: Path) -> None:
    contents = {
        **{"000.pts": b"version: 1\n", "a.xml": b"<a/>", "desktop.ini": b"[.ShellClassInfo]\n"},
        **{
            "BM.log": b"BMI of all subjects: high\n",
            "w.wav": b"RIFF\0\0\0\0WAVEfmt ",
            "empty": b"",
        },
    }
    for name, content in contents.items():
        (tmp_path / name).write_bytes(content)
    np.save(tmp_path / "000.npy", np.zeros(4))
    (tmp_path / "000").mkdir()
    (tmp_path / ".hidden.jpg").touch()
    pictures, others = pictures_in(tmp_path)
    assert pictures == []
    assert [path.name for path in others] == sorted([*contents, "000.npy"])


@pytest.mark.parametrize("name", ["a.MTS", "b.m2ts", "c.VOB", "d.mxf", "e.3g2", "f.divx", "g.gif"])
def test_suffixes_of_cameras_and_discs_are_those_of_videos(name: str) -> None:
    assert is_video(name)


def test_files_below_are_in_order_without_hidden_ones(tmp_path: Path) -> None:
    for name in ("b/2.txt", "b/1.mp4", "a.xml", ".git/x", "b/.y"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).touch()
    assert list(files_below(tmp_path)) == ["a.xml", "b/1.mp4", "b/2.txt"]
