from functools import partial
from pathlib import Path

import pandas as pd
import pytest

import further_trees
import tree_damage
from deepfake_attribution.catalog import leaks
from deepfake_attribution.catalog.registry import list_videos
from deepfake_attribution.core.errors import UserError
from further_trees import LIST, listing

NAME = "dfdm"
message = partial(further_trees.message, NAME)


@pytest.fixture
def root(tmp_path: Path) -> Path:
    further_trees.build(tmp_path, "celeb_df_pp", NAME)
    return tmp_path


def test_fakes_are_in_the_split_of_their_clip(root: Path) -> None:
    found = listing(root, NAME).videos
    assert set(found["attack"]) == {
        f"DFDM-{one}" for one in ("Faceswap", "Lightweight", "IAE", "Dfaker", "DFL-H128")
    }
    assert set(found["compression"]) == {"crf23"} and len(found) == 5 * 8
    originals = listing(root, "celeb_df_pp").videos.set_index("video")["split"]
    assert (found["split"] == originals[found["source"]].to_numpy()).all()
    assert set(found["split"]) == {"train", "val", "test"}
    row = found.iloc[0]
    assert (row["identity"], row["donor"]) == ("id0", "id1")


def test_no_person_is_in_training_and_validation_of_either_dataset(root: Path) -> None:
    both = pd.concat([listing(root, name).videos for name in ("celeb_df_pp", NAME)])
    leaks.check_splits(both)
    other = listing(root, NAME, splits_from="celeb_df_pp").videos.copy()
    other["split"] = other["split"].replace({"val": "train", "train": "val"})
    with pytest.raises(UserError, match="dataset Celeb-DF: footage of 'id"):
        leaks.check_splits(pd.concat([both[both["dataset"] != NAME], other]))


def test_all_can_be_tested_on_unless_their_clips_are_trained_on(root: Path) -> None:
    found = listing(root, NAME, tested="all", models=["IAE"])
    assert found.found() == {("test", "DFDM-IAE"): 8}
    assert found.shortages() == ["test DFDM-IAE: 8 of 430 videos are there"]
    leaks.check_splits(found.videos)
    with pytest.raises(UserError, match="footage of 'id1' is in both train"):
        leaks.check_splits(pd.concat([listing(root, "celeb_df_pp").videos, found.videos]))


def test_a_model_is_named_by_the_file_or_its_folder(root: Path) -> None:
    place = root / NAME / "DFDM_crf23"
    before = listing(root, NAME).videos
    for file in [*place.glob("*_4dfaker.mp4")]:
        (place / "Dfaker").mkdir(exist_ok=True)
        file.rename(place / "Dfaker" / file.name.replace("4dfaker", "x"))
    after = listing(root, NAME).videos
    assert sorted(after["attack"]) == sorted(before["attack"])
    tree_damage.stray(place, "id0_id1_0000_deepfacelab.mp4")
    assert "deepfacelab.mp4: names none of DFDM's models (Faceswap, Lightweight" in message(root)


def test_wrong_trees_and_settings_are_named(root: Path) -> None:
    place = root / NAME / "DFDM_crf23"
    tree_damage.stray(place, "anna_1faceswap.mp4")
    assert "anna_1faceswap.mp4: not a name of DFDM, such as id0_id1_0000_1fac" in message(root)
    text = message(root, splits_from="dfdc")
    assert "datasets.dfdm.splits_from: 'dfdc' is read by the adapter dfdc: name a dataset" in text
    assert "'nobody' is none of the datasets" in message(root, splits_from="nobody")
    wrong = further_trees.datasets(root, celeb_df_pp={"validation": "x"})
    with pytest.raises(
        UserError, match=r"datasets\.celeb_df_pp: no number validation, which split"
    ):
        list_videos(NAME, wrong)
    tree_damage.drop(root, f"celeb_df_pp/{LIST}", 1)
    assert message(root).startswith(f"{root / 'celeb_df_pp' / LIST}: no such file: Celeb-DF comes")
    tree_damage.drop(root, "dfdm/DFDM_crf23", 1)
    assert "is not the root of DFDM: it has no DFDM_crf23" in message(root)
