"""Small pictures of judged frames, and the boxes on them."""

from dataclasses import replace
from pathlib import Path

import numpy as np

import fake_analysis as fake
from deepfake_attribution.analyse.examination import frames
from deepfake_attribution.core import images, tables
from deepfake_attribution.frames import extraction
from deepfake_attribution.frames.extraction import Task
from deepfake_attribution.workers import block_files
from small_bundle import record
from video_files import pictures, write_frames


def test_frames_with_faces_are_chosen_evenly() -> None:
    assert frames.chosen([3, 1, 1, 2]) == [1, 2, 3]
    assert frames.chosen(range(80)) == [5, 15, 25, 35, 45, 55, 65, 75]
    assert frames.chosen([]) == []


def test_pictures_are_small_and_know_the_size_of_the_frame(tmp_path: Path) -> None:
    path = write_frames(tmp_path / "a.mp4", pictures(4, 96, 640))
    kind = extraction.kind_of(record().extract)
    block_files.write(kind, [Task("v", 0, path)], tmp_path / "frames")
    rows = tables.read_rows(tmp_path / "frames" / block_files.INDEX)
    found = frames.taken(tmp_path / "frames", rows, [1, 3])
    assert list(found) == [1, 3] and found[1][1] == (640, 96)
    assert images.decode(found[1][0]).shape == (48, 320, 3)


def test_box_of_the_person_who_decides_is_yellow_and_others_are_white() -> None:
    grey = images.encode(np.full((100, 200, 3), 90, np.uint8), "jpeg", 95)
    made = fake.result("a.mp4", 0.75, 0.25)
    boxes = {0: (200.0, 40.0, 300.0, 160.0), 1: (40.0, 40.0, 120.0, 160.0)}
    shown = tuple(
        replace(one, picture=grey, size=(400, 200), box=boxes[one.person]) for one in made.frames
    )
    found = frames.boxed(replace(made, frames=shown))
    assert [frame.slot for frame, _ in found] == [0, 1, 2, 3] and found[0][0].person == 1
    image = images.decode(found[0][1]).astype(int)
    yellow, white = image[50, 19:22].max(axis=0), image[50, 99:102].max(axis=0)
    assert yellow[0] > 200 and yellow[2] < 150 and white.min() > 200
    assert frames.boxed(made) == []
