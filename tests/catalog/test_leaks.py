import pandas as pd
import pytest

from deepfake_attribution.catalog.leaks import check_no_copies, check_splits, idle, in_use, overlap
from deepfake_attribution.core.errors import UserError

COLUMNS = ["dataset", "attack", "name", "split", "identity", "donor", "source", "footage"]


def catalog(*rows: tuple[object, ...]) -> pd.DataFrame:
    table = pd.DataFrame(rows, columns=COLUMNS)
    table["video"] = table["dataset"] + "/" + table["attack"] + "/c23/" + table["name"]
    return table


def fake(dataset: str, a: str, b: str, split: str) -> tuple[object, ...]:
    """Return a fake of FaceForensics++'s form."""
    return (dataset, "x", f"{a}_{b}", split, a, b, "", [f"ff/{a}", f"ff/{b}"])


def real(a: str, split: str) -> tuple[object, ...]:
    return ("ff", "real", a, split, a, "", f"{a}.mp4", [f"ff/{a}"])


def message(videos: pd.DataFrame) -> str:
    with pytest.raises(UserError) as stop:
        check_splits(videos)
    assert "\n" not in str(stop.value)
    return str(stop.value)


def test_pairs_in_one_split_pass() -> None:
    check_splits(
        catalog(real("000", "train"), real("003", "train"), fake("ff", "000", "003", "train"))
    )


def test_donor_s_clip_in_another_split_is_a_leak() -> None:
    """Splitting by target alone: 000 is trained on, but its partner's face is tested on."""
    videos = catalog(real("000", "train"), real("003", "test"), fake("ff", "000", "003", "train"))
    assert message(videos) == (
        "dataset ff: footage of '003' is in both train (ff/x/c23/000_003) and test "
        "(ff/real/c23/003); 1 such clips: put a clip and all that was made from it into one split"
    )


def test_pair_partner_is_known_across_datasets() -> None:
    """HifiFace listed by other lists than FaceForensics++."""
    videos = catalog(real("000", "test"), fake("hififace", "000", "003", "train"))
    text = message(videos)
    assert text.startswith("dataset ff: footage of '000' is in both train (hififace/x/c23/000_003)")
    assert text.endswith("`dvc repro --force --single-item catalog@ff catalog@hififace`")


def test_video_in_two_splits_is_a_leak() -> None:
    assert message(catalog(real("000", "train"), real("000", "val"))) == (
        "the video 'ff/real/c23/000' is in two splits: keep one"
    )


def test_without_footage_the_source_clip_counts_in_its_own_dataset() -> None:
    rows = [
        ("one", "real", "a", "train", "", "", "a.mp4", None),
        ("one", "x", "b", "test", "", "", "a.mp4", None),
        ("two", "real", "a", "test", "", "", "a.mp4", None),
    ]
    assert "dataset one: footage of 'a.mp4'" in message(catalog(*rows))
    assert "dataset one" in message(catalog(*rows).drop(columns="footage"))
    check_splits(catalog(rows[0], rows[2]))


def test_parts_that_are_not_trained_on_lie_idle() -> None:
    videos = catalog(real("000", "test"), fake("other", "000", "003", "train"))
    assert list(in_use(videos, ["ff"])["dataset"]) == ["ff"]
    check_splits(in_use(videos, ["ff"]))
    with pytest.raises(UserError):
        check_splits(in_use(videos, ["ff", "other"]))


def test_empty_footage_promises_nothing() -> None:
    rows = [
        ("celeb_df", "real", "id0_0", "test", "id0", "", "id0_0", []),
        ("celeb_df", "x", "id0_id1_0", "train", "id0", "id1", "id0_0", ["celeb_df/id0"]),
    ]
    check_splits(catalog(*rows))


def test_overlap_counts_people_and_clips_by_hand() -> None:
    rows = [
        ("celeb_df", "real", "a", "train", "id0", "", "id0_0", ["celeb_df/id0"]),
        ("celeb_df", "x", "b", "train", "id1", "id2", "id1_0", ["celeb_df/id1"]),
        ("celeb_df", "real", "c", "test", "id0", "", "id0_1", []),
        ("celeb_df", "x", "d", "test", "id2", "id9", "id1_0", []),
        ("celeb_df", "x", "e", "test", "id8", "id1", "id8_0", []),
        ("other", "x", "f", "test", "id0", "id1", "id0_0", []),
    ]
    found = overlap(catalog(*rows), ["celeb_df"])
    assert found.values.tolist() == [
        ["celeb_df", "identity", 2, 2, 2, "id0, id2"],
        ["celeb_df", "donor", 1, 1, 1, "id1"],
        ["celeb_df", "source clip", 1, 1, 1, "id1_0"],
    ]
    assert overlap(catalog(*rows), []).empty
    assert overlap(catalog(rows[0], rows[4]), ["celeb_df"]).empty


def test_copies_in_two_splits_are_found_whatever_they_are_called() -> None:
    rows = [("a", "train", "1"), ("a", "train", "2"), ("b", "test", "1"), ("b", "test", "2")]
    crops = pd.DataFrame(rows, columns=["video", "split", "hash"]).assign(attack="x")
    with pytest.raises(UserError, match=r"the videos a \(train\) and b \(test\) show the same"):
        check_no_copies(crops)
    check_no_copies(crops.assign(split="train"))
    check_no_copies(crops.iloc[:3])  # one picture in common
    two = crops.assign(split="train", attack=["x", "x", "y", "y"])
    with pytest.raises(UserError, match=r"the videos a \(x\) and b \(y\) show the same"):
        check_no_copies(two)  # HifiFace's root set to another attack's folder


def test_train_and_val_videos_of_a_dataset_that_is_only_tested_on_are_told() -> None:
    videos = catalog(
        real("000", "train"),
        ("mine", "real", "a", "train", "", "", "", []),
        ("mine", "real", "b", "train", "", "", "", []),
        ("mine", "real", "c", "test", "", "", "", []),
        ("other", "real", "d", "test", "", "", "", []),
    )
    assert idle(videos, ["ff"]) == {
        "mine": "not used: 2 train and 0 val videos of mine: it is not in superset.datasets, so it "
        "is only tested on, with the videos that are listed as test"
    }
    assert idle(videos, ["ff", "mine"]) == {}
