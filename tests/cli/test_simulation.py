import csv
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
import torch

from deepfake_attribution.catalog.manifest import read_manifest
from deepfake_attribution.cli import simulation
from deepfake_attribution.cli.simulation import Plan, simulate
from deepfake_attribution.core.errors import UserError
from deepfake_attribution.core.video import check
from deepfake_attribution.faces.face import Face
from deepfake_attribution.frames.video import beginning
from deepfake_attribution.render.database import footage_of
from deepfake_attribution.render.encode import write_video
from deepfake_attribution.render.footage import Footage
from deepfake_attribution.render.settings import Identities, RenderedDatabase
from finder import FINDER

FRAMES, WIDTH, HEIGHT = 5, 192, 160
ATTACKS = ["sim_mouth", "sim_warp_swap"]
HEAD = ["path", "attack", "split", "identity"]
ROWS = [["ann/1.mp4", "real", "train", "ann"], ["bob 1.mp4", "real", "train", "bob"]]


@pytest.fixture(scope="module")
def people() -> list[Footage]:
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
    return [footage_of("people", settings, 5, person, 0) for person in range(2)]


class Knows:
    """Finds the faces that the renderer put there, by the video that looks most alike."""

    def __init__(self, people: Sequence[Footage]) -> None:
        self.people = people

    def detect(self, frames: Sequence[np.ndarray]) -> list[list[Face]]:
        if frames[0].shape != self.people[0].frames[0].shape:
            return [[] for _ in frames]
        away = [np.abs(frames[0].astype(int) - one.frames[0]).mean() for one in self.people]
        who = self.people[int(np.argmin(away))]
        if min(away) > 20:
            return [[] for _ in frames]
        return [[Face(who.boxes[place], who.landmarks[place], 0.9)] for place in range(len(frames))]


@pytest.fixture(autouse=True)
def _one_thread() -> Iterator[None]:
    """Undo what `simulate` does to torch's threads in this process."""
    before = torch.get_num_threads()
    yield
    torch.set_num_threads(before)


@pytest.fixture
def root(tmp_path: Path, people: list[Footage], monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(simulation, "make_detector", lambda *_: Knows(people))
    for row, footage in zip(ROWS, people, strict=True):
        write_video(footage.frames, tmp_path / "in" / row[0], 12, 12)
    write_manifest(tmp_path / "in", ROWS)
    return tmp_path / "in"


def write_manifest(root: Path, rows: list[list[str]]) -> None:
    with (root / "manifest.csv").open("w", newline="", encoding="utf-8") as stream:
        csv.writer(stream).writerows([HEAD, *rows])


def run(root: Path, out: str = "out", **changes: Any) -> tuple[int, list[str]]:
    values = {"attacks": ATTACKS, "frames": 4, "side": WIDTH, "seed": 1, **changes}
    plan = Plan(root=root, detector=FINDER, weights=root, **values)
    return simulate(plan, "manifest.csv", root.parent / out, workers=1)


def files(folder: Path) -> dict[str, bytes]:
    found = sorted(path for path in folder.rglob("*") if path.is_file())
    return {str(path.relative_to(folder)): path.read_bytes() for path in found}


def test_every_real_video_stands_beside_its_fakes_in_a_manifest(root: Path) -> None:
    assert run(root) == (6, [])
    out = root.parent / "out"
    table = read_manifest("mine", out, "manifest.csv")
    check(table, "out")
    real, fakes = table[table["attack"] == "real"], table[table["attack"] != "real"]
    assert real["path"].tolist() == ["train/real/0000-1.mp4", "train/real/0001-bob 1.mp4"]
    assert fakes["attack"].tolist() == ATTACKS * 2
    assert set(table["split"]) == {"train"}
    assert fakes["identity"].tolist() == ["ann", "ann", "bob", "bob"]
    assert fakes["donor"].tolist() == ["", "bob", "", "ann"]  # of swaps only
    strengths = pd.to_numeric(fakes["strength"])
    assert strengths.between(0, 1).all() and strengths.nunique() == len(fakes)
    assert real["strength"].tolist() == ["", ""]
    assert fakes["source"].tolist() == [path for path in real["path"] for _ in ATTACKS]
    assert set(files(out)) == {"manifest.csv", *table["path"]}
    assert [path.name for path in root.parent.iterdir() if path.name.startswith(".")] == []


def test_fakes_differ_from_their_real_at_the_face_only(root: Path, people: list[Footage]) -> None:
    run(root)
    out = root.parent / "out"
    real, rate = beginning(out / "train/real/0000-1.mp4", 100)
    assert len(real) == 4 and rate == 12
    x0, y0, x1, y1 = people[0].boxes[0].astype(int)
    for attack in ATTACKS:
        fake, _ = beginning(out / f"train/{attack}/0000-1.mp4", 100)
        away = np.abs(np.stack(fake).astype(int) - np.stack(real)).mean(axis=(0, 3))  # (H, W)
        inside = away[y0:y1, x0:x1].mean()
        corner = away[:20, :20].mean()
        assert len(fake) == 4 and inside > 1.5 and inside > 4 * corner, (attack, inside, corner)


def test_same_seed_gives_the_same_files_and_another_one_others(root: Path) -> None:
    for out, seed in (("one", 1), ("two", 1), ("three", 2)):
        run(root, out, seed=seed, attacks=["sim_mouth"])
    one, two, three = (files(root.parent / name) for name in ("one", "two", "three"))
    assert one == two
    fakes = [name for name in one if "sim_mouth" in name]
    assert any(one[name] != three[name] for name in fakes)


def test_large_videos_are_scaled_to_even_sides(root: Path) -> None:
    count, problems = run(root, side=101, attacks=["sim_mouth"])
    assert count == 2 and len(problems) == 2  # the fake detector knows the full size only
    frames, _ = beginning(root.parent / "out/train/real/0000-1.mp4", 1)
    assert frames[0].shape == (84, 100, 3)


def test_a_video_that_cannot_be_read_and_one_without_a_face_are_reported(root: Path) -> None:
    (root / "text.mp4").write_text("no video")
    noise = np.random.default_rng(0).integers(0, 60, (FRAMES, HEIGHT, WIDTH, 3), dtype=np.uint8)
    write_video(list(noise), root / "noise.mp4", 12, 30)
    rows = [["text.mp4", "real", "val", "cy"], ["noise.mp4", "real", "val", "di"]]
    write_manifest(root, [*ROWS, *rows])
    count, problems = run(root, attacks=["sim_mouth"])
    assert count == 5
    assert problems == [
        "text.mp4: left out with all its fakes: text, not a video",
        "noise.mp4: no face to attack; the real video is kept",
    ]


@pytest.mark.parametrize("broken", ["unreadable", "faceless"])
def test_a_bad_donor_costs_only_the_attacks_that_need_it(root: Path, broken: str) -> None:
    if broken == "unreadable":
        (root / ROWS[1][0]).write_bytes(b"")
        problem = "its donor bob 1.mp4 cannot be read: the file is empty"
        others = "bob 1.mp4: left out with all its fakes: the file is empty"
    else:
        noise = np.random.default_rng(0).integers(0, 60, (FRAMES, HEIGHT, WIDTH, 3), dtype=np.uint8)
        write_video(list(noise), root / ROWS[1][0], 12, 30)
        problem = "its donor bob 1.mp4 shows no face"
        others = "bob 1.mp4: no face to attack; the real video is kept"
    _, problems = run(root)
    assert problems == [f"ann/1.mp4: without sim_warp_swap: {problem}", others]
    table = read_manifest("mine", root.parent / "out", "manifest.csv")
    of_ann = table[table["identity"] == "ann"]
    assert of_ann["attack"].tolist() == ["real", "sim_mouth"]
    assert set(files(root.parent / "out")) == {"manifest.csv", *table["path"]}


def test_nothing_is_made_of_videos_that_cannot_be_read(root: Path) -> None:
    for name, *_ in ROWS:
        (root / name).unlink()
    with pytest.raises(
        UserError, match=r"none of 2 videos can be read; ann/1\.mp4: left out .*: no"
    ):
        run(root)
    assert not (root.parent / "out").exists()


def test_fakes_of_the_user_s_own_are_kept_as_they_are(root: Path) -> None:
    write_manifest(root, [ROWS[0], [ROWS[1][0], "faceswap", "train", "bob"]])
    assert run(root, attacks=["sim_mouth"]) == (3, [])
    table = read_manifest("mine", root.parent / "out", "manifest.csv")
    assert table["attack"].tolist() == ["real", "sim_mouth", "faceswap"]


def test_what_a_fake_was_made_of_goes_on_being_known(root: Path) -> None:
    """Else the leak guard could not see a fake and its original in two splits."""
    rows = [
        [*HEAD, "source"],
        ["ann/1.mp4", "real", "train", "ann", ""],
        ["bob 1.mp4", "faceswap", "test", "ann", "ann/1.mp4"],
    ]
    with (root / "manifest.csv").open("w", newline="", encoding="utf-8") as stream:
        csv.writer(stream).writerows(rows)
    assert run(root, attacks=["sim_mouth"]) == (3, [])
    table = read_manifest("mine", root.parent / "out", "manifest.csv").set_index("attack")
    assert {*table["source"]} == {table.loc["real", "path"]}


def test_swap_needs_somebody_else_in_the_same_split(root: Path) -> None:
    for change in (2, 3):  # another split, or the same person
        rows = [list(row) for row in ROWS]
        rows[1][change] = {2: "val", 3: "ann"}[change]
        write_manifest(root, rows)
        with pytest.raises(UserError, match=r"1\.mp4: nobody else in split train to swap faces"):
            run(root)
        assert run(root, f"without{change}", attacks=["sim_mouth"])[1] == []


def test_a_folder_that_is_not_empty_is_not_touched(root: Path) -> None:
    (root.parent / "out").mkdir()
    (root.parent / "out" / "mine.txt").write_text("x")
    with pytest.raises(UserError, match="out is not empty: name a new folder, or remove it"):
        run(root)
    assert files(root.parent / "out") == {"mine.txt": b"x"}


@pytest.mark.parametrize(
    ("attacks", "said"),
    [(["sim_mouth", "sim_mouth"], "'sim_mouth' is named twice"), ([], "name at least one of")],
)
def test_each_attack_is_named_once(root: Path, attacks: list[str], said: str) -> None:
    with pytest.raises(UserError, match=said):
        run(root, attacks=attacks)
    assert not (root.parent / "out").exists()


def test_unknown_attack_is_named_before_anything_is_made(root: Path) -> None:
    with pytest.raises(UserError, match=r"--attacks: 'sim_foo' is none of sim_decoder_swap"):
        run(root, attacks=["sim_mouth", "sim_foo"])
    assert not (root.parent / "out").exists()
