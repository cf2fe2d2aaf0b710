from pathlib import Path

import pytest

from deepfake_attribution.analyse.serving.refusals import RefusedError
from deepfake_attribution.analyse.serving.shelf import Shelf
from deepfake_attribution.core.errors import UserError


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "shelf"
    (made / "below").mkdir(parents=True)
    for name in ("b.mp4", "below/a.mov", "notes.txt", ".hidden.mp4"):
        (made / name).write_bytes(b"x")
    (tmp_path / "secret.mp4").write_bytes(b"x")
    (made / "out.mp4").symlink_to(tmp_path / "secret.mp4")
    (made / "inside.mp4").symlink_to(made / "b.mp4")
    return made


def test_videos_inside_are_shown_and_nothing_else(folder: Path) -> None:
    assert Shelf(folder).names() == ["b.mp4", "below/a.mov", "inside.mp4"]
    assert Shelf(folder).find("below/a.mov") == folder / "below/a.mov"


@pytest.mark.parametrize(
    "name",
    ["../secret.mp4", "out.mp4", "notes.txt", ".hidden.mp4", "", ".", "/etc/passwd", "b.mp4\0"],
)
def test_nothing_else_is_found(folder: Path, name: str) -> None:
    with pytest.raises(RefusedError, match="no such video") as refused:
        Shelf(folder).find(name)
    assert str(folder) not in refused.value.message


def test_name_in_another_encoding_is_found_as_it_is_shown(folder: Path) -> None:
    (folder / "caf\udce9.mp4").write_bytes(b"x")
    assert Shelf(folder).names()[-2:] == ["caf\ufffd.mp4", "inside.mp4"]
    assert Shelf(folder).find("caf\ufffd.mp4").read_bytes() == b"x"


def test_names_that_differ_in_what_is_not_seen_are_both_there(folder: Path) -> None:
    for name in ("b\u200b.mp4", "b\u200c.mp4"):
        (folder / name).write_bytes(b"x")
    assert Shelf(folder).names()[-3:-1] == ["b\\u200b.mp4", "b\\u200c.mp4"]


def test_folder_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="no such folder"):
        Shelf(tmp_path / "none")
