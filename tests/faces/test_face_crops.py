import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pytest

from block_kinds import spread
from deepfake_attribution.core import images, tables
from deepfake_attribution.core.errors import UserError
from deepfake_attribution.core.shards import ShardReader
from deepfake_attribution.faces import cropping, decoded_parts, face_crops, face_report, face_sheet
from deepfake_attribution.faces.face import Face
from deepfake_attribution.faces.face_crops import crop_faces
from deepfake_attribution.faces.settings import Crop, Detector
from deepfake_attribution.frames.extraction import MARKED
from deepfake_attribution.frames.extraction import SCHEMA as FRAMES
from deepfake_attribution.workers import blocks
from deepfake_attribution.workers.blocks import Row
from recipes import COMPUTE

CROP = Crop(subject="track", turned=False, margin=0.5, size=32, format="png", quality=95)
FINDER = Detector(
    kind="blazeface", model="full_range", threshold=0.5, tiles=False, nms_iou=0.3, weights="w"
)
HEIGHT, WIDTH = 60, 90


def face(x: float, y: float, side: float, score: float = 0.9) -> Face:
    box = np.array([x, y, x + side, y + side], np.float32)
    return Face(box, np.linspace(x, x + side, 12, dtype=np.float32).reshape(6, 2), score)


def picture(seen: int) -> np.ndarray:
    """Return a frame whose upper left pixel tells the fake detector how many faces it shows."""
    image = np.random.default_rng(0).integers(0, 256, (HEIGHT, WIDTH, 3), dtype=np.uint8)
    image[0, 0] = seen
    return image


class Fake:
    """Sees as many faces as the first pixel says: one in the middle, the next one far off."""

    def detect(self, frames: Sequence[np.ndarray]) -> list[list[Face]]:
        one, two = face(35, 20, 20), face(2, 40, 8, score=0.8)
        seen = {0: [], 1: [one], 2: [one, two], 7: [two]}
        return [list(seen[int(frame[0, 0, 0])]) for frame in frames]


def frame_rows() -> list[Row]:
    """Return the frames of three videos: seen and unseen faces, and one that cannot be read."""
    shown = {"a/followed": [1, 2, 0, 7, 1], "b/faceless": [0, 0]}
    rows = []
    for number, (video, faces) in enumerate(shown.items()):
        for slot, seen in enumerate(faces):
            values = {"video": video, "slot": slot, "frame": 3 * slot, "time_s": slot / 2}
            values |= {"status": "ok", "reason": "", "width": WIDTH, "height": HEIGHT}
            name = f"{number:06d}-{video}/{slot:03d}.png"
            rows.append(Row(values, name, images.encode(picture(seen), "png", 0)))
    for slot in range(2):
        values = {"video": "c/gone", "slot": slot, "frame": None, "time_s": None}
        values |= {"status": "missing", "reason": "no such file", "width": None, "height": None}
        rows.append(Row(values))
    return rows


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with extracted frames, and no detector but the fake one."""
    rows = frame_rows()
    kind = blocks.Kind(iter, iter, FRAMES)
    blocks.process([rows], kind, tmp_path / "w", tmp_path / "frames", spread(1), "frames")
    monkeypatch.setattr(face_crops, "make_detector", lambda *_: Fake())
    return tmp_path


def run(here: Path, settings: Crop = CROP, block_videos: int = 2) -> tuple[str, list[dict]]:
    compute = COMPUTE.model_copy(update={"block_videos": block_videos})
    where = here / "frames", here / "weights"
    line = crop_faces(*where, settings, FINDER, compute, here / "work", here / "faces")
    return line, tables.read_rows(here / "faces/index.parquet")


def test_one_row_for_every_frame_asked_for(here: Path) -> None:
    line, rows = run(here)
    asked = tables.read_rows(here / "frames/index.parquet")
    kept = ("video", "slot", "frame", "time_s")
    assert [[row[name] for name in kept] for row in rows] == [
        [row[name] for name in kept] for row in asked
    ]
    assert [row["status"] for row in rows] == (
        ["ok", "ok", "no_face", "no_face", "ok"] + ["no_face"] * 2 + ["missing"] * 2
    )
    assert line == (
        "3 videos, 2 without any face; 3 of 9 frames with a face, 1 with several; "
        "0 jumps, in 0 videos"
    )
    assert not (here / "work").exists()


def test_face_is_described_with_the_rule_that_chose_it(here: Path) -> None:
    _, rows = run(here)
    assert [row["rule"] for row in rows[:5]] == [
        *("only_face", "on_track", "no_face", "off_track", "only_face")
    ]
    assert [row["faces"] for row in rows[:5]] == [1, 2, 0, 1, 1]
    one = face(35, 20, 20)
    assert rows[1]["box"] == one.box.tolist()
    assert rows[1]["landmarks"] == one.landmarks.ravel().tolist()
    assert rows[1]["score"] == pytest.approx(0.9)


def test_frames_without_the_face_have_a_reason_and_no_bytes(here: Path) -> None:
    _, rows = run(here)
    assert rows[2]["reason"] == "no face was found"
    assert rows[3]["reason"] == "none of the 1 faces found is the one followed (off_track)"
    assert {row["reason"] for row in rows[7:]} == {"no such file"}
    for row in rows[2:4] + rows[5:]:
        unset = ("box", "landmarks", "score", "member", "shard", "offset", "length", "hash")
        assert [row[name] for name in unset] == [None] * 8
    assert [row["faces"] for row in rows[7:]] == [None, None]


def test_crops_are_the_squares_around_the_faces(here: Path) -> None:
    _, rows = run(here)
    reader = ShardReader(here / "faces")
    for row, seen in ((rows[0], 1), (rows[1], 2)):
        cut = images.decode(reader.read(row["shard"], row["offset"], row["length"]))
        assert cut.shape == (32, 32, 3)
        box = np.array(row["box"], np.float32)
        np.testing.assert_array_equal(cut, cropping.crop(picture(seen), box, 0.5, 32))
    reader.close()
    assert rows[0]["member"] == "000000-a/followed/000.png"


def test_tracker_is_told_height_and_width_in_this_order(
    here: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[Any] = []
    follow = face_crops.tracking.follow

    def noted(faces: Any, sizes: Any, subject: Any, shots: Any) -> Any:
        told.extend(sizes)
        return follow(faces, sizes, subject, shots)

    monkeypatch.setattr(face_crops.tracking, "follow", noted)
    run(here)
    assert {tuple(size) for size in told} == {(HEIGHT, WIDTH)}


def test_largest_face_of_each_frame_where_the_settings_say_so(here: Path) -> None:
    _, rows = run(here, CROP.model_copy(update={"subject": "largest", "format": "jpeg"}))
    assert [row["status"] for row in rows[:5]] == ["ok", "ok", "no_face", "ok", "ok"]
    assert rows[3]["box"] == face(2, 40, 8).box.tolist()
    assert rows[3]["member"] == "000000-a/followed/003.jpg"


def test_everybody_has_crops_where_the_settings_say_so(here: Path) -> None:
    _, before = run(here)
    line, rows = run(here, CROP.model_copy(update={"subject": "all"}))
    first = [row for row in rows if row["person"] == 0]
    place = ("shard", "offset")
    for row, same in zip(first, before, strict=True):
        assert {name: row[name] for name in row if name not in place} == {
            name: same[name] for name in same if name not in place
        }
    keys = [(row["slot"], row["person"], row["status"]) for row in rows[:7]]
    assert keys == [
        *((0, 0, "ok"), (1, 0, "ok"), (1, 1, "ok"), (2, 0, "no_face")),
        *((3, 0, "no_face"), (3, 1, "ok"), (4, 0, "ok")),
    ]
    others = [row for row in rows if row["person"]]
    assert [row["member"] for row in others] == [
        f"000000-a/followed/{slot:03d}-p1.png" for slot in (1, 3)
    ]
    assert [row["box"] for row in others] == [face(2, 40, 8).box.tolist()] * 2
    assert [row["rule"] for row in others] == ["on_track", "only_face"]
    reader = ShardReader(here / "faces")
    for row, seen in zip(others, (2, 7), strict=True):
        cut = images.decode(reader.read(row["shard"], row["offset"], row["length"]))
        box = np.array(row["box"], np.float32)
        np.testing.assert_array_equal(cut, cropping.crop(picture(seen), box, 0.5, 32))
    reader.close()
    assert line == (
        "3 videos, 2 without any face; 4 of 9 frames with a face, 1 with several; "
        "0 jumps, in 0 videos; 5 crops of 2 people"
    )


@pytest.mark.parametrize("subject", ["track", "largest"])
def test_one_person_is_number_0_in_every_frame(here: Path, subject: str) -> None:
    _, rows = run(here, CROP.model_copy(update={"subject": subject}))
    assert [row["person"] for row in rows] == [0] * 9


def test_videos_share_batches_up_to_what_memory_holds(
    here: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run(here)
    before = {path.name: path.read_bytes() for path in (here / "faces").iterdir()}
    seen: list[int] = []

    class Counts(Fake):
        def detect(self, frames: Sequence[np.ndarray]) -> list[list[Face]]:
            seen.append(len(frames))
            return super().detect(frames)

    one = 3 * HEIGHT * WIDTH
    for limit, parts in (
        (one * 7, [7]),  # both videos together
        (one * 6, [5, 2]),  # no video is split that fits alone
        (one * 2, [2, 2, 1, 2]),
        (1, [1] * 7),
    ):
        face_crops._detector.cache_clear()
        monkeypatch.setattr(face_crops, "make_detector", lambda *_: Counts())
        monkeypatch.setattr(decoded_parts, "AT_ONCE", limit)
        seen.clear()
        run(here)
        assert seen == parts
        assert {path.name: path.read_bytes() for path in (here / "faces").iterdir()} == before


def test_bytes_do_not_depend_on_the_blocks(here: Path) -> None:
    run(here, block_videos=1)
    before = {path.name: path.read_bytes() for path in (here / "faces").iterdir()}
    run(here, block_videos=50)
    assert {path.name: path.read_bytes() for path in (here / "faces").iterdir()} == before


def test_stopped_work_goes_on_and_other_settings_begin_anew(
    here: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Stops(Fake):
        def detect(self, frames: Sequence[np.ndarray]) -> list[list[Face]]:
            if len(frames) == 2:  # the second video
                raise KeyboardInterrupt
            return super().detect(frames)

    seen: list[int] = []

    class Counts(Fake):
        def detect(self, frames: Sequence[np.ndarray]) -> list[list[Face]]:
            seen.append(len(frames))
            return super().detect(frames)

    for change, expected in (({}, [2]), ({"margin": 0.1}, [5, 2])):
        face_crops._detector.cache_clear()
        monkeypatch.setattr(face_crops, "make_detector", lambda *_: Stops())
        with pytest.raises(KeyboardInterrupt):
            run(here, block_videos=1)
        face_crops._detector.cache_clear()
        monkeypatch.setattr(face_crops, "make_detector", lambda *_: Counts())
        seen.clear()
        run(here, CROP.model_copy(update=change), block_videos=1)
        assert seen == expected


def test_a_frame_that_is_no_longer_its_own_is_named_with_what_makes_it_anew(here: Path) -> None:
    shard = here / "frames/shard-00000.tar"
    content = bytearray(shard.read_bytes())
    row = next(row for row in tables.read_rows(here / "frames/index.parquet") if row["shard"])
    content[row["offset"] + row["length"] // 2] ^= 1
    shard.write_bytes(content)
    with pytest.raises(UserError) as caught:
        run(here)
    assert str(caught.value) == (
        f"{shard}: at byte {row['offset']} the frame differs from its index (the bytes have "
        "changed): the file was damaged or replaced: run `dvc repro --force --single-item "
        "extract@frames`, then `dvc repro`"
    )
    shard.unlink()
    with pytest.raises(UserError, match=r"the frame differs from its index .*No such file"):
        run(here)
    assert not (here / "faces").exists()


def test_a_video_that_ends_the_search_keeps_its_rows_with_the_reason(here: Path) -> None:
    asked = tables.read_rows(here / "frames/index.parquet")
    rows = [row.values for row in face_crops._lost(asked, "crashed (signal 11)")]
    assert [list(row) for row in rows] == [face_crops.SCHEMA.names] * len(asked)
    reason = "the search for faces crashed (signal 11)"
    assert [row["person"] for row in rows] == [0] * len(asked)
    assert [(row["slot"], row["status"], row["reason"]) for row in rows] == [
        (row["slot"], "unreadable", reason)
        if row["status"] == "ok"
        else (row["slot"], row["status"], row["reason"])
        for row in asked
    ]


def test_schema_begins_with_what_a_frame_is() -> None:
    assert face_crops.SCHEMA.names[:6] == FRAMES.names[:6]
    assert face_crops.SCHEMA.field("box").type == pa.list_(pa.float32())


def test_report_and_doubtful_crops_lie_beside_the_crops(here: Path) -> None:
    line, rows = run(here)
    counts = face_report.summary(rows)
    assert json.loads((here / "faces/report.json").read_text()) == counts
    assert line == face_report.line(counts)
    doubts = face_report.doubtful(rows, 60)
    assert [one.row["slot"] for one in doubts] == [1, 0, 4]
    reader = ShardReader(here / "faces")
    assert (here / "faces/doubtful.png").read_bytes() == face_sheet.draw(doubts, reader)
    reader.close()


def test_no_sheet_of_an_earlier_run_stays_where_no_face_is_found(
    here: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run(here)

    class Blind(Fake):
        def detect(self, frames: Sequence[np.ndarray]) -> list[list[Face]]:
            return [[] for _ in frames]

    face_crops._detector.cache_clear()
    monkeypatch.setattr(face_crops, "make_detector", lambda *_: Blind())
    run(here)
    assert not (here / "faces/doubtful.png").exists()
    assert json.loads((here / "faces/report.json").read_text())["with_face"] == 0


def test_cut_to_a_scene_of_several_people_ends_the_track(
    here: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _, before = run(here)
    assert before[1]["rule"] == "on_track"
    # the same faces; the frame with two of them is now another scene
    monkeypatch.setattr(face_crops, "shots", lambda looks: [0, 1, 2, 2, 2][: len(looks)])
    _, rows = run(here)
    assert [row["rule"] for row in rows[:5]] == [
        *("only_face", "off_track", "no_face", "off_track", "only_face")
    ]


def test_the_marked_face_is_cropped_and_the_rule_says_so(here: Path) -> None:
    """The frame's index says where the mask is: on the face far off, which `track` never takes."""
    rows = frame_rows()
    for row in rows:
        is_marked = row.values["video"] == "a/followed" and row.values["slot"] == 1
        row.values["marked"] = [2, 40, 10, 48] if is_marked else None
        row.values["marked_by"] = "mask" if is_marked else ""
    kind = blocks.Kind(iter, iter, MARKED)
    blocks.process([rows], kind, here / "w2", here / "frames", spread(1), "frames")
    _, tracked = run(here)
    _, marked = run(here, CROP.model_copy(update={"subject": "marked"}))
    assert [row["rule"] for row in tracked[:5]] == [
        *("only_face", "on_track", "no_face", "off_track", "only_face")
    ]
    assert [row["rule"] for row in marked[:5]] == [
        *("off_track", "mask", "no_face", "only_face", "off_track")
    ]
    assert marked[1]["box"] == face(2, 40, 8).box.tolist()
    assert marked[0]["reason"] == "none of the 1 faces found is the one followed (off_track)"
    report = json.loads((here / "faces" / face_crops.REPORT).read_text())
    assert report["rules"]["mask"] == 1


@pytest.mark.parametrize("size", [1, 2, 3, 4, 20])
def test_blocks_are_whole_videos_in_their_order(size: int) -> None:
    names = ["a", "a", "a", "b", "c", "c", "d"]
    rows = [{"video": name, "slot": slot} for slot, name in enumerate(names)]
    blocks = face_crops._Blocks(tables.Rows(pa.Table.from_pylist(rows)), size)
    found = [blocks[number] for number in range(len(blocks))]
    videos = [[row for row in rows if row["video"] == name] for name in "abcd"]
    assert found == [videos[start : start + size] for start in range(0, 4, size)]


def test_no_frames_make_no_blocks() -> None:
    rows = tables.Rows(pa.table({"video": pa.array([], pa.string())}))
    assert len(face_crops._Blocks(rows, 20)) == 0
