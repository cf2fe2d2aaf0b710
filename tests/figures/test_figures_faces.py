from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from small_project import GREY

from deepfake_attribution.core import paths, tables
from deepfake_attribution.core.errors import UserError
from deepfake_attribution.figures import contact_sheet, people
from deepfake_attribution.figures.style import Classes

CLASSES = Classes(["real", "mouth", "swap"], ["morph"])
ORDER = CLASSES.names()


def edit_catalog(dataset: str, **columns: object) -> None:
    table = tables.read(paths.catalog(dataset))
    tables.write(table.assign(**columns), paths.catalog(dataset))


def test_a_column_is_a_person_and_its_rows_are_the_same_frame(project: Path) -> None:
    block = people.choose("one", ORDER, 3)
    assert block is not None and list(block.people) == ["test-0", "test-1", "test-2"]
    assert [row.attack for row in block.rows] == ["real", "mouth", "swap"]
    for row in block.rows:
        assert not row.others
        assert [crop.name for crop in row.crops] == [
            (f"one/{row.attack}/-/{person}", 2) for person in block.people
        ]


def test_source_wins_over_identity(project: Path) -> None:
    """A fake of one person's other clip is not shown where one of this clip is there."""
    table = tables.read(paths.catalog("one"))
    swaps = (table["attack"] == "swap") & (table["split"] == "test")
    table.loc[swaps, "identity"] = "test-0"
    tables.write(table, paths.catalog("one"))
    block = people.choose("one", ORDER, 4)
    swapped = next(row for row in block.rows if row.attack == "swap")
    assert [crop.name[0] for crop in swapped.crops] == [f"one/swap/-/test-{n}" for n in range(4)]


def test_frame_that_one_video_lacks_is_not_taken(project: Path) -> None:
    index = tables.read(paths.index(paths.faces("one")))
    lost = (index["video"] == "one/swap/-/test-0") & (index["slot"] == 2)
    index.loc[lost, "status"] = "no_face"
    tables.write(index, paths.index(paths.faces("one")))
    block = people.choose("one", ORDER, 2)
    assert [[crop.name[1] for crop in row.crops] for row in block.rows] == [[3, 2]] * 3


def test_other_people_of_a_video_are_not_on_the_sheet(project: Path) -> None:
    index = tables.read(paths.index(paths.faces("one")))
    expected = people.choose("one", ORDER, 2)
    others = index.assign(person=1, hash="another")
    tables.write(pd.concat([index, others]), paths.index(paths.faces("one")))
    block = people.choose("one", ORDER, 2)
    for row, before in zip(block.rows, expected.rows, strict=True):
        for crop, same in zip(row.crops, before.crops, strict=True):
            pd.testing.assert_series_equal(crop, same)


def test_person_without_a_fake_leaves_a_gap_and_stands_last(project: Path) -> None:
    table = tables.read(paths.catalog("one"))
    gone = table["video"] == "one/swap/-/test-0"
    tables.write(table[~gone], paths.catalog("one"))
    block = people.choose("one", ORDER, 4)
    assert list(block.people) == ["test-1", "test-2", "test-3", "test-0"]
    assert [row.crops[3] is None for row in block.rows] == [False, False, True]


def test_fakes_of_other_people_are_shown_with_a_note(project: Path) -> None:
    table = tables.read(paths.catalog("new"))
    table.loc[table["attack"] == "morph", ["identity", "source"]] = ""
    tables.write(table, paths.catalog("new"))
    block = people.choose("new", ORDER, 2)
    assert [(row.attack, row.others, len(row.crops)) for row in block.rows] == [
        ("real", False, 2),
        ("morph", True, 2),
    ]


def test_dataset_of_fakes_only_and_one_without_faces(project: Path) -> None:
    block = people.choose("few", ORDER, 4)
    assert [row.attack for row in block.rows] == ["morph"] and len(block.people) == 1
    edit_catalog("few", split="val")
    assert people.choose("few", ORDER, 4) is None


def test_sheet_shows_the_crops_in_their_places(project: Path) -> None:
    blocks = [people.choose(name, ORDER, 4) for name in ("one", "few")]
    figure = contact_sheet.draw(blocks, ["one"], CLASSES)
    sheet = figure.axes[0].images[0].get_array()
    step, side = contact_sheet.SIDE + contact_sheet.GAP, contact_sheet.SIDE
    assert sheet.shape == (2 * contact_sheet.HEADING + 4 * step, 4 * step, 3)
    for down, attack in enumerate(("real", "mouth", "swap")):
        for along in range(4):
            top = contact_sheet.HEADING + down * step
            crop = sheet[top : top + side, along * step : along * step + side]
            assert (crop == GREY[attack] + 2).all()
    lower = sheet[-step : -contact_sheet.GAP]
    assert (lower[:, :side] == GREY["morph"] + 2).all()
    assert (lower[:, step:] == contact_sheet.PAPER).all()
    texts = {text.get_text() for text in figure.texts}
    assert {"one (trained on)", "few (not trained on)", "real", "mouth", "swap", "morph"} <= texts


def test_damaged_shard_is_named(project: Path) -> None:
    shard = next(paths.faces("one").glob("*.tar"))
    content = np.frombuffer(shard.read_bytes(), np.uint8).copy()
    shard.write_bytes((content ^ 1).tobytes())
    block = people.choose("one", ORDER, 2)
    with pytest.raises(UserError, match=r"faces/one/shard-00000\.tar: at byte \d+ .*crop@one"):
        contact_sheet.draw([block], ["one"], CLASSES)
