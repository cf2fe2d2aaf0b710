from dataclasses import asdict
from pathlib import Path

import numpy as np
import pytest

from deepfake_attribution.core import images
from deepfake_attribution.core.errors import UserError
from deepfake_attribution.core.shards import ShardReader, ShardWriter
from deepfake_attribution.faces import face_sheet
from deepfake_attribution.faces.face_report import Doubt
from deepfake_attribution.faces.face_sheet import COLUMNS, GAP, LINE, SIDE

STEP = SIDE + GAP, SIDE + GAP + 3 * LINE  # across and down


def doubts(folder: Path, count: int) -> list[Doubt]:
    """Crops of one grey each, twice as large as they are shown, and darker from one to the next."""
    found = []
    with ShardWriter(folder) as writer:
        for number in range(count):
            crop = np.full((2 * SIDE, 2 * SIDE, 3), 200 - 10 * number, np.uint8)
            where = asdict(writer.add(f"{number}.png", images.encode(crop, "png", 0)))
            row = {
                "video": f"dataset/real/-/a-long-name-{number}",
                "slot": number,
                "person": 0,
            } | where
            found.append(Doubt(row, f"reason {number}"))
    return found


def test_crops_stand_row_by_row_in_their_order(tmp_path: Path) -> None:
    asked = doubts(tmp_path, 12)
    sheet = images.decode(face_sheet.draw(asked, ShardReader(tmp_path)))
    assert sheet.shape == (2 * STEP[1], COLUMNS * STEP[0], 3)
    for number in range(12):
        left, top = STEP[0] * (number % COLUMNS), STEP[1] * (number // COLUMNS)
        place = sheet[top : top + SIDE, left : left + SIDE]
        np.testing.assert_array_equal(place, 200 - 10 * number)
    assert (sheet[STEP[1] :, 2 * STEP[0] :] == face_sheet.PAPER).all()


def test_three_lines_of_text_stand_below_a_crop_and_stay_within_it(tmp_path: Path) -> None:
    sheet = images.decode(face_sheet.draw(doubts(tmp_path, 1), ShardReader(tmp_path)))
    assert sheet.shape == (STEP[1], STEP[0], 3)
    for line in range(3):
        text = sheet[SIDE + line * LINE : SIDE + (line + 1) * LINE]
        assert text.min() < 100
    assert (sheet[SIDE:, -2:] == face_sheet.PAPER).all()


def test_the_same_crops_give_the_same_bytes(tmp_path: Path) -> None:
    asked = doubts(tmp_path, 3)
    drawn = {face_sheet.draw(asked, ShardReader(tmp_path)) for _ in range(2)}
    assert len(drawn) == 1
    assert face_sheet.draw(asked[::-1], ShardReader(tmp_path)) not in drawn


def test_crop_that_is_gone_is_one_clear_error(tmp_path: Path) -> None:
    asked = doubts(tmp_path, 1)
    next(tmp_path.glob("*.tar")).unlink()
    with pytest.raises(UserError, match=r"the crop differs from its index"):
        face_sheet.draw(asked, ShardReader(tmp_path))


def test_person_beside_the_subject_is_named_below_the_crop(tmp_path: Path) -> None:
    asked = doubts(tmp_path, 1)
    other = [Doubt(one.row | {"person": 1}, one.reason) for one in asked]
    first, second = (
        images.decode(face_sheet.draw(each, ShardReader(tmp_path))) for each in (asked, other)
    )
    changed = np.flatnonzero((first != second).any(axis=(1, 2)))
    assert SIDE + LINE <= changed.min() and changed.max() < SIDE + 2 * LINE  # the second line
