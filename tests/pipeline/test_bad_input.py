"""Every kind of bad video in one dataset: each works or is listed, and the rest goes on."""

import io
import unicodedata
from collections.abc import Iterator
from contextlib import redirect_stdout
from pathlib import Path

import cv2
import numpy as np
import pandas as pd
import pytest
import torch

from deepfake_attribution.catalog import superset
from deepfake_attribution.catalog.registry import list_videos
from deepfake_attribution.core import paths, tables
from deepfake_attribution.core.errors import UserError
from deepfake_attribution.core.params import load
from deepfake_attribution.core.settings import Compute, Dataset
from deepfake_attribution.core.video import SCHEMA
from deepfake_attribution.faces import face as points
from deepfake_attribution.faces import face_crops
from deepfake_attribution.faces.settings import Crop, Detector
from deepfake_attribution.frames.extraction import extract
from deepfake_attribution.frames.settings import Extract
from deepfake_attribution.render.database import footage_of
from deepfake_attribution.render.settings import Identities, RenderedDatabase
from video_files import (
    damage,
    hide_beginning,
    pictures,
    turn,
    write_frames,
    write_song,
    write_sound,
)

SETTINGS = Path(__file__).parents[2] / "profiles/demo.yaml"
FRAMES, WIDTH, HEIGHT = 6, 240, 180
ASKED = 3
TIMES = [0, 40, 300, 310, 320, 900]  # ms
ROOT = Path("videos")
PLAIN = {"bf": "0", "g": "100", "crf": "18", "preset": "ultrafast"}
# Path of a video -> how it is read: status of its rows and reason, {} where it gives crops.
NAMES = (
    "with blanks/Frau Müller/Büro 1.mp4",
    unicodedata.normalize("NFD", "Größe.mp4"),
    "видео/顔.mp4",
    "😀.mp4",
    "a.b..c.mp4",
    ".hidden.mp4",
    'it\'s "quoted", with comma.mp4',
    "concat:a.mp4",
)
FINE = (
    *NAMES,
    *("one frame.mp4", "turned.mp4", "variable rate.mp4", "hidden beginning.mp4", "4k.mp4"),
    *("two people.mp4", "breaks off.mkv", "folder"),
)
EMPTY_HANDED = {
    "gone.mp4": ("missing", "no such file"),
    "windows\\path.mp4": ("missing", "no such file: write / between folders, not \\"),
    "zero.mp4": ("unreadable", "the file is empty"),
    "text.mp4": ("unreadable", "text, not a video"),
    "breaks off.mp4": ("unreadable", "FFmpeg: Invalid data found when processing input"),
    "sound.mp4": ("unreadable", "the file has no picture, only sound or data"),
    "song.mp4": ("unreadable", "the file has no picture, only sound or data"),
    "list.mp4": ("unreadable", "text, not a video"),
    "empty folder": ("unreadable", "the folder holds no images"),
    "damaged.mp4": ("damaged", "it is drawn from frame 1, which is damaged"),
    "landscape.mp4": ("no_face", "no face was found"),
}


@pytest.fixture(scope="module", autouse=True)
def _one_thread() -> Iterator[None]:
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


@pytest.fixture(scope="module")
def people() -> list[list[np.ndarray]]:
    """Frames of two drawn people."""
    settings = RenderedDatabase(
        identities=Identities(train=2, val=0, test=0),
        clips=1,
        attacks=[],
        strength=[0.0, 1.0],
        frames=FRAMES,
        fps=12,
        width=WIDTH,
        height=HEIGHT,
        camera="phone",
        crf=23,
    )
    return [footage_of("people", settings, 5, person, 0).frames for person in range(2)]


class _Videos:
    """Writes videos of one person, no two alike."""

    def __init__(self, frames: list[np.ndarray]) -> None:
        self.frames = frames
        self.made = 0

    def write(self, name: str, count: int = FRAMES, times: list[int] | None = None) -> Path:
        return write_frames(ROOT / name, self.next()[:count], options=PLAIN, times=times)

    def next(self) -> list[np.ndarray]:
        self.made += 1
        return [np.maximum(frame, np.uint8(self.made)) for frame in self.frames]


def _write_videos(people: list[list[np.ndarray]]) -> None:
    """Write every kind of video to `ROOT`."""
    videos = _Videos(people[0])
    for name in (*NAMES, "good/1.mp4", "good/2.mp4", "good/3.mp4", "good/4.mp4"):
        videos.write(name)
    videos.write("one frame.mp4", count=1)
    stored = [np.ascontiguousarray(np.rot90(frame)) for frame in videos.next()]
    turn(write_frames(ROOT / "turned.mp4", stored, options=PLAIN), 90)
    videos.write("variable rate.mp4", times=TIMES)
    hidden = pictures(4, HEIGHT, WIDTH) + videos.next()
    hide_beginning(write_frames(ROOT / "hidden beginning.mp4", hidden, options=PLAIN), 4)
    beside = [np.concatenate(pair, axis=1) for pair in zip(videos.next(), people[1], strict=True)]
    write_frames(ROOT / "two people.mp4", beside, options=PLAIN)
    large = [np.full((2160, 3840, 3), 90, np.uint8) for _ in range(2)]
    for frame, person in zip(large, videos.next(), strict=False):
        frame[300 : 300 + 4 * HEIGHT, 2000 : 2000 + 4 * WIDTH] = cv2.resize(
            person, None, fx=4, fy=4
        )
    write_frames(ROOT / "4k.mp4", large, options=PLAIN)
    for name in ("breaks off.mkv", "breaks off.mp4"):
        content = videos.write(name).read_bytes()
        (ROOT / name).write_bytes(content[: len(content) * 3 // 4])
    arithmetic = {"bf": "0", "g": "100", "crf": "18"}  # coding in which every bit matters
    damage(write_frames(ROOT / "damaged.mp4", videos.next(), options=arithmetic), 1)
    (ROOT / "zero.mp4").write_bytes(b"")
    (ROOT / "text.mp4").write_text("this is not a video\n" * 20)
    (ROOT / "list.mp4").write_text("ffconcat version 1.0\nfile 4k.mp4\n")
    write_sound(ROOT / "sound.mp4")
    write_song(ROOT / "song.mp4")
    write_frames(ROOT / "landscape.mp4", pictures(FRAMES, HEIGHT, WIDTH), options=PLAIN)
    (ROOT / "empty folder").mkdir()
    (ROOT / "folder").mkdir()
    for number, frame in enumerate(videos.next()[:2]):
        cv2.imwrite(str(ROOT / f"folder/{number}.png"), cv2.cvtColor(frame, cv2.COLOR_RGB2BGR))
    (ROOT / "folder/2.png").write_bytes(b"no image")


def _manifest() -> pd.DataFrame:
    """Return the rows: good ones in each split of two classes; all others in train as real."""
    rows = [("good/1.mp4", "real", "train"), ("good/2.mp4", "real", "val")]
    rows += [("good/3.mp4", "swap", "train"), ("good/4.mp4", "swap", "val")]
    rows += [(name, "real", "train") for name in (*FINE, *EMPTY_HANDED)]
    table = pd.DataFrame(rows, columns=["path", "attack", "split"])
    return table.assign(name=[f"{number}" for number in range(len(rows))])


def _run(weights: Path, max_failed: float = 1.0) -> None:
    """Run catalog, extraction and cropping of the dataset ``mixed``, as their stages do."""
    settings = Dataset(adapter="manifest", root=str(ROOT), manifest="manifest.csv")
    tables.write(list_videos("mixed", {"mixed": settings}).videos, paths.catalog("mixed"), SCHEMA)
    compute = load(Compute, SETTINGS).model_copy(update={"workers": 1, "device": "cpu"})
    taking = {"frames": ASKED, "format": "png", "max_failed": max_failed}
    line = extract(
        catalog=paths.catalog("mixed"),
        root=ROOT,
        settings=load(Extract, SETTINGS).model_copy(update=taking),
        compute=compute,
        work=paths.WORK / "extract",
        out=paths.frames("mixed"),
    )
    print(f"extract: {line}")
    line = face_crops.crop_faces(
        frames=paths.frames("mixed"),
        weights=weights,
        settings=load(Crop, SETTINGS),
        finder=load(Detector, SETTINGS),
        compute=compute,
        work=paths.WORK / "crop",
        out=paths.faces("mixed"),
    )
    print(f"crop: {line}")


@pytest.fixture(scope="module")
def done(
    people: list[list[np.ndarray]],
    weights_folder: Path,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[str]:
    """Stand in a folder where the stages ran on everything; give what they printed."""
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(tmp_path_factory.mktemp("bad input"))
        _write_videos(people)
        _manifest().to_csv(ROOT / "manifest.csv", index=False)
        printed = io.StringIO()
        with redirect_stdout(printed):
            _run(weights_folder)
        yield printed.getvalue()


def faces_of(name: str) -> pd.DataFrame:
    """Return the rows of a video's frames with their faces."""
    catalog = tables.read(paths.catalog("mixed"))
    index = tables.read(paths.index(paths.faces("mixed")))
    (key,) = catalog[catalog["path"] == name]["video"]
    return index[index["video"] == key].reset_index(drop=True)


@pytest.mark.parametrize("name", EMPTY_HANDED)
def test_a_video_without_a_crop_has_all_its_rows_and_the_reason(done: str, name: str) -> None:
    rows = faces_of(name)
    assert len(rows) == ASKED
    assert (rows["status"].iloc[-1], rows["reason"].iloc[-1]) == EMPTY_HANDED[name]
    assert set(rows["status"]) == {EMPTY_HANDED[name][0]}
    assert rows["shard"].isna().all()


@pytest.mark.parametrize("name", FINE)
def test_a_strange_video_is_used(done: str, name: str) -> None:
    rows = faces_of(name)
    expected = {"one frame.mp4": ["ok"], "4k.mp4": ["ok"] * 2, "folder": ["ok", "ok", "damaged"]}
    assert rows["status"].tolist() == expected.get(name, ["ok"] * ASKED)


def test_the_superset_holds_every_crop_and_nothing_else(done: str) -> None:
    table = superset.build(["mixed"])
    index = tables.read(paths.index(paths.faces("mixed")))
    assert len(table) == (index["status"] == "ok").sum() > 3 * len(FINE)
    catalog = tables.read(paths.catalog("mixed")).set_index("video")["path"]
    used = set(catalog[table["video"]])
    assert used == {*FINE, *(f"good/{number}.mp4" for number in range(1, 5))}
    assert used.isdisjoint(EMPTY_HANDED) and len(catalog) == len(used) + len(EMPTY_HANDED)


def test_stages_name_each_video_without_a_crop_and_count(done: str) -> None:
    lines = done.splitlines()
    videos = len(FINE) + len(EMPTY_HANDED) + 4
    without_frame = len(EMPTY_HANDED) - 1  # the landscape gives frames
    catalog = tables.read(paths.catalog("mixed")).set_index("path")["video"]
    for name, (_, reason) in EMPTY_HANDED.items():
        if name == "landscape.mp4":
            assert f"no face: {catalog[name]}" in lines
        else:
            assert f"no frame: {catalog[name]}: {reason}" in lines
            assert f"no readable frame: {catalog[name]}" in lines
    counted = [line for line in lines if line.startswith(("extract: ", "crop: "))]
    assert counted[0].startswith(f"extract: {videos} videos, {without_frame} without any frame; ")
    assert counted[1].startswith(f"crop: {videos} videos, {len(EMPTY_HANDED)} without any face; ")
    assert len(lines) == 2 * without_frame + 1 + len(counted)


def test_one_of_two_people_is_followed_and_both_are_counted(done: str) -> None:
    rows = faces_of("two people.mp4")
    assert rows["faces"].tolist() == [2] * ASKED
    assert rows["rule"].tolist() == ["on_track"] * ASKED
    middles = [(box[0] + box[2]) / 2 for box in rows["box"]]
    assert max(middles) - min(middles) < WIDTH / 4
    assert faces_of("good/1.mp4")["rule"].tolist() == ["only_face"] * ASKED


def test_a_turned_video_gives_upright_faces(done: str) -> None:
    for name in ("turned.mp4", "good/1.mp4"):
        rows = faces_of(name)
        for landmarks, box in zip(rows["landmarks"], rows["box"], strict=True):
            places = np.array(landmarks).reshape(6, 2)
            assert places[points.RIGHT_EYE, 0] < places[points.LEFT_EYE, 0]
            assert places[points.RIGHT_EYE, 1] < places[points.MOUTH_CENTRE, 1]
            assert box[2] <= WIDTH and box[3] <= HEIGHT + 1
    turned, plain = (np.stack(faces_of(name)["box"]) for name in ("turned.mp4", "good/1.mp4"))
    np.testing.assert_allclose(turned, plain, atol=4)


def test_times_of_a_variable_rate_are_the_video_s(done: str) -> None:
    rows = faces_of("variable rate.mp4")
    assert rows["frame"].tolist() == [1, 3, 5]
    assert rows["time_s"].tolist() == pytest.approx([0.04, 0.31, 0.9], abs=1e-3)


def test_frames_that_an_edit_list_hides_are_not_taken(done: str) -> None:
    rows = faces_of("hidden beginning.mp4")  # hidden frames show no face
    assert rows["frame"].tolist() == [1, 3, 5]
    assert rows["status"].tolist() == ["ok"] * ASKED


def test_a_video_cut_short_gives_frames_of_what_is_left(done: str) -> None:
    frames = faces_of("breaks off.mkv")["frame"].tolist()
    assert frames == sorted(set(frames)) and max(frames) < FRAMES - 1


def test_a_face_in_a_4k_frame_lies_where_it_was_put(done: str) -> None:
    for box in faces_of("4k.mp4")["box"]:
        assert box[0] > 2000 and box[2] < 2000 + 4 * WIDTH
        assert box[1] > 300 and box[3] < 300 + 4 * HEIGHT


@pytest.mark.slow
def test_too_many_bad_videos_stop_and_a_raised_limit_uses_what_is_done(
    done: str, weights_folder: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    videos = ROOT.absolute()
    before = paths.index(paths.frames("mixed")).read_bytes()
    monkeypatch.chdir(tmp_path)
    ROOT.symlink_to(videos)
    with pytest.raises(UserError) as stop:
        _run(weights_folder, max_failed=0.05)
    failed, total = len(EMPTY_HANDED) - 1, len(FINE) + len(EMPTY_HANDED) + 4
    assert str(stop.value).startswith(
        f"{failed} of {total} videos ({failed / total:.1%}) gave no frame, more than "
        "extract.max_failed = 0.05 allows"
    )
    assert str(stop.value).count("no such file") == 2  # the first ones
    monkeypatch.setattr("deepfake_attribution.frames.video.take", None)  # nothing is opened again
    _run(weights_folder, max_failed=0.5)
    assert paths.index(paths.frames("mixed")).read_bytes() == before
