"""What strings do in the place of paths, against paths."""

from pathlib import Path, PurePosixPath

import pytest

from deepfake_attribution.catalog import files, manifest
from deepfake_attribution.catalog.listing import Listing, Video, table
from deepfake_attribution.core.errors import UserError


@pytest.mark.parametrize(
    "name", ["a.mp4", "a/b.c/d", "a/b.c/d.e.mp4", ".a", "a/.b", "a/b.", "a b/ü.mov", "7", "x/.y.z"]
)
def test_suffix_is_taken_off_as_paths_do(name: str) -> None:
    assert files.without_suffix(name) == PurePosixPath(name).with_suffix("").as_posix()


@pytest.mark.parametrize("path", ["a", "./a", "a//b", "a/./b/", "a/b/.", "./", ".", "a/../b", "/a"])
def test_paths_of_a_manifest_are_spelt_as_paths_do(path: str) -> None:
    assert manifest._plain(path, Path("x")) == str(PurePosixPath(path))


@pytest.mark.parametrize(
    ("path", "problem"),
    [
        *(("", "the path is empty"), ("./.", "the path is empty"), ("/", "leads out")),
        *(("/a", "'/a' leads out"), ("a/../../b", "'a/../../b' leads out"), (".//../a", "'../a'")),
        *(("a\x00b", "control"), ("a\nb", "control"), ("a\x9fb", "control")),
    ],
)
def test_a_path_that_cannot_be_is_named(path: str, problem: str) -> None:
    row = type("Row", (), {"path": path, "name": "", "compression": ""})()
    with pytest.raises(UserError, match=problem):
        manifest._check_row(row, "list.csv, row 2")


def test_files_in_a_video_that_is_a_folder_are_used(tmp_path: Path) -> None:
    for name in ("one/frames/1.png", "one/frames/deep/2.png", "one/frames2/3.png", "4.png"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).touch()
    rows = table("d", "", [Video("one", "one/frames", "real", "test")])
    (line,) = files.unused(Listing(rows), tmp_path)
    assert "2 files" in line and line.endswith("4.png, one/frames2/3.png")
