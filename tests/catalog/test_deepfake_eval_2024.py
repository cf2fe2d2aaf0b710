from functools import partial
from pathlib import Path

import pytest

import further_trees
import tree_damage
from further_trees import listing

NAME = "deepfake_eval_2024"
message = partial(further_trees.message, NAME)
TABLE = "video-metadata-publish.csv"


@pytest.fixture
def root(tmp_path: Path) -> Path:
    further_trees.build(tmp_path, NAME)
    return tmp_path


def test_all_rows_or_the_kept_ones_are_tested_on(root: Path) -> None:
    found = listing(root, NAME)
    assert found.found() == {("test", "real"): 4, ("test", "Deepfake-Eval-2024"): 5}
    assert found.shortages() == []
    kept = listing(root, NAME, tested="test")
    assert kept.found() == {("test", "real"): 2, ("test", "Deepfake-Eval-2024"): 3}
    assert any(path.endswith(".webm") for path in found.videos["path"])


def test_what_is_neither_real_nor_fake_is_not_used_and_counted(root: Path) -> None:
    (line,) = listing(root, NAME).problems
    assert line.startswith(f"{TABLE}: 2 videos are neither Real nor Fake ('Video Ground Truth' is")
    assert "there is a later table, video-metadata-publish-with-links.csv" in line
    (line,) = listing(root, NAME, tested="test").problems
    assert line.startswith(f"{TABLE}: 1 videos are neither")


def test_missing_and_unlisted_files_are_named(root: Path) -> None:
    place = root / NAME / "video-data"
    (gone,) = tree_damage.drop(place, "*.webm", 1)
    tree_damage.stray(place, "more.mp4")
    found = listing(root, NAME)
    assert f"video-data: 1 of 9 videos are missing: {gone.name}" in found.problems
    assert f"video-data: 1 files are not in {TABLE} and are not used: more.mp4" in found.problems
    assert found.shortages() == ["test Deepfake-Eval-2024: 4 of 5 videos are there"]


def test_wrong_tables_and_roots_stop_with_one_line(root: Path) -> None:
    path = root / NAME / TABLE
    text = path.read_text()
    second = text.splitlines()[1].split(",")[0]
    for changed, words in (
        (text.replace(",Fake,", ",Fakes,", 1), "row 2: Video Ground Truth is 'Fakes': get the"),
        (text.replace(',train\n"', ",dev\n", 1).replace("train", "dev", 1), "Set is 'dev'"),
        (text + text.splitlines()[1] + "\n", f"row 13: '{second}' is listed twice"),
        (text.replace("Finetuning Set", "Set"), "no column 'Finetuning Set'; it has Filename"),
    ):
        path.write_text(changed)
        assert message(root).startswith(f"{path}") and words in message(root), message(root)
    assert "no column 'Filename'" not in message(root)
    assert "other.csv: no such file: it lists one" in message(root, metadata="other.csv")
    assert "the name of a file in the root, not a path" in message(root, metadata="../x.csv")
    tree_damage.drop(root / NAME, "video-data", 1)
    assert "is not the root of Deepfake-Eval-2024: it has no video-data" in message(root)
