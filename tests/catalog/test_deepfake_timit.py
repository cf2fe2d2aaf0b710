from pathlib import Path

import pytest

import name_trees
import tree_damage
from deepfake_attribution.core.errors import UserError
from name_trees import listing


@pytest.fixture
def root(tmp_path: Path) -> Path:
    name_trees.build(tmp_path, "deepfake_timit")
    return tmp_path


@pytest.fixture
def tree(root: Path) -> Path:
    return root / "deepfake_timit"


def message(root: Path, **changed: object) -> str:
    with pytest.raises(UserError) as stop:
        listing(root, "deepfake_timit", **changed)
    assert "\n" not in str(stop.value)
    return str(stop.value)


def test_a_folder_of_images_is_a_real_video_and_heads_are_left_out(root: Path) -> None:
    videos = listing(root, "deepfake_timit").videos
    reals = videos[videos["attack"] == "real"]
    assert len(reals) == 4 * 2 and set(videos["split"]) == {"test"}
    for real in reals.itertuples(index=False):
        assert Path(real.path).parent.as_posix() == f"VidTIMIT/{real.identity}/video"
    assert not reals["path"].str.contains("head").any()


def test_a_fake_knows_its_original_and_its_donor(root: Path) -> None:
    videos = listing(root, "deepfake_timit").videos
    fakes = videos[videos["attack"] != "real"]
    assert fakes.groupby("attack").size().to_dict() == {"higher_quality": 6, "lower_quality": 6}
    reals = videos[videos["attack"] == "real"].set_index("path")
    for fake in fakes.itertuples(index=False):
        assert reals.loc[fake.source, "identity"] == fake.identity != fake.donor
        assert Path(fake.path).stem.endswith(f"-video-{fake.donor}")


def test_subjects_all_or_only_those_swapped(root: Path) -> None:
    videos = listing(root, "deepfake_timit", subjects="swapped").videos
    reals = videos[videos["attack"] == "real"]
    assert set(reals["identity"]) == set(videos[videos["attack"] != "real"]["identity"])
    assert len(reals) == 3 * 2
    assert listing(root, "deepfake_timit", subjects="swapped").expected[("test", "real")] == 320


def test_qualities_are_a_setting(root: Path) -> None:
    videos = listing(root, "deepfake_timit", qualities=["lower_quality"]).videos
    assert set(videos["attack"]) == {"real", "lower_quality"}
    assert "'low' is none of DeepfakeTIMIT's qualities: higher_quality, lower_quality" in message(
        root, qualities=["low"]
    )


def test_films_encoded_again_are_accepted(root: Path, tree: Path) -> None:
    before = listing(root, "deepfake_timit").videos
    for sequence in list(tree.glob("VidTIMIT/*/video/s*")):
        tree_damage.drop(sequence.parent, sequence.name, 1)
        tree_damage.stray(sequence.parent, f"{sequence.name}.avi")
    after = listing(root, "deepfake_timit").videos
    assert list(after["video"]) == list(before["video"])
    assert after[after["attack"] == "real"]["path"].str.endswith(".avi").all()


def test_an_empty_sequence_and_a_strange_name_are_told(root: Path, tree: Path) -> None:
    sequence = sorted(tree.glob("VidTIMIT/*/video/s*"))[0]
    tree_damage.drop(sequence, "*", 1)
    subject = sorted(tree.glob("DeepfakeTIMIT/higher_quality/*"))[0]
    tree_damage.stray(subject, "copy.avi")
    found = listing(root, "deepfake_timit")
    assert len(found.videos) == 8 + 12
    assert any("copy.avi" in line for line in found.problems)
    assert any("1 sequences have no image" in line for line in found.problems)


def test_swapped_or_missing_folders_are_refused(root: Path, tree: Path) -> None:
    tree_damage.swap_folders(tree / "VidTIMIT", tree / "DeepfakeTIMIT")
    assert "were DeepfakeTIMIT and VidTIMIT swapped?" in message(root)
    tree_damage.drop(tree, "VidTIMIT", 1)
    assert "it has no VidTIMIT (it holds DeepfakeTIMIT)" in message(root)
