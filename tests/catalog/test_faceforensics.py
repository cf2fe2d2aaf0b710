import json
from pathlib import Path

import pytest

import name_trees
import tree_damage
from deepfake_attribution.catalog.registry import list_videos
from deepfake_attribution.core.errors import UserError
from name_trees import listing

FAKES = "manipulated_sequences"


@pytest.fixture
def root(tmp_path: Path) -> Path:
    name_trees.build(tmp_path, "faceforensics", "hififace", "deeperforensics")
    return tmp_path


def message(root: Path, name: str, /, **changed: object) -> str:
    with pytest.raises(UserError) as stop:
        listing(root, name, **changed)
    text = str(stop.value)
    assert "\n" not in text
    return text


def pair(root: Path, split: str) -> list[str]:
    return json.loads((root / f"faceforensics/splits/{split}.json").read_text())[0]


def test_a_pair_and_its_fakes_are_in_its_split(root: Path) -> None:
    a, b = pair(root, "test")
    rows = listing(root, "faceforensics").videos.set_index("video")
    row = rows.loc[f"faceforensics/Face2Face/c23/{a}_{b}"]
    assert (row["split"], row["identity"], row["donor"]) == ("test", a, b)
    assert row["path"] == f"{FAKES}/Face2Face/c23/videos/{a}_{b}.mp4"
    assert row["source"] == f"original_sequences/youtube/c23/videos/{a}.mp4"
    assert row["footage"] == [f"faceforensics/{a}", f"faceforensics/{b}"]
    assert rows.loc[f"faceforensics/real/c23/{b}", "split"] == "test"
    assert rows.loc[f"faceforensics/Deepfakes/c23/{b}_{a}", "split"] == "test"


def test_fakes_made_from_it_take_splits_and_reals_by_its_key(root: Path) -> None:
    a, b = pair(root, "val")
    hifi = listing(root, "hififace").videos.set_index("video")
    row = hifi.loc[f"hififace/HifiFace/c23/{a}_{b}"]
    assert (row["split"], row["source"]) == ("val", f"faceforensics/real/c23/{a}")
    assert row["footage"] == [f"faceforensics/{a}", f"faceforensics/{b}"]
    deeper = listing(root, "deeperforensics").videos
    own = deeper[(deeper["identity"] == a) & (deeper["attack"] == "end_to_end")].iloc[0]
    assert own["split"] == "val" and own["footage"] == [f"faceforensics/{a}"]
    assert set(deeper["attack"]) == {"end_to_end", "reenact_postprocess"}
    assert set(deeper["dataset"]) == {"deeperforensics"}


@pytest.mark.parametrize("place", ["splits", "dataset/splits"])
def test_split_lists_are_found_where_users_keep_them(root: Path, place: str) -> None:
    folder = root / "faceforensics"
    if place != "splits":
        (folder / place).parent.mkdir()
        (folder / "splits").rename(folder / place)
    assert len(listing(root, "faceforensics").videos) == 6 * 16


@pytest.mark.parametrize(("folder", "asked"), [("raw", "c0"), ("c0", "raw"), ("raw", "raw")])
def test_uncompressed_level_has_two_names(root: Path, folder: str, asked: str) -> None:
    for place in (root / "faceforensics").glob("*_sequences/*/c23"):
        place.rename(place.with_name(folder))
    videos = listing(root, "faceforensics", compression=asked).videos
    assert set(videos["compression"]) == {"raw"}
    assert videos["path"].str.contains(f"/{folder}/videos/").all()


def test_partial_data_is_told_and_goes_on(root: Path) -> None:
    gone = tree_damage.drop(root / "faceforensics", f"{FAKES}/FaceSwap/c23/videos/*.mp4", 5)
    found = listing(root, "faceforensics")
    assert len(found.videos) == 6 * 16 - 5
    names = ", ".join(path.stem for path in gone[:3])
    assert f"FaceSwap: 5 of 16 are missing: {names} and 2 more" in found.problems
    short = [line for line in found.shortages() if "FaceSwap" in line]
    assert sum(found.expected.values()) - len(found.videos) == 5 and short

    tree_damage.drop(root / "faceforensics", f"{FAKES}/FaceShifter", 1)
    found = listing(root, "faceforensics")
    said = "not there, so there is no class FaceShifter: get it, or take it out of attacks"
    assert any(said in line for line in found.problems)
    (root / "faceforensics" / FAKES / "FaceShiftr").mkdir()
    said = "there is a folder 'FaceShiftr': is it meant?"
    assert any(said in line for line in listing(root, "faceforensics").problems)


def test_attacks_are_a_setting(root: Path) -> None:
    videos = listing(root, "faceforensics", attacks=["FaceSwap"]).videos
    assert set(videos["attack"]) == {"real", "FaceSwap"}
    text = message(root, "faceforensics", attacks=["Faceswap"])
    assert "'Faceswap' is none of FaceForensics++'s: did you mean FaceSwap? There are " in text
    assert "Deepfakes, Face2Face" in text


def test_pair_in_no_list_is_told_and_not_used(root: Path) -> None:
    tree_damage.stray(root / "faceforensics", f"{FAKES}/Deepfakes/c23/videos/990_991.mp4")
    tree_damage.stray(root / "faceforensics", f"{FAKES}/Deepfakes/c23/videos/notes.txt")
    found = listing(root, "faceforensics")
    assert len(found.videos) == 6 * 16
    told = "\n".join(found.problems)
    assert "1 files are in no split" in told and "Deepfakes/990_991.mp4" in told
    assert "1 entries are not videos: notes.txt" in told


def test_small_lists_are_said_not_to_be_the_released_ones(root: Path) -> None:
    (said,) = listing(root, "faceforensics").problems
    assert "4 / 2 / 2 pairs (train / val / test), the released ones 360 / 70 / 70" in said


def test_wrong_root_is_told_with_the_right_one(root: Path) -> None:
    text = message(root, "faceforensics", root=str(root))
    assert "is not the root of FaceForensics++: it has no original_sequences and no" in text
    assert f"{root / 'faceforensics'} has: set the root to it" in text
    text = message(root, "faceforensics", root=str(root / "nowhere"))
    assert text.endswith("nowhere is not a folder: set it to where FaceForensics++ lies")
    text = message(root, "faceforensics", root=str(root / "hififace"))
    assert "it holds part1" in text


def test_swapped_folders_are_told(root: Path) -> None:
    tree = root / "faceforensics"
    tree_damage.swap_folders(tree / "original_sequences/youtube", tree / f"{FAKES}/Deepfakes")
    text = message(root, "faceforensics")
    assert "holds fakes (" in text and "were two folders swapped?" in text


def test_unknown_name_is_told(root: Path) -> None:
    tree_damage.stray(root / "faceforensics", f"{FAKES}/Deepfakes/c23/videos/anna.mp4")
    text = message(root, "faceforensics")
    assert "anna.mp4: not a name of FaceForensics++, such as 000_003.mp4" in text


def test_without_split_lists_nothing_is_guessed(root: Path) -> None:
    lists = root / "faceforensics" / "splits"
    (lists / "val.json").unlink()
    assert message(root, "faceforensics").startswith(f"{lists / 'val.json'}: no such file")
    tree_damage.drop(root, "faceforensics/splits", 1)
    text = message(root, "faceforensics")
    assert "without its split lists: put train.json, val.json and test.json" in text
    assert message(root, "hififace") == text
    wrong = {"faceforensics": {"root": str(root)}}
    with pytest.raises(UserError, match=r"datasets\.faceforensics\.root: .* is not the root"):
        list_videos("hififace", name_trees.datasets(root, **wrong))


@pytest.mark.parametrize(
    ("content", "told"),
    [
        ("[[0, 3]]", "entry 1 is [0, 3], not a pair"),
        ('[["000"]]', 'entry 1 is ["000"], not a pair'),
        ('{"a": 1}', 'entry 1 is {"a": 1}, not a pair'),
        ("[]", "the list is empty"),
        ("nonsense", "not JSON"),
    ],
)
def test_list_of_another_form_is_told(root: Path, content: str, told: str) -> None:
    path = root / "faceforensics/splits/val.json"
    path.write_text(content)
    text = message(root, "faceforensics")
    assert text.startswith(f"{path}: {told}") and "released list" in text


def test_clip_in_two_pairs_is_refused(root: Path) -> None:
    a, _ = pair(root, "train")
    path = root / "faceforensics/splits/val.json"
    path.write_text(json.dumps([[a, "998"]]))
    assert f"{path}: clip {a} is in two pairs (train and val)" in message(root, "faceforensics")


def test_mixed_compression_levels_are_refused(root: Path) -> None:
    place = root / "faceforensics" / FAKES / "Face2Face/c23"
    place.rename(place.with_name("c40"))
    text = message(root, "faceforensics")
    assert f"{place.parent} has c40, but no c23: get that level, or set" in text
    text = message(root, "hififace", compression="c40")
    assert text.startswith("datasets.hififace.compression is c40, but faceforensics, whose reals")
    tree_damage.copy_over(next((root / "hififace").rglob("*.mp4")), root / "hififace/x/a.mp4")
    pair_path = next(path for path in (root / "hififace").rglob("*_*.mp4"))
    tree_damage.copy_over(pair_path, root / "hififace/c40" / pair_path.name)
    assert "is there twice, as c40/" in message(root, "hififace")


def test_fakes_of_faceforensics_are_not_taken_for_hififace(root: Path) -> None:
    place = root / "faceforensics" / FAKES / "Deepfakes"
    for wrong in (place, root):
        text = message(root, "hififace", root=str(wrong))
        assert "is one of FaceForensics++'s own fakes: set it to the folder that holds" in text


def test_swapped_lists_are_told(root: Path) -> None:
    lists = root / "faceforensics" / "splits"
    tree_damage.swap_folders(lists / "train.json", lists / "test.json")
    text = message(root, "faceforensics")
    assert f"{lists}: test.json holds 4 pairs, train.json 2: were the two swapped?" in text


def test_originals_and_fakes_swapped_as_a_whole_are_told(root: Path) -> None:
    tree = root / "faceforensics"
    tree_damage.swap_folders(tree / "original_sequences", tree / FAKES)
    assert "were two folders swapped? Look at the tree" in message(root, "faceforensics")


def test_splits_must_come_from_a_faceforensics(root: Path) -> None:
    text = message(root, "hififace", splits_from="ff")
    assert "datasets.hififace.splits_from: 'ff' is none of the datasets: faceforensics" in text
    text = message(root, "hififace", splits_from="celeb_df")
    assert "'celeb_df' is read by the adapter celeb_df: name a dataset of the adapter face" in text


def test_hififace_without_any_pair_is_another_folder(root: Path) -> None:
    text = message(root, "hififace", root=str(root / "deeperforensics"))
    assert "no video there is named after a pair of faceforensics" in text
    tree_damage.stray(root / "hififace", "extra/990_991.mp4")
    found = listing(root, "hififace")
    assert len(found.videos) == 16
    assert "1 files are in no split" in found.problems[0]


def test_deeperforensics_knows_its_own_names(root: Path) -> None:
    folder = root / "deeperforensics/manipulated_videos"
    tree_damage.stray(folder, "end_to_end/000_003.mp4")
    assert "names of FaceForensics++ or HifiFace" in message(root, "deeperforensics")
    tree_damage.drop(folder, "end_to_end/000_003.mp4", 1)
    tree_damage.stray(folder, "end_to_end/x.mp4")
    assert "x.mp4: not a name of DeeperForensics" in message(root, "deeperforensics")
    text = message(root, "deeperforensics", types=["end-to-end"])
    assert "'end-to-end' is none of DeeperForensics' types: did you mean end_to_end? Th" in text


def test_dfd_is_all_test_and_finds_the_original_of_each_fake(root: Path) -> None:
    found = listing(root, "dfd")
    videos = found.videos
    assert set(videos["split"]) == {"test"}
    assert set(videos["attack"]) == {"real", "DeepFakeDetection"}
    reals = set(videos[videos["attack"] == "real"]["path"])
    assert set(videos["source"]) <= reals
    assert found.expected == {("test", "real"): 363, ("test", "DeepFakeDetection"): 3068}
    assert len(found.shortages()) == 2
    actors = root / "faceforensics/original_sequences/actors/c23/videos"
    tree_damage.drop(actors, "*.mp4", 1)
    assert any("originals of fakes are missing" in line for line in listing(root, "dfd").problems)
    tree_damage.stray(actors, "000.mp4")
    assert "000.mp4: not a name that belongs there, such as 01__exit" in message(root, "dfd")


def test_dfd_swapped_or_absent(root: Path) -> None:
    tree = root / "faceforensics"
    tree_damage.swap_folders(
        tree / "original_sequences/actors", tree / f"{FAKES}/DeepFakeDetection"
    )
    assert "were two folders swapped?" in message(root, "dfd")
    tree_damage.drop(tree, "original_sequences/actors", 1)
    tree_damage.drop(tree, f"{FAKES}/DeepFakeDetection", 1)
    assert "holds nothing of Google's DFD" in message(root, "dfd")
