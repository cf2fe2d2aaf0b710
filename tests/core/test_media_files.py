import os
from pathlib import Path

import cv2
import numpy as np
import pytest

from deepfake_attribution.core.media_files import (
    VIDEO_SUFFIXES,
    files_below,
    is_picture,
    is_video,
    pictures_in,
)

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


@pytest.mark.parametrize(
    "name",
    [
        *("a.mp4", "a/b.MP4", "a.b.mkv", "..mp4", "a/..mp4", "a.mp4.txt", "a.", "a", ""),
        *(".mp4", "a/.mp4", "a.mp4/b", "mp4", "a..mp4", "film.ts ", "\udcff.mp4"),
    ],
)
def test_suffix_is_what_paths_call_so(name: str) -> None:
    assert is_video(name) == (Path(name).suffix.lower() in VIDEO_SUFFIXES)


@pytest.mark.parametrize("root", ["{}", "{}/", "{}//a/..", ".", "./", "a", "./a/b"])
def test_files_below_are_those_of_paths(
    root: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    for name in ("z.mp4", "a/2", "a/b/1.mp4", "a/b/\udcff", "a.b/ü", "a/.c/x", "A/1"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).touch()
    (tmp_path / "a/linked").symlink_to(tmp_path / "A")  # not followed
    top = Path(root.format(tmp_path))
    expected = []
    for place, folders, names in os.walk(top):
        folders[:] = sorted(one for one in folders if one[0] != ".")
        expected += [(Path(place) / one).relative_to(top).as_posix() for one in sorted(names)]
    assert list(files_below(top)) == expected != []


def test_nothing_is_below_a_folder_that_is_not_there_or_is_a_file(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    assert [*files_below(tmp_path / "file"), *files_below(tmp_path / "none")] == []


def test_files_below_are_in_order_without_hidden_ones(tmp_path: Path) -> None:
    for name in ("b/2.txt", "b/1.mp4", "a.xml", ".git/x", "b/.y"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).touch()
    assert list(files_below(tmp_path)) == ["a.xml", "b/1.mp4", "b/2.txt"]
