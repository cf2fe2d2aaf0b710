import json
from functools import partial
from pathlib import Path
from typing import Any

import pytest

import further_trees
import tree_damage
from deepfake_attribution.catalog import leaks
from further_trees import listing

NAME = "dfdc_preview"
message = partial(further_trees.message, NAME)


@pytest.fixture
def root(tmp_path: Path) -> Path:
    further_trees.build(tmp_path, NAME)
    return tmp_path


def entries(root: Path) -> dict[str, dict[str, Any]]:
    return dict(json.loads((root / NAME / "dataset.json").read_text()))


def test_each_method_is_a_class_and_the_test_videos_are_the_list_s(root: Path) -> None:
    found = listing(root, NAME)
    assert set(found.videos["attack"]) == {"real", "DFDC-method_A", "DFDC-method_B"}
    assert (found.problems, found.shortages()) == ((), [])
    tested = found.videos[found.videos["split"] == "test"]["path"]
    assert set(tested) == {path for path, row in entries(root).items() if row["set"] == "test"}
    assert set(listing(root, NAME, methods=["method_B"]).videos["attack"]) == {
        *("real", "DFDC-method_B")
    }


def test_validation_part_is_by_person_and_a_fake_has_its_clip(root: Path) -> None:
    videos = listing(root, NAME).videos
    learnt = videos[videos["split"] != "test"]
    assert (learnt.groupby("identity")["split"].nunique() == 1).all()
    assert set(learnt["split"]) == {"train", "val"}
    leaks.check_splits(videos)
    fake = videos[videos["attack"] == "DFDC-method_A"].iloc[0]
    donor, person = Path(fake["path"]).stem.split("_")[:2]
    assert (fake["identity"], fake["donor"]) == (person, donor)
    assert fake["source"] == f"original_videos/{person}/{person}_A_001.mp4"


def test_missing_videos_are_named_and_move_no_other(root: Path) -> None:
    before = listing(root, NAME).videos.set_index("path")["split"]
    (gone,) = tree_damage.drop(root / NAME, "method_A/*/*/*", 1)
    found = listing(root, NAME)
    inside = gone.relative_to(root / NAME).as_posix()
    assert found.problems == (f"dataset.json: 1 of 36 are missing: {inside}",)
    assert found.videos.set_index("path")["split"].equals(before.drop(inside))


def test_malformed_lists_and_wrong_roots_stop_with_one_line(root: Path) -> None:
    own = entries(root)
    real, fake = (next(one for one in own if one.startswith(kind)) for kind in ("orig", "method_A"))
    path = root / NAME / "dataset.json"
    for changed, words in (
        ({real: own[real] | {"label": "fake"}}, "label fake in the folder original_videos"),
        ({fake: own[fake] | {"label": "real"}}, "label real in the folder method_A: real ones are"),
        ({fake: own[fake] | {"set": "val"}}, f'{fake}: set is "val", not one of "train", "test"'),
        ({fake: own[fake] | {"target_id": None}}, "no target_id, who is seen"),
        ({"../x.mp4": own[real]}, "the path leads out of the root"),
    ):
        path.write_text(json.dumps(own | changed))
        text = message(root)
        assert text.startswith(f"{path}: ") and words in text, text
    path.unlink()
    assert message(root).startswith(f"{path}: no such file: it comes with the DFDC preview")
    assert "is not the root of the DFDC preview: it has no orig" in message(root, root=str(root))
    assert "'method_C' is none of the preview's methods" in message(root, methods=["method_C"])
