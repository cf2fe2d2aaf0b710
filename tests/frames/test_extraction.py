from pathlib import Path

import numpy as np
import pytest

from deepfake_attribution.core import images, tables
from deepfake_attribution.core.errors import UserError
from deepfake_attribution.core.settings import Compute
from deepfake_attribution.core.shards import ShardReader
from deepfake_attribution.frames import extraction
from deepfake_attribution.frames.extraction import extract, member_name
from deepfake_attribution.frames.orientation import MIRRORED
from deepfake_attribution.frames.settings import Extract
from deepfake_attribution.frames.video import take
from deepfake_attribution.workers import blocks
from recipes import COMPUTE
from stored_video import set_matrix
from video_files import pictures, write_frames

SETTINGS = Extract(frames=3, format="png", quality=95, max_failed=0.5, max_seconds=600)
VIDEOS = {"real/one": "one.mp4", "fake/one.v2": "fakes/one.mp4", "real/gone": "gone.mp4"}


def compute(workers: int = 1, block_videos: int = 1) -> Compute:
    return COMPUTE.model_copy(update={"workers": workers, "block_videos": block_videos})


@pytest.fixture
def here(tmp_path: Path) -> Path:
    """A folder with two short videos and a catalog that names a third."""
    write_frames(tmp_path / "root/one.mp4", pictures(9))
    write_frames(tmp_path / "root/fakes/one.mp4", pictures(2, seed=1))
    rows = [{"video": key, "path": path} for key, path in VIDEOS.items()]
    tables.write_rows(rows, tmp_path / "d.parquet", extraction.pa.schema(CATALOG))
    return tmp_path


CATALOG = [("video", extraction.pa.string()), ("path", extraction.pa.string())]


def run(
    here: Path, out: str = "out", settings: Extract = SETTINGS, spread: Compute | None = None
) -> str:
    return extract(
        catalog=here / "d.parquet",
        root=here / "root",
        settings=settings,
        compute=spread or compute(),
        work=here / "work",
        out=here / out,
    )


def files(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in sorted(folder.iterdir())}


def test_one_row_per_frame_asked_for_failed_videos_included(here: Path) -> None:
    line = run(here)
    rows = tables.read_rows(here / "out/index.parquet")
    assert [(row["video"], row["slot"], row["frame"], row["status"]) for row in rows] == [
        ("real/one", 0, 1, "ok"),
        ("real/one", 1, 4, "ok"),
        ("real/one", 2, 7, "ok"),
        ("fake/one.v2", 0, 0, "ok"),
        ("fake/one.v2", 1, 1, "ok"),
        *(("real/gone", slot, None, "missing") for slot in range(3)),
    ]
    assert {row["reason"] for row in rows[5:]} == {"no such file"}
    assert {(row["width"], row["height"]) for row in rows[:5]} == {(64, 48)}
    assert line == "3 videos, 1 without any frame; frames asked for: 3 missing, 5 ok"
    assert not (here / "work").exists()


def test_notes_are_in_the_index_and_printed(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    set_matrix(here / "root/one.mp4", (-1, 0, 0, 1))
    run(here)
    rows = tables.read_rows(here / "out/index.parquet", columns=["video", "note"])
    assert {row["note"] for row in rows if row["video"] == "real/one"} == {MIRRORED}
    assert {row["note"] for row in rows if row["video"] != "real/one"} == {""}
    assert f"1 of 3 videos: {MIRRORED}" in capsys.readouterr().out


def test_members_hold_the_frames(here: Path) -> None:
    run(here)
    reader = ShardReader(here / "out")
    taken = list(take(here / "root/one.mp4", 3))
    rows = [row for row in tables.read_rows(here / "out/index.parquet") if row["shard"]]
    for row, frame in zip(rows, taken, strict=False):
        content = reader.read(row["shard"], row["offset"], row["length"])
        np.testing.assert_array_equal(images.decode(content), frame.image)
    reader.close()
    assert rows[-1]["member"] == "000001-fake/one_v2/001.png"
    assert member_name("a/b.c", 7, 2, "jpeg") == "000007-a/b_c/002.jpg"


@pytest.mark.slow
@pytest.mark.parametrize("spread", [compute(2, 1), compute(1, 2), compute(1, 20)])
def test_bytes_do_not_depend_on_how_the_work_is_spread(here: Path, spread: Compute) -> None:
    run(here, "one")
    run(here, "other", spread=spread)
    assert files(here / "one") == files(here / "other")


def test_a_video_that_may_not_be_read_is_listed_and_the_rest_goes_on(unprivileged: Path) -> None:
    for path in ("one.mp4", "fakes/one.mp4", "gone.mp4"):
        write_frames(unprivileged / "root" / path, pictures(3))
    (unprivileged / "root/gone.mp4").chmod(0)
    (unprivileged / "root/fakes").chmod(0)
    rows = [{"video": key, "path": path} for key, path in VIDEOS.items()]
    tables.write_rows(rows, unprivileged / "d.parquet", extraction.pa.schema(CATALOG))
    run(unprivileged, settings=SETTINGS.model_copy(update={"max_failed": 1.0}))
    index = tables.read_rows(unprivileged / "out/index.parquet")
    (unprivileged / "root/fakes").chmod(0o700)
    assert [(row["status"], row["reason"]) for row in index] == [
        *[("ok", "")] * 3,
        *[("unreadable", "Permission denied")] * 3,
        *[("unreadable", "FFmpeg: Permission denied")] * 3,
    ]


# What Python runs as it starts: a decoder that crashes, for processes that are not this one.
CRASHES = """
import os, signal
from deepfake_attribution.frames import video
take = video.take
def crash(path, count, *limit):
    if path.parent.name == "fakes":
        os.kill(os.getpid(), signal.SIGSEGV)
    return take(path, count, *limit)
video.take = crash
"""


@pytest.mark.slow
def test_a_video_that_crashes_the_decoder_is_listed_and_the_rest_is_used(
    here: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (here / "early").mkdir()
    (here / "early/sitecustomize.py").write_text(CRASHES)
    monkeypatch.syspath_prepend(here / "early")
    line = run(here, settings=SETTINGS.model_copy(update={"max_failed": 1.0}), spread=compute(2, 3))
    rows = tables.read_rows(here / "out/index.parquet")
    assert [(row["video"], row["slot"], row["status"]) for row in rows] == [
        *(("real/one", slot, "ok") for slot in range(3)),
        *(("fake/one.v2", slot, "unreadable") for slot in range(3)),
        *(("real/gone", slot, "missing") for slot in range(3)),
    ]
    assert {row["reason"] for row in rows[3:6]} == {"the decoder crashed (signal 11)"}
    assert line == "3 videos, 2 without any frame; frames asked for: 3 missing, 3 ok, 3 unreadable"


def test_videos_that_vanish_with_their_folder_are_not_called_missing(
    here: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run(here, out="whole")

    def vanishes(path: Path, count: int, *limit: float):  # type: ignore[no-untyped-def]
        if path.parent.name == "fakes":
            (here / "root").rename(here / "away")
        return take(path, count, *limit)

    with monkeypatch.context() as patch:
        patch.setattr(extraction.video, "take", vanishes)
        with pytest.raises(UserError, match=f"{here}/root: this folder is gone, or empty"):
            run(here)
    assert not (here / "out").exists()
    (here / "away").rename(here / "root")
    run(here)
    assert files(here / "out") == files(here / "whole")


def _stopped(here: Path, monkeypatch: pytest.MonkeyPatch, settings: Extract = SETTINGS) -> None:
    """Stop an extraction at its third video."""
    with monkeypatch.context() as patch:
        patch.setattr(extraction.video, "take", _until_gone)
        with pytest.raises(KeyboardInterrupt):
            run(here, settings=settings)


def _until_gone(path: Path, count: int, *limit: float):  # type: ignore[no-untyped-def]
    if path.name == "gone.mp4":
        raise KeyboardInterrupt
    return take(path, count, *limit)


def _counted(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    opened: list[str] = []

    def noted(path: Path, count: int, *limit: float):  # type: ignore[no-untyped-def]
        opened.append(f"{path.parent.name}/{path.name}")
        return take(path, count, *limit)

    monkeypatch.setattr(extraction.video, "take", noted)
    return opened


def test_stopped_extraction_goes_on_and_ends_with_the_same_bytes(
    here: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run(here, "whole")
    _stopped(here, monkeypatch)
    opened = _counted(monkeypatch)
    run(here)
    assert opened == ["root/gone.mp4"]
    assert files(here / "out") == files(here / "whole")


def test_changed_settings_begin_anew(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    _stopped(here, monkeypatch)
    opened = _counted(monkeypatch)
    run(here, settings=SETTINGS.model_copy(update={"frames": 2}))
    assert len(opened) == 3
    assert len(tables.read_rows(here / "out/index.parquet")) == 6


def test_a_changed_video_begins_anew(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    _stopped(here, monkeypatch)
    write_frames(here / "root/one.mp4", pictures(9, seed=5))
    opened = _counted(monkeypatch)
    run(here)
    assert len(opened) == 3
    write_frames(here / "root/gone.mp4", pictures(3))
    run(here, "again")
    assert "3 videos, 0 without any frame" in run(here, "third")


def test_files_that_are_no_images_are_counted_and_named(tmp_path: Path) -> None:
    for name in ("a/1.png", "a/1.npy", "a/2.pts", "b/1.png", "b/x.xml", "b/y.ini", "c.mp4"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes(b"x")
    tasks = [extraction.Task(name, 0, tmp_path / name) for name in ("a", "b", "c.mp4", "gone")]
    assert extraction.left_out(tasks) == [
        "not used: 4 files in folders of images are no images: a/1.npy, a/2.pts, b/x.xml and 1 more"
    ]
    assert extraction.left_out(tasks[2:]) == []


def test_a_changed_image_in_a_folder_begins_anew(
    here: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (here / "root/one.mp4").unlink()
    folder = here / "root/one.mp4"  # a folder of images is a video, whatever its name
    folder.mkdir()
    for number, picture in enumerate(pictures(3)):
        (folder / str(number)).write_bytes(images.encode(picture, "png", 0))
    _stopped(here, monkeypatch)
    (folder / "1").write_bytes(images.encode(pictures(4)[3], "png", 0))
    opened = _counted(monkeypatch)
    run(here)
    assert "root/one.mp4" in opened


def test_a_limit_that_alone_is_raised_uses_the_work_done(
    here: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    strict = SETTINGS.model_copy(update={"max_failed": 0.3})
    with pytest.raises(UserError):
        run(here, settings=strict)
    opened = _counted(monkeypatch)
    run(here)
    assert opened == []


def test_a_video_given_up_is_tried_again_only_at_another_limit(
    here: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Here every video takes 100 seconds."""
    now = [0.0]

    def slow(path: Path, count: int, *limit: float):  # type: ignore[no-untyped-def]
        def clock() -> float:
            now[0] += 50
            return now[0]

        opened.append(path.name)
        return take(path, count, *limit, clock)

    opened: list[str] = []
    monkeypatch.setattr(extraction.video, "take", slow)
    hasty = SETTINGS.model_copy(update={"max_seconds": 10.0})
    for _ in range(2):
        with pytest.raises(
            UserError, match=r"real/one: took longer than extract\.max_seconds = 10"
        ):
            run(here, settings=hasty)
        assert len(opened) == 3  # the second time what is done is kept
    run(here, settings=SETTINGS.model_copy(update={"max_seconds": 1e6}))
    assert sorted(opened[3:]) == ["one.mp4", "one.mp4"]
    rows = tables.read_rows(here / "out/index.parquet")
    assert [row["status"] for row in rows] == ["ok"] * 5 + ["missing"] * 3


def test_too_many_failed_videos_stop_with_count_and_first_reason(here: Path) -> None:
    with pytest.raises(UserError) as stop:
        run(here, settings=SETTINGS.model_copy(update={"max_failed": 0.3}))
    assert str(stop.value) == (
        "1 of 3 videos (33.3%) gave no frame, more than extract.max_failed = 0.3 allows: repair "
        "them, take them out of the list, or raise that setting (finished work is kept); the "
        "first: real/gone: no such file"
    )


def test_exactly_the_share_allowed_may_fail(here: Path) -> None:
    (here / "root/one.mp4").unlink()
    with pytest.raises(UserError, match="2 of 3"):
        run(here)
    run(here, settings=SETTINGS.model_copy(update={"max_failed": 2 / 3}))


def test_no_block_is_left_open_where_nothing_is_to_do(here: Path) -> None:
    tables.write_rows([], here / "d.parquet", extraction.pa.schema(CATALOG))
    assert run(here) == "0 videos, 0 without any frame; frames asked for: "
    assert tables.read_rows(here / "out" / blocks.INDEX) == []


def test_rows_say_where_the_labelled_face_is(
    here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    black, bright = np.zeros((48, 64, 3), np.uint8), np.zeros((48, 64, 3), np.uint8)
    bright[8:24, 32:48] = 255
    write_frames(here / "root/masks.mp4", [bright] * 5 + [black] * 4)
    rows = [
        {"video": "a", "path": "one.mp4", "mask": "masks.mp4", "box": ""},
        {"video": "b", "path": "fakes/one.mp4", "mask": "", "box": "1 2 30 40"},
        {"video": "c", "path": "one.mp4", "mask": "", "box": ""},
        {"video": "d", "path": "gone.mp4", "mask": "masks.mp4", "box": ""},
    ]
    schema = [*CATALOG, ("mask", extraction.pa.string()), ("box", extraction.pa.string())]
    tables.write_rows(rows, here / "d.parquet", extraction.pa.schema(schema))
    run(here)
    found = tables.read_rows(here / "out/index.parquet")
    assert [(row["video"], row["frame"], row["marked_by"]) for row in found] == [
        *[("a", 1, "mask"), ("a", 4, "mask"), ("a", 7, "empty mask")],
        *[("b", 0, "box"), ("b", 1, "box")],
        *[("c", number, None) for number in (1, 4, 7)],
        *[("d", None, None)] * 3,
    ]
    assert [row["marked"] for row in found if row["video"] == "b"] == [[1, 2, 30, 40]] * 2
    assert np.abs(np.subtract(found[0]["marked"], (32, 8, 48, 24))).max() <= 2
    assert all(row["marked"] is None for row in found[2:3] + found[5:])
    assert "labelled face: empty mask: 1 frames" in capsys.readouterr().out


def test_without_marks_the_index_has_no_column_more(here: Path) -> None:
    run(here)
    first = tables.read(here / "out/index.parquet")
    assert not {"marked", "marked_by"} & {*first.columns}
