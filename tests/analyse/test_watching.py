import os
import signal
import struct
import time
import zlib
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import cast

import numpy as np
import pytest

from deepfake_attribution.analyse import stills
from deepfake_attribution.analyse.picture_sizes import PNG
from deepfake_attribution.analyse.results import NOT_FINISHED
from deepfake_attribution.analyse.watching import CONTENT, NOTE, TOO_LARGE, Way, loads, watch
from deepfake_attribution.frames.orientation import MIRRORED
from deepfake_attribution.workers import apart
from deepfake_attribution.workers.apart import Died, module_paths
from deepfake_attribution.workers.team import Team
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
    return Way(record.extract, record.crop, record.detector, weights_folder, "cpu", 60, 300, 64)


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


def test_a_video_whose_pictures_are_too_large_is_not_decoded(
    tmp_path: Path, way: Way, team: Team, place: Path
) -> None:
    import cv2

    folder, single = tmp_path / "images", tmp_path / "one.png"
    folder.mkdir()
    for path, side in ((folder / "1.jpg", 40), (folder / "2.png", 16_000), (single, 16_000)):
        small = np.zeros((40, 40, 3), np.uint8)
        cv2.imwrite(str(path), small)
        if side > 40:  # a whole picture of 16,000 x 16,000 pixels: rows of zeros
            rows = zlib.compress(bytes(side * (1 + side * 3 // 8)), 1)
            header = struct.pack(">IIBBBBB", side, side, 1, 0, 0, 0, 0)
            chunks = [(b"IHDR", header), (b"IDAT", rows), (b"IEND", b"")]
            path.write_bytes(PNG + b"".join(chunk(*one) for one in chunks))
    film = write_frames(tmp_path / "a.mp4", pictures(3))
    for path, count in ((folder, 4), (single, 1)):
        found = watch(path, way, team, place)
        assert statuses(found) == [TOO_LARGE] * count  # a still image is one frame
        assert found[0]["reason"] == (
            "a picture of 16000 x 16000 pixels needs about 2.3 GB of memory; the limit is 64 "
            "megapixels (0.6 GB): make it smaller, or raise the limit"
        )
    assert statuses(watch(film, replace(way, max_megapixels=0.001), team, place)) == [TOO_LARGE] * 4
    assert statuses(watch(film, way, team, place)) == ["no_face"] * 3


def chunk(name: bytes, content: bytes) -> bytes:
    """Return a part of a PNG file."""
    end = struct.pack(">I", zlib.crc32(name + content))
    return struct.pack(">I", len(content)) + name + content + end


def test_a_video_that_takes_too_long_is_given_up(
    tmp_path: Path, way: Way, team: Team, place: Path
) -> None:
    path = write_frames(tmp_path / "a.mp4", pictures(10))
    rows = watch(path, replace(way, max_seconds=0.001), team, place)
    assert statuses(rows) == [NOT_FINISHED] * 4
    assert rows[0]["reason"] == "reading it exceeded the limit of 0.001 seconds"
    assert statuses(watch(path, way, team, place)) == ["no_face"] * 4


class Deadly:
    """A team whose processes end in these ways."""

    def __init__(self, *codes: int) -> None:
        self.codes = list(codes)

    def call(self, *arguments: object, limit: float) -> list[dict[str, object]]:
        code = self.codes.pop(0)
        if code:
            raise Died(f"ended with {code}", code)
        return [{"status": "ok"}]


@pytest.mark.parametrize(
    ("codes", "status"),
    [
        ((-signal.SIGKILL, 0), "ok"),  # tried again
        ((-signal.SIGSEGV, 0), "ok"),
        ((-signal.SIGSEGV, -signal.SIGSEGV), "unreadable"),
        ((3, 3), "unreadable"),
        ((-signal.SIGSEGV, -signal.SIGKILL), NOT_FINISHED),
        ((-signal.SIGKILL, -signal.SIGTERM), NOT_FINISHED),
        ((-signal.SIGALRM,), NOT_FINISHED),
        ((-signal.SIGKILL, -signal.SIGALRM), NOT_FINISHED),
    ],
)
def test_a_killed_process_is_not_the_fault_of_the_video(
    codes: tuple[int, ...], status: str, way: Way, place: Path
) -> None:
    team = Deadly(*codes)
    assert set(statuses(watch(Path("a.mp4"), way, cast(Team, team), place))) == {status}
    assert team.codes == []


def test_a_warm_process_reads_the_first_video(
    tmp_path: Path, way: Way, place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    own = Team(str(Path.cwd()), module_paths(), 600, loads(way))
    try:
        own.warm(1)
        monkeypatch.setattr(apart.Apart, "__init__", None)  # no other one is started
        path = write_frames(tmp_path / "a.mp4", pictures(10))
        assert statuses(watch(path, way, own, place)) == ["no_face"] * 4
    finally:
        own.end()


def test_the_time_to_load_libraries_is_not_charged_to_the_video(
    tmp_path: Path, way: Way, place: Path
) -> None:
    path = write_frames(tmp_path / "a.mp4", pictures(10))
    times = []
    for _ in range(2):  # the second team's libraries are in the system's memory
        own = Team(str(Path.cwd()), module_paths(), 600, loads(way))
        try:
            begun = time.monotonic()
            own.warm(1)
            times.append(time.monotonic() - begun)
            limited = replace(way, max_seconds=min(1.0, 0.8 * times[0]))
            assert statuses(watch(path, limited, own, place)) == ["no_face"] * 4
        finally:
            own.end()


@pytest.mark.parametrize("end", ["jpg", "png", "webp"])
def test_a_still_image_is_one_frame(
    end: str, tmp_path: Path, way: Way, team: Team, place: Path
) -> None:
    import cv2

    path = tmp_path / f"a.{end}"
    cv2.imwrite(str(path), next(iter(pictures(1)))[:20, :20])
    (row,) = watch(path, way, team, place)
    assert (row["status"], row["reason"]) == ("no_face", "no face was found")
    assert row[NOTE] == stills.NOTE
    path.write_bytes(path.read_bytes()[:-30])
    (row,) = watch(path, way, team, place)
    assert (row["status"], row["reason"], row[CONTENT]) == ("damaged", stills.DAMAGED, None)
    if end != "jpg":
        two = cv2.Animation()
        two.frames, two.durations = list(pictures(2)), np.array([100, 100])
        assert cv2.imwriteanimation(str(path), two)
        (row,) = watch(path, way, team, place)
        assert (row["status"], row["reason"]) == ("unreadable", stills.ANIMATED)
