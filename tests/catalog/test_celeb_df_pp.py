from functools import partial
from pathlib import Path

import pandas as pd
import pytest

import further_trees
import name_trees
import tree_damage
from deepfake_attribution.catalog import leaks
from deepfake_attribution.core.errors import UserError
from further_trees import FAMILIES, LIST, listing

NAME = "celeb_df_pp"
message = partial(further_trees.message, NAME)


@pytest.fixture
def root(tmp_path: Path) -> Path:
    further_trees.build(tmp_path, NAME)
    return tmp_path


def test_every_method_is_a_class_and_celeb_df_s_own_has_its_name_there(root: Path) -> None:
    found = listing(root, NAME)
    methods = {method for some in FAMILIES.values() for method in some}
    expected = {"real", "Celeb-synthesis"} | methods - {"Celeb-DF"}
    assert set(found.videos["attack"]) == expected and len(expected) == 23
    assert found.shortages() == [] and found.problems == ()
    assert (found.videos["split"] == "test").sum() == 5 + 22
    leaks.check_splits(found.videos)


def test_families_can_be_chosen_and_be_the_classes(root: Path) -> None:
    found = listing(root, NAME, methods=["TalkingFace", "SimSwap"], classes="family").found()
    assert {attack for _, attack in found} == {"real", "talking_face", "face_swap"}
    assert sum(n for (_, attack), n in found.items() if attack == "talking_face") == 7 * 4
    assert found[("test", "face_swap")] == 1
    by_method = listing(root, NAME, methods=["TalkingFace"]).found()
    assert {attack for _, attack in by_method} == {"real", *FAMILIES["TalkingFace"]}


def test_a_choice_of_methods_moves_no_video_to_another_split(root: Path) -> None:
    split = listing(root, NAME).videos.set_index("path")["split"]
    fewer = listing(root, NAME, methods=["LIA"]).videos.set_index("path")["split"]
    assert fewer.equals(split[fewer.index])


@pytest.mark.parametrize(
    ("methods", "words"),
    [
        (
            ["SimSwaps"],
            "'SimSwaps' is none of Celeb-DF\\+\\+'s families and methods: did you mean SimSwap\\? "
            "There are FaceSwap",
        ),
        (["LIA", "LIA"], "'LIA' is named twice"),
        (["FaceReenact", "LIA"], "'LIA' is named by itself and by its family: keep one"),
    ],
)
def test_wrong_methods_are_named(root: Path, methods: list[str], words: str) -> None:
    with pytest.raises(UserError, match=words):
        listing(root, NAME, methods=methods)


def test_names_tell_target_donor_and_original(root: Path) -> None:
    videos = listing(root, NAME).videos.set_index("path")
    swap = videos.loc["Celeb-synthesis/FaceSwap/SimSwap/id1_id2_0000.mp4"]
    assert (swap["identity"], swap["donor"]) == ("id1", "id2")
    assert swap["source"] == "Celeb-real/id1_0000.mp4"
    assert swap["video"].endswith("/SimSwap/released/Celeb-synthesis/FaceSwap/SimSwap/id1_id2_0000")
    moved = videos.loc["Celeb-synthesis/FaceReenact/LIA/id1_id2_0000.mp4"]
    assert (moved["identity"], moved["donor"]) == ("id1", "")  # nobody's face was put there
    talking = videos.loc["Celeb-synthesis/TalkingFace/FLOAT/id1_0000_test_00001.mp4"]
    assert (talking["identity"], talking["donor"]) == ("id1", "")
    assert talking["source"] == "Celeb-real/id1_0000.mp4"


def test_celeb_df_beside_it_must_split_people_alike(root: Path) -> None:
    name_trees.build(root, "celeb_df")
    other = name_trees.listing(root, "celeb_df", validation=0.3).videos
    people = other[other["identity"].str.startswith("id")]

    def both(seed: int) -> pd.DataFrame:
        videos = listing(root, NAME, validation_seed=seed).videos
        return pd.concat([people, videos[videos["identity"].str.startswith("id")]])

    leaks.check_splits(both(1))
    with pytest.raises(UserError, match="dataset Celeb-DF: footage of 'id"):
        leaks.check_splits(both(3))


def test_both_names_of_celeb_df_s_own_folder_and_a_further_videos_are_read(root: Path) -> None:
    before = listing(root, NAME).videos
    place = root / NAME / "Celeb-synthesis/FaceSwap"
    (place / "Celeb-DF").rename(place / "Celeb-DF-v2")
    files = [*(place / "SimSwap").iterdir()]
    (place / "SimSwap/videos").mkdir()
    for file in files:
        file.rename(place / "SimSwap/videos" / file.name)
    after = listing(root, NAME).videos
    assert list(after["video"]) == list(before["video"])
    assert list(after["split"]) == list(before["split"])
    path = root / NAME / LIST
    path.write_text(path.read_text().replace("/Celeb-DF/", "/Celeb-DF-v2/"))
    assert list(listing(root, NAME).videos["split"]) == list(before["split"])


def test_labels_may_be_turned_all_or_none(root: Path) -> None:
    before = listing(root, NAME).videos
    path = root / NAME / LIST
    tree_damage.flip_labels(path)
    assert listing(root, NAME).videos.equals(before)
    lines = path.read_text().splitlines()
    path.write_text("\n".join(["1" + lines[0][1:], *lines[1:]]))
    assert "the label of 26 of 27 lines says otherwise" in message(root)


def test_missing_folder_and_videos_are_named(root: Path) -> None:
    place = root / NAME / "Celeb-synthesis"
    tree_damage.drop(place, "FaceReenact/LIA", 1)
    (place / "FaceReenact/LIA2").mkdir()
    (gone,) = tree_damage.drop(place, "TalkingFace/FLOAT/*", 1)
    found = listing(root, NAME)
    lines = (
        f"{place}/FaceReenact/LIA: not there, so there is no class LIA: get it, or take it out "
        "of methods; there is a folder 'LIA2': is it meant?",
        f"test list: 2 of 27 are missing: Celeb-synthesis/FaceReenact/LIA/id0_id1_0000.mp4, "
        f"Celeb-synthesis/TalkingFace/FLOAT/{gone.name}",
    )
    assert found.problems == lines
    assert "test LIA: 0 of 1 videos are there" in found.shortages()


def test_other_trees_and_lists_are_refused(root: Path) -> None:
    tree = root / NAME
    tree_damage.shorten_list(tree / LIST, 1)
    assert "26 lines (5 real, 21 fake), but the list has 27 (5 real, 22 fake)" in message(root)
    (tree / LIST).unlink()
    assert message(root).startswith(f"{tree / LIST}: no such file: Celeb-DF++ comes with it")
    tree_damage.stray(tree, "Celeb-synthesis/FaceSwap/GHOST/id0_0000.mp4")
    further_trees.build(root, NAME)
    assert "GHOST: id0_0000.mp4: not a name that belongs there, such as id0_id1" in message(root)
    for family in FAMILIES:
        tree_damage.drop(tree, f"Celeb-synthesis/{family}", 1)
    assert "this is not Celeb-DF++ (for Celeb-DF v2 there is the adapter celeb_df)" in message(root)
    assert f"{tree} has: set the root to it" in message(root, root=str(root))
