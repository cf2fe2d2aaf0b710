import os
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from deepfake_attribution.analyse.watching import CONTENT, NOTE, Way, warm, watch
from deepfake_attribution.frames.orientation import MIRRORED
from deepfake_attribution.workers import apart
from deepfake_attribution.workers.apart import Team, module_paths
from small_bundle import bundle
from stored_video import set_matrix
from video_files import pictures, write_frames, write_sound

pytestmark = pytest.mark.slow  # processes that load torch


@pytest.fixture(scope="module")
def team() -> Iterator[Team]:
    one = Team(str(Path.cwd()), module_paths())
    yield one
    one.end()


@pytest.fixture
def way(weights_folder: Path) -> Way:
    record = bundle().record
    return Way(record.extract, record.crop, record.detector, weights_folder, "cpu", 60, 300)


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Path]:
    """The folder for what is only there meanwhile: empty afterwards."""
    folder = tmp_path / "place"
    folder.mkdir()
    yield folder
    assert list(folder.iterdir()) == []


def statuses(rows: list[dict[str, object]]) -> list[object]:
    return [row["status"] for row in rows]


def test_a_video_without_a_face_says_so_of_every_frame(
    tmp_path: Path, way: Way, team: Team, place: Path
) -> None:
    path = write_frames(tmp_path / "a.mp4", pictures(10))
    rows = watch(path, way, team, place)
    assert statuses(rows) == ["no_face"] * 4
    assert [row["frame"] for row in rows] == [1, 3, 6, 8]
    assert all(row["reason"] == "no face was found" and row[CONTENT] is None for row in rows)


def test_what_was_done_to_the_pictures_is_noted(
    tmp_path: Path, way: Way, team: Team, place: Path
) -> None:
    path = write_frames(tmp_path / "a.mp4", pictures(10))
    assert {row[NOTE] for row in watch(path, way, team, place)} == {""}
    set_matrix(path, (-1, 0, 0, 1))
    assert {row[NOTE] for row in watch(path, way, team, place)} == {MIRRORED}


def test_a_folder_of_images_is_a_video(tmp_path: Path, way: Way, team: Team, place: Path) -> None:
    import cv2

    folder = tmp_path / "images"
    folder.mkdir()
    for number, picture in enumerate(pictures(3)):
        cv2.imwrite(str(folder / f"{number}.png"), picture)
    (folder / "1.png").write_bytes(b"nothing")
    assert statuses(watch(folder, way, team, place)) == ["no_face", "damaged", "no_face"]


@pytest.mark.parametrize("name", ["missing", "empty", "text", "sound", "pipe", "list"])
def test_what_is_no_video_is_told_with_a_reason(
    name: str, tmp_path: Path, way: Way, team: Team, place: Path
) -> None:
    path = tmp_path / "a.mp4"
    if name == "empty":
        path.touch()
    elif name == "text":
        path.write_text("<html>not found</html>")
    elif name == "sound":
        write_sound(path)
    elif name == "pipe":
        os.mkfifo(path)
    elif name == "list":  # FFmpeg would open the other file
        path.write_text("ffconcat version 1.0\nfile '/etc/passwd'\n")
    rows = watch(path, way, team, place)
    assert statuses(rows) == ["missing" if name == "missing" else "unreadable"] * 4
    assert all(row["reason"] and "\n" not in row["reason"] for row in rows)


def test_a_video_that_lasts_too_long_is_not_looked_at(
    tmp_path: Path, way: Way, team: Team, place: Path
) -> None:
    path = write_frames(tmp_path / "long.mp4", pictures(50))  # two seconds
    rows = watch(path, replace(way, max_minutes=0.02), team, place)
    assert statuses(rows) == ["too_long"] * 4
    assert "it lasts longer than the limit of 0.02 minutes" in rows[0]["reason"]
    assert statuses(watch(path, way, team, place)) == ["no_face"] * 4


def test_a_video_that_takes_too_long_is_given_up(
    tmp_path: Path, way: Way, team: Team, place: Path
) -> None:
    path = write_frames(tmp_path / "a.mp4", pictures(10))
    rows = watch(path, replace(way, max_seconds=0.001), team, place)
    assert statuses(rows) == ["unreadable"] * 4
    assert rows[0]["reason"] == "reading it exceeded the limit of 0.001 seconds"
    assert statuses(watch(path, way, team, place)) == ["no_face"] * 4


def test_a_warm_process_reads_the_first_video(
    tmp_path: Path, way: Way, place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    own = Team(str(Path.cwd()), module_paths(), idle=600)
    try:
        warm(way, own)
        monkeypatch.setattr(apart.Apart, "__init__", None)  # no other one is begun
        path = write_frames(tmp_path / "a.mp4", pictures(10))
        assert statuses(watch(path, way, own, place)) == ["no_face"] * 4
    finally:
        own.end()
