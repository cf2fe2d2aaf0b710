"""Two rendered people in one picture, from frames to crops, with the real detector."""

from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from block_kinds import spread
from deepfake_attribution.core import images, tables
from deepfake_attribution.core.shards import ShardReader
from deepfake_attribution.faces import face_crops
from deepfake_attribution.faces.face_crops import crop_faces
from deepfake_attribution.faces.settings import Crop
from deepfake_attribution.frames.extraction import SCHEMA as FRAMES
from deepfake_attribution.render.clip import View, render_clip
from deepfake_attribution.render.people import draw_person
from deepfake_attribution.render.scene import draw_scene
from deepfake_attribution.workers import blocks
from deepfake_attribution.workers.blocks import Row
from finder import FINDER

ALL = Crop(subject="all", turned=False, margin=0.3, size=64, format="png", quality=95)
SIDE, SHOWN = 240, 5
# Of every frame of a video who is seen: the person on the left, the one on the right.
SEEN = {
    "both": [(True, True)] * SHOWN,
    "one_leaves": [(True, True)] * 3 + [(True, False)] * 2,
    "passes_by": [(True, True)] + [(True, False)] * 4,
    "nobody": [(False, False)] * 2,
}


@pytest.fixture(scope="module", autouse=True)
def one_thread() -> Iterator[None]:
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)
    face_crops._detector.cache_clear()


@cache
def portraits(number: int) -> list[np.ndarray]:
    """Return frames of a person before a wall, (SIDE, SIDE, 3) uint8 each."""
    person, scene = draw_person("tests", number), draw_scene("tests", number)
    return render_clip(person, scene, View(SIDE, SIDE, 5), number, SHOWN).frames


@pytest.fixture(scope="module")
def frames(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of frames that show two people beside each other, one, or nobody."""
    here = tmp_path_factory.mktemp("several")
    wall = np.full((SIDE, SIDE, 3), 120, np.uint8)
    rows = []
    for video, shown in SEEN.items():
        for slot, sides in enumerate(shown):
            parts = [portraits(number)[slot] if seen else wall for number, seen in enumerate(sides)]
            values = {"video": video, "slot": slot, "frame": slot, "time_s": slot / 5}
            values |= {"status": "ok", "reason": "", "width": 2 * SIDE, "height": SIDE}
            content = images.encode(np.hstack(parts), "png", 0)
            rows.append(Row(values, f"{video}/{slot:03d}.png", content))
    kind = blocks.Kind(iter, iter, FRAMES)
    blocks.process([rows], kind, here / "w", here / "frames", spread(1), "frames")
    return here / "frames"


def run(
    frames: Path, weights: Path, out: Path, settings: Crop, workers: int = 1
) -> list[dict[str, Any]]:
    place = out.with_name(f"{out.name}-work")
    crop_faces(frames, weights, settings, FINDER, spread(workers), place, out)
    return tables.read_rows(out / "index.parquet")


def test_each_of_two_people_has_crops_of_their_own_half(
    frames: Path, weights_folder: Path, tmp_path: Path
) -> None:
    rows = run(frames, weights_folder, tmp_path / "all", ALL)
    slots = {(row["video"], row["person"]): [] for row in rows}
    for row in rows:
        slots[row["video"], row["person"]].append((row["slot"], row["status"]))
    every = [(slot, "ok") for slot in range(SHOWN)]
    assert slots == {
        ("both", 0): every,
        ("both", 1): every,
        ("one_leaves", 0): every,
        ("one_leaves", 1): every[:3],
        ("passes_by", 0): every,
        ("nobody", 0): [(0, "no_face"), (1, "no_face")],
    }
    order = list(SEEN)
    keys = [(order.index(row["video"]), row["slot"], row["person"]) for row in rows]
    assert keys == sorted(keys)
    for video in ("both", "one_leaves"):
        halves = {
            (row["person"], (row["box"][0] + row["box"][2]) / 2 > SIDE)
            for row in rows
            if row["video"] == video
        }
        assert len(halves) == 2 and len({right for _, right in halves}) == 2
    assert [row["faces"] for row in rows if row["video"] == "passes_by"] == [2, 1, 1, 1, 1]
    reader = ShardReader(tmp_path / "all")
    crops = [row for row in rows if row["status"] == "ok"]
    for row in crops:
        cut = images.decode(reader.read(row["shard"], row["offset"], row["length"]))
        assert cut.shape == (64, 64, 3)
    reader.close()
    assert len({row["member"] for row in crops}) == len(crops)


def test_person_0_is_the_one_that_is_followed(
    frames: Path, weights_folder: Path, tmp_path: Path
) -> None:
    everybody = run(frames, weights_folder, tmp_path / "all", ALL)
    one = ALL.model_copy(update={"subject": "track"})
    followed = run(frames, weights_folder, tmp_path / "track", one)
    place = {"shard", "offset"}
    assert [
        {name: value for name, value in row.items() if name not in place}
        for row in everybody
        if row["person"] == 0
    ] == [{name: value for name, value in row.items() if name not in place} for row in followed]


@pytest.mark.slow
def test_the_same_bytes_with_one_process_and_with_two(
    frames: Path, weights_folder: Path, tmp_path: Path
) -> None:
    made = []
    for workers in (1, 2):
        run(frames, weights_folder, tmp_path / str(workers), ALL, workers)
        made.append({path.name: path.read_bytes() for path in (tmp_path / str(workers)).iterdir()})
    assert made[0] == made[1] and len(made[0]) == 4
