"""Videos that lie on their side or are upside down."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from deepfake_attribution.core import images, paths, tables
from deepfake_attribution.core.quarter_turns import turned
from deepfake_attribution.faces import face_crops, orientation
from deepfake_attribution.faces.blazeface import BlazeFace
from deepfake_attribution.faces.face import LEFT_EYE, MOUTH_CENTRE, RIGHT_EYE, Face
from deepfake_attribution.faces.settings import Crop
from finder import FINDER

QUARTERS = [0, 1, 2, 3]


class Marked:
    """Finds the one face of a frame: a red square whose landmarks lie below its blue upper part."""

    def detect(self, frames: Sequence[np.ndarray]) -> list[list[Face]]:
        return [self._faces(frame) for frame in frames]

    def _faces(self, frame: np.ndarray) -> list[Face]:
        (top, bottom), (left, right) = (
            np.flatnonzero(frame.max(axis=2).any(axis=axis))[[0, -1]] for axis in (1, 0)
        )
        if (frame[top, left : right + 1] != (0, 0, 200)).any():  # forehead is not above
            return []
        box = np.array([left, top, right + 1, bottom + 1], np.float32)
        landmarks = np.tile(np.array([left + 1, top + 2], np.float32), (6, 1))
        return [Face(box, landmarks, 0.9)]


def marked() -> np.ndarray:
    frame = np.zeros((60, 100, 3), np.uint8)
    frame[20:44, 30:54] = (200, 0, 0)
    frame[20:30, 30:54] = (0, 0, 200)
    return frame


@pytest.mark.parametrize("quarters", QUARTERS)
def test_faces_of_a_turned_video_are_in_pixels_of_its_frames(quarters: int) -> None:
    frames = [turned(marked(), quarters)] * 3
    finder = Marked()
    turns, found = orientation.orient(
        finder.detect(frames), lambda turns: orientation.seen_turned(frames, turns, finder)
    )
    assert turns == -quarters % 4
    # the box of the marked square, and the landmark's place, worked out by hand for each quarter
    boxes = {0: (30, 20, 54, 44), 1: (20, 46, 44, 70), 2: (46, 16, 70, 40), 3: (16, 30, 40, 54)}
    points = {0: (31, 22), 1: (22, 69), 2: (69, 38), 3: (38, 31)}
    for (face,) in found:
        np.testing.assert_array_equal(face.box, boxes[quarters])
        np.testing.assert_array_equal(face.landmarks[0], points[quarters])


def test_a_video_with_clear_upright_faces_is_not_searched_again() -> None:
    def look(turns: int) -> list[list[Face]]:
        raise AssertionError("searched")

    seen = Marked().detect([marked()])
    assert orientation.orient(seen, look) == (0, seen)
    assert orientation.orient([], look) == (0, [])


def scored(*scores: float) -> list[list[Face]]:
    return [[Face(np.zeros(4), np.zeros((6, 2)), score)] if score else [] for score in scores]


def test_the_clearly_better_orientation_is_taken_and_else_the_upright_one() -> None:
    upright, other, nothing = scored(0.6, 0.0, 0.7), scored(0.9, 0.8, 0.9), scored(0, 0, 0)
    assert orientation.orient(upright, lambda turns: other if turns == 2 else nothing)[0] == 2
    assert orientation.orient(upright, lambda turns: upright) == (0, upright)
    assert orientation.orient(nothing, lambda turns: nothing) == (0, nothing)


CROP = Crop(subject="track", turned=True, margin=0.3, size=96, format="png", quality=95)


def crop_of(
    frame: np.ndarray, settings: Crop, folder: Path, weights_folder: Path
) -> tuple[dict, np.ndarray | None]:
    """Return the row and the crop of a video of this one frame, as stage ``crop`` makes them."""
    from deepfake_attribution.frames import extraction
    from deepfake_attribution.frames.settings import Extract
    from deepfake_attribution.workers import block_files

    (folder / "video").mkdir(parents=True)
    (folder / "video" / "1.png").write_bytes(images.encode(frame, "png", 0))
    extract = Extract(frames=1, format="png", quality=95, max_failed=0.0, max_seconds=60.0)
    task = extraction.Task("v", 0, folder / "video")
    block_files.write(extraction.kind_of(extract), [task], folder / "frames")
    asked = tables.read_rows(paths.index(folder / "frames"))
    kind = face_crops.kind_of(folder / "frames", weights_folder, settings, FINDER, "cpu")
    block_files.write(kind, [asked], folder / "faces")
    (row,) = block_files.read(folder / "faces")
    return row.values, images.decode(row.content) if row.member else None


@pytest.mark.parametrize("quarters", [1, 2, 3])
def test_crop_of_a_video_on_its_side_is_upright_and_the_turn_is_recorded(
    quarters: int, portrait: np.ndarray, weights_folder: Path, tmp_path: Path
) -> None:
    upright, expected = crop_of(portrait, CROP, tmp_path / "upright", weights_folder)
    lying = turned(portrait, quarters)
    row, crop = crop_of(lying, CROP, tmp_path / "lying", weights_folder)
    assert (upright["turn"], row["turn"]) == (0, 90 * (-quarters % 4))
    assert crop is not None and expected is not None
    assert np.abs(crop.astype(int) - expected.astype(int)).mean() < 2  # resized after a turn
    x0, y0, x1, y1 = row["box"]
    (face,) = BlazeFace(weights_folder, "full_range", 0.5).detect([portrait])[0]
    middle = np.array([240.0, 240.0])  # of the frame, 480 x 480: turns leave distances to it
    assert np.hypot(*(np.array([(x0 + x1) / 2, (y0 + y1) / 2]) - middle)) == pytest.approx(
        np.hypot(*((face.box[:2] + face.box[2:]) / 2 - middle)), abs=1
    )


def test_points_of_a_turned_crop_are_upright(
    portrait: np.ndarray, weights_folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The superset's points are shares of the crop's sides: eyes above the mouth."""
    import pandas as pd

    from deepfake_attribution.catalog import superset

    for quarters in QUARTERS:
        lying = turned(portrait, quarters)
        row, _ = crop_of(lying, CROP, tmp_path / str(quarters), weights_folder)
        (points,) = superset._points(pd.DataFrame([row]))
        places = points.reshape(-1, 2)
        assert places[[RIGHT_EYE, LEFT_EYE], 1].max() < places[MOUTH_CENTRE, 1] - 0.1
        assert places[RIGHT_EYE, 0] < places[LEFT_EYE, 0]


def test_nothing_is_turned_where_the_settings_do_not_say_so(
    portrait: np.ndarray, weights_folder: Path, tmp_path: Path
) -> None:
    off = CROP.model_copy(update={"turned": False})
    row, _ = crop_of(turned(portrait, 2), off, tmp_path, weights_folder)
    assert row["turn"] in (0, None)
