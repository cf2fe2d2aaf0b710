import json
import shutil
from functools import partial
from pathlib import Path

import pytest

import further_trees
import tree_damage
from deepfake_attribution.catalog import leaks
from deepfake_attribution.core.errors import UserError
from further_trees import listing

NAME = "dfdc"
message = partial(further_trees.message, NAME)
PART = "train/dfdc_train_part_0"


@pytest.fixture
def root(tmp_path: Path) -> Path:
    further_trees.build(tmp_path, NAME)
    return tmp_path


def entries(root: Path, place: str = PART) -> dict[str, dict[str, str]]:
    return dict(json.loads((root / NAME / place / "metadata.json").read_text()))


def write(root: Path, content: object, place: str = PART) -> None:
    (root / NAME / place / "metadata.json").write_text(json.dumps(content))


def test_parts_and_test_sets_are_listed_with_one_class_of_fakes(root: Path) -> None:
    found = listing(root, NAME)
    counts = found.videos.groupby("attack").size().to_dict()
    assert counts == {"real": 9 + 2 + 3, "DFDC": 24 + 2 + 3}
    assert found.found()[("test", "real")] == found.found()[("test", "DFDC")] == 5
    assert any("47 of 50 parts are missing: 3, 4, 5 and 44 more" in one for one in found.problems)
    # what is missing counts as trained on
    assert found.expected[("train", "real")] + found.expected[("val", "real")] == 19_154
    assert found.expected[("train", "DFDC")] + found.expected[("val", "DFDC")] == 100_000
    few = listing(root, NAME, parts=[0, 2], tested=[])
    assert few.shortages() == [] and len(few.videos) == 22
    assert few.problems == ()
    alone = listing(root, NAME, parts=[], tested=["test"])
    assert {*alone.videos["split"]} == {"test"} and len(alone.videos) == 3 + 3
    assert alone.shortages() == [] and alone.problems == ()
    assert "parts is empty, so name one of validation, test" in message(root, parts=[], tested=[])


def test_a_fake_is_in_the_split_of_its_original(root: Path) -> None:
    videos = listing(root, NAME, val=0.3, test=0.3, tested=[]).videos
    split = videos.set_index("path")["split"]
    fakes = videos[videos["attack"] == "DFDC"]
    assert set(fakes["split"]) == {"train", "val", "test"}
    assert (fakes["split"] == split[fakes["source"]].to_numpy()).all()
    leaks.check_splits(videos)
    for original, row in entries(root).items():
        assert row["label"] != "REAL" or f"{PART}/{original}" in split.index


def test_fakes_of_an_original_that_is_not_there_stay_together(root: Path) -> None:
    before = listing(root, NAME).videos.set_index("path")["split"]
    original = next(name for name, row in entries(root).items() if row["label"] == "REAL")
    (root / NAME / PART / original).unlink()
    found = listing(root, NAME)
    after = found.videos.set_index("path")
    assert after["split"].equals(before.drop(f"{PART}/{original}"))
    assert (after["source"] == "").sum() > 5  # those of the public test set have none, too
    assert f"{root / NAME / PART}: 1 of 11 are missing: {original}" in found.problems
    leaks.check_splits(found.videos)


def test_whole_parts_can_be_split(root: Path) -> None:
    found = listing(root, NAME, split_by="part", val=0.34, tested=[])
    by_part = found.videos.groupby(found.videos["path"].str.split("/").str[1])["split"]
    assert (by_part.nunique() == 1).all() and set(by_part.first()) == {"train", "val"}
    assert not any("the lists name no people" in note for note in found.notes)
    assert "the lists name no people" in listing(root, NAME).notes[0]
    moved = entries(root)  # an original in another part takes its fakes along
    first = next(name for name, row in moved.items() if row["label"] == "REAL")
    other = "train/dfdc_train_part_1"
    write(root, entries(root, other) | {first: moved.pop(first)}, other)
    write(root, moved)
    (root / NAME / PART / first).rename(root / NAME / other / first)
    leaks.check_splits(listing(root, NAME, split_by="part", val=0.34, tested=[]).videos)


def test_other_layouts_of_the_same_files_are_read(root: Path) -> None:
    before = listing(root, NAME).videos
    tree = root / NAME
    (tree / PART).rename(tree / "dfdc_train_part_0")
    (tree / "train/dfdc_train_part_01").mkdir()
    inner = tree / "train/dfdc_train_part_01/dfdc_train_part_1"
    (tree / "train/dfdc_train_part_1").rename(inner)
    rows = json.loads((tree / "test/metadata.json").read_text())
    lines = [f"{name},{row['is_fake']}" for name, row in rows.items()]
    (tree / "test/metadata.json").unlink()
    (tree / "test/labels.csv").write_text("\n".join(["filename,label", *lines]))
    after = listing(root, NAME).videos
    assert list(after["video"]) == list(before["video"])
    assert list(after["split"]) == list(before["split"])
    tree_damage.stray(tree, f"{PART}/metadata.json")
    assert "part 0 is there twice, as train/dfdc_train_part_0 and dfdc_train" in message(root)


def test_files_and_lists_that_do_not_agree_are_named(root: Path) -> None:
    tree_damage.stray(root / NAME, f"{PART}/unlisted.mp4")
    tree_damage.drop(root / NAME, "validation", 1)
    problems = listing(root, NAME).problems
    assert (
        f"{root / NAME / PART}: 1 files are not in metadata.json and are not used: unlisted.mp4"
        in problems
    )
    assert any(one.startswith(f"{root / NAME / 'validation'}: not there, so") for one in problems)


def test_malformed_lists_stop_with_one_line(root: Path) -> None:
    own = entries(root)
    name = next(iter(own))
    path = root / NAME / PART / "metadata.json"
    for content, words in (
        (own | {name: {"label": "real"}}, f'{name}: label is "real", not one of "REAL", "FAKE"'),
        (own | {name: {}}, f"{name}: label is null, not one of"),
        (own | {name: "REAL"}, f'the entry of {name} is "REAL": get DFDC\'s own file again'),
        ([name], "not an object with an entry per video"),
        ({}, "not an object with an entry per video"),
    ):
        write(root, content)
        text = message(root)
        assert text.startswith(f"{path}: ") and words in text, text
    path.write_text("{")
    assert f"{path}: not JSON (" in message(root)
    path.unlink()
    assert message(root).startswith(f"{path}: no such file: it comes with DFDC")


def test_malformed_test_lists_stop_with_one_line(root: Path) -> None:
    tree = root / NAME
    labels = tree / "validation/labels.csv"
    text = labels.read_text()
    labels.write_text(text + text.splitlines()[1] + "\n")
    assert "labels.csv, row 6: " in message(root) and "is listed twice" in message(root)
    labels.write_text(text.replace(",1\n", ",2\n"))
    assert 'row 3: label is "2", not one of' in message(root)
    labels.write_text("filename\na.mp4\n")
    assert "labels.csv: no column 'label'; it has filename" in message(root)
    labels.unlink()
    assert f"{labels}: no such file" in message(root)
    shutil.rmtree(tree / "validation")
    (tree / "test/metadata.json").unlink()
    assert f"{tree / 'test/metadata.json'}: no such file: it comes with DFDC" in message(root)


@pytest.mark.parametrize("wrong", ["..", PART, "validation", "test"])
def test_right_root_is_named_if_it_is_too_deep_or_too_high(root: Path, wrong: str) -> None:
    text = message(root, root=str((root / NAME / wrong).resolve()))
    assert text.endswith(f"; {root / NAME} does: set the root to it"), text


def test_test_sets_beside_a_root_that_is_too_deep_are_named(root: Path) -> None:
    problems = listing(root, NAME, root=str(root / NAME / "train")).problems
    remedy = f"{root / NAME} has it: set datasets.dfdc.root to that folder"
    assert sum(line.endswith(remedy) for line in problems) == 2, problems
    # without parts nothing is left, and the lines say why
    with pytest.raises(UserError) as stop:
        listing(root, NAME, root=str(root / NAME / "train"), parts=[])
    first, *lines = str(stop.value).splitlines()
    assert first == "dataset dfdc: no video is listed"
    assert [line.endswith(remedy) for line in lines] == [True, True]


def test_wrong_roots_and_settings_are_named(root: Path, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    assert "holds no folder of DFDC (dfdc_train_part_0, train/dfdc" in message(
        root, root=str(tmp_path / "empty")
    )
    assert "is not a folder: set it to where DFDC lies" in message(root, root="/nowhere")
    for parts in ([50], [1, 1], "some", ["1"], [True]):
        assert "all, or a list of numbers from 0 to 49, each at most once" in message(
            root, parts=parts
        )
    assert "val and test together are more than all videos" in message(root, val=0.6, test=0.6)
    assert "'private' is none of DFDC's test sets" in message(root, tested=["private"])
