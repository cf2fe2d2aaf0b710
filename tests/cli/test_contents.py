from pathlib import Path

import cv2
import numpy as np
import pandas as pd

from deepfake_attribution.cli.contents import (
    ENDS,
    OPENED,
    duplicates,
    look,
    sizes,
)
from deepfake_attribution.frames.orientation import MIRRORED
from deepfake_attribution.render.encode import write_video
from stored_video import set_matrix
from video_files import pictures, write_frames


def table(root: Path, *names: str) -> pd.DataFrame:
    files = [root / name for name in names]
    return pd.DataFrame({"video": names, "file": files, "size": sizes(root, names)})


def groups(videos: pd.DataFrame, depth: str) -> list[list[str]]:
    return [list(group["video"]) for group in duplicates(videos, depth)]


def test_sizes_of_files_folders_and_what_is_not_there(tmp_path: Path) -> None:
    (tmp_path / "a.mp4").write_bytes(b"123")
    (tmp_path / "film").mkdir()
    (tmp_path / "film/001").write_bytes(b"12")
    (tmp_path / "film/002").write_bytes(b"3")
    (tmp_path / "none").mkdir()
    assert sizes(tmp_path, ["a.mp4", "film", "none", "gone"]) == [3, 3, 0, -1]


def test_files_of_equal_content_are_copies_and_empty_ones_are_not(tmp_path: Path) -> None:
    for name, content in {"a": b"one", "b": b"two", "c": b"one", "d": b"", "e": b""}.items():
        (tmp_path / name).write_bytes(content)
    for depth in ("sample", "full"):
        assert groups(table(tmp_path, *"abcde"), depth) == [["a", "c"]]
    assert groups(table(tmp_path, *"abcde"), "none") == []


def test_a_difference_in_the_middle_is_seen_by_the_full_comparison_only(tmp_path: Path) -> None:
    content = bytearray(4 * ENDS)
    (tmp_path / "a").write_bytes(content)
    content[2 * ENDS] = 1
    (tmp_path / "b").write_bytes(content)
    content[0] = 1
    (tmp_path / "c").write_bytes(content)
    assert groups(table(tmp_path, *"abc"), "sample") == [["a", "b"]]
    assert groups(table(tmp_path, *"abc"), "full") == []


def test_folders_of_images_are_compared_image_by_image(tmp_path: Path) -> None:
    for name, last in {"a": b"x", "b": b"x", "c": b"y"}.items():
        (tmp_path / name).mkdir()
        (tmp_path / name / "001").write_bytes(b"same")
        (tmp_path / name / "002").write_bytes(last)
    assert groups(table(tmp_path, *"abc"), "full") == [["a", "b"]]


def test_what_cannot_be_read_is_told_with_its_reason(tmp_path: Path) -> None:
    frames = [np.full((64, 64, 3), 10 * n, np.uint8) for n in range(4)]
    write_video(frames, tmp_path / "good.mp4", 4.0, 23)
    (tmp_path / "page.mp4").write_text("<html>404</html>")
    (tmp_path / "film").mkdir()
    (tmp_path / "film/001").write_text("no image")
    reasons = dict(look(tmp_path, ["good.mp4", "page.mp4", "film", "gone.mp4"], "full").unreadable)
    assert set(reasons) == {"page.mp4", "film", "gone.mp4"} and all(reasons.values())
    assert "001 is not an image" in reasons["film"]
    assert look(tmp_path, ["page.mp4"], "none").unreadable == []


def test_a_sample_opens_few_but_text_is_seen_in_every_file(tmp_path: Path) -> None:
    names = [f"{number:03d}.mp4" for number in range(200)]
    for name in names:
        (tmp_path / name).write_bytes(b"\0\1\2 no video")
    assert len(look(tmp_path, names, "sample").unreadable) == OPENED
    assert len(look(tmp_path, names, "full").unreadable) == 200
    for name in names[::3]:
        (tmp_path / name).write_text("<!DOCTYPE html>\n<title>404</title>")
    reasons = dict(look(tmp_path, names, "sample").unreadable)
    assert set(names[::3]) <= set(reasons)
    assert "text, not a video" in reasons.values()


def test_pictures_that_are_not_stored_as_they_are_shown_are_counted(tmp_path: Path) -> None:
    for name in ("a.mp4", "b.mp4", "c.mp4"):
        write_frames(tmp_path / name, pictures(4))
    for name in ("a.mp4", "c.mp4"):
        set_matrix(tmp_path / name, (-1, 0, 0, 1))
    (tmp_path / "page.mp4").write_text("<html>404</html>")
    names = ["a.mp4", "b.mp4", "c.mp4", "page.mp4", "gone.mp4"]
    line = f"2 of 5 videos that were opened: {MIRRORED}"
    assert look(tmp_path, names, "full").notes == [line]
    assert look(tmp_path, names, "sample").notes == [line]
    assert look(tmp_path, names, "none").notes == []


def test_images_that_are_videos_of_their_own_are_opened_as_such(tmp_path: Path) -> None:
    cv2.imwrite(str(tmp_path / "a.png"), pictures(1)[0])
    (tmp_path / "b.png").write_bytes(b"no image")
    found = look(tmp_path, ["a.png", "b.png"], "full")
    assert found.unreadable == [("b.png", "b.png is not an image")] and not found.notes
