from pathlib import Path

import pandas as pd
import pytest

from deepfake_attribution.catalog import superset
from deepfake_attribution.catalog.superset import build, class_names, untrained
from deepfake_attribution.core import paths, tables
from deepfake_attribution.core.errors import UserError
from deepfake_attribution.core.video import SCHEMA

# of a frame; the region below is what was cut out of it
LANDMARKS = [20.0, 30.0, 40.0, 30.0, 30.0, 40.0, 30.0, 50.0, 10.0, 30.0, 50.0, 30.0]
FACES = Path("data/faces")
VIDEOS = [
    ("train", "real"),
    ("val", "real"),
    ("test", "real"),
    ("train", "swap"),
    ("val", "swap"),
    ("test", "swap"),
]


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def write(
    dataset: str,
    videos: list[tuple[str, str]] = VIDEOS,
    sources: dict[int, str] | None = None,
    crops: int = 2,
) -> None:
    """Write catalog and face index of a dataset: each video has ``crops`` crops, one row none."""
    rows, index = [], []
    for number, (split, attack) in enumerate(videos):
        key = f"{dataset}/{attack}/-/{number}"
        rows.append(
            {
                "video": key,
                "dataset": dataset,
                "path": f"{number}.mp4",
                "attack": attack,
                "split": split,
                "identity": f"p{number}",
                "donor": "",
                "source": (sources or {}).get(number, f"{number}.mp4"),
                "compression": "c23",
            }
        )
        for slot in range(crops + 1):
            found = slot < crops
            place = {"shard": "shard-00000.tar", "offset": 512 + slot, "length": 10 + number}
            place = place | {"hash": f"{dataset}{number}{slot}"}
            place = place | {"landmarks": LANDMARKS, "region": [10, 20, 40], "turn": 0}
            index.append(
                {"video": key, "slot": slot, "person": 0, "frame": slot * 3}
                | {"status": "ok" if found else "no_face", "reason": "" if found else "none"}
                | (place if found else dict.fromkeys(place))
            )
    tables.write(pd.DataFrame(rows), paths.catalog(dataset), SCHEMA)
    tables.write(pd.DataFrame(index), paths.index(paths.faces(dataset)))


def test_train_and_val_crops_of_the_datasets_in_their_order() -> None:
    write("one")
    write("two")
    table = build(["two", "one"])
    assert set(table["split"]) == {"train", "val"}
    assert len(table) == 2 * 4 * 2  # datasets, videos of train and val, crops
    assert table["dataset"].drop_duplicates().tolist() == ["two", "one"]
    assert table["video"].drop_duplicates().tolist() == [
        f"{dataset}/{attack}/-/{number}"
        for dataset in ("two", "one")
        for number, (split, attack) in enumerate(VIDEOS)
        if split != "test"
    ]
    assert table["slot"].tolist() == [0, 1] * 8


def test_points_are_shares_of_the_crop_s_side() -> None:
    write("one")
    expected = [0.25, 0.25, 0.75, 0.25, 0.5, 0.5, 0.5, 0.75, 0.0, 0.25, 1.0, 0.25]
    for points in build(["one"])["points"]:
        assert list(points) == expected


def test_everybody_of_a_frame_has_a_row() -> None:
    write("one")
    before = build(["one"])
    rows = tables.read_rows(paths.index(paths.faces("one")))
    both = [each for row in rows for each in (row, row | {"person": 1, "hash": f"{row['hash']}-1"})]
    tables.write(pd.DataFrame(both), paths.index(paths.faces("one")))
    table = build(["one"])
    assert table["person"].tolist() == [0, 1] * len(before)
    pd.testing.assert_frame_equal(table[table["person"] == 0].reset_index(drop=True), before)


def test_pointers_are_relative_to_the_folder_of_all_faces_and_bear_hashes() -> None:
    write("one")
    table = build(["one"])
    assert set(table["shard"]) == {"one/shard-00000.tar"}
    assert table["hash"].tolist()[:3] == ["one00", "one01", "one10"]
    assert table["offset"].dtype == table["length"].dtype == table["frame"].dtype == "int64"
    assert (paths.DATA / "faces" / "one") == paths.faces("one")


def test_a_dataset_that_is_only_tested_on_does_not_change_the_bytes() -> None:
    write("one")
    tables.write(build(["one"]), Path("before.parquet"))
    write("other", [("test", "real"), ("test", "new")])
    tables.write(build(["one"]), Path("after.parquet"))
    assert Path("before.parquet").read_bytes() == Path("after.parquet").read_bytes()
    write("one", [*VIDEOS, ("test", "real"), ("test", "unseen")])
    tables.write(build(["one"]), Path("after.parquet"))
    assert Path("before.parquet").read_bytes() == Path("after.parquet").read_bytes()
    write("one", [*VIDEOS, ("train", "real")])
    assert len(build(["one"])) == 10


def test_dataset_without_a_split_is_named_with_what_to_do() -> None:
    write("one")
    write("fresh", [("test", "real"), ("test", "swap")])
    with pytest.raises(UserError, match=r"superset\.datasets: 'fresh' has no train crop: give it"):
        build(["one", "fresh"])


def test_class_without_validation_is_named() -> None:
    write("one", [*VIDEOS, ("train", "mouth")])
    write("two")
    with pytest.raises(UserError) as stop:
        build(["two", "one"])
    assert str(stop.value) == (
        "superset: the class 'mouth' has no val crop (one lists 0 val videos): every class needs "
        "train and val videos with a face; add some, or list this attack's videos as test"
    )


def test_class_whose_faces_were_not_found_is_missing_too() -> None:
    write("one", crops=2)
    index = tables.read(paths.index(paths.faces("one")))
    lost = index["video"] == "one/swap/-/4"
    index.loc[lost, "status"] = "no_face"
    tables.write(index, paths.index(paths.faces("one")))
    lists = r"\(one lists 1 val videos, none with a face\)"
    with pytest.raises(UserError, match=f"class 'swap' has no val crop {lists}"):
        build(["one"])


def test_superset_without_real_videos_is_refused() -> None:
    write("one", [("train", "swap"), ("val", "swap")])
    with pytest.raises(UserError, match=r"'real' has no train crop \(no dataset lists it\)"):
        build(["one"])


def test_real_videos_alone_are_refused() -> None:
    write("one", [("train", "real"), ("val", "real")])
    with pytest.raises(UserError, match="there are real videos only"):
        build(["one"])


def test_unknown_dataset_is_named() -> None:
    write("one")
    with pytest.raises(UserError, match=r"'two' is not among the datasets of params\.yaml"):
        build(["one", "two"])


def test_source_in_train_and_val_is_named() -> None:
    write("one", sources={0: "a.mp4", 4: "a.mp4"})
    with pytest.raises(UserError, match=r"footage of 'a\.mp4' is in both train \(one/"):
        build(["one"])


def test_source_in_train_and_test_is_named() -> None:
    write("one", sources={5: "a.mp4", 0: "a.mp4"})
    with pytest.raises(UserError, match=r"dataset one: footage of 'a\.mp4' is in both train \("):
        build(["one"])


@pytest.mark.parametrize(("copied", "split"), [(2, "test"), (1, "val")])
def test_a_copy_under_another_name_in_another_split_is_named(copied: int, split: str) -> None:
    write("one")
    path = paths.index(paths.faces("one"))
    index = tables.read(path)
    hashes = index.groupby("video")["hash"].apply(list)
    index.loc[index["video"] == f"one/real/-/{copied}", "hash"] = hashes["one/real/-/0"]
    tables.write(index, path)
    with pytest.raises(UserError) as stop:
        build(["one"])
    assert str(stop.value) == (
        f"the videos one/real/-/0 (train) and one/real/-/{copied} ({split}) show the "
        "same pictures: one is a copy: keep one"
    )


def test_one_picture_in_common_is_no_copy() -> None:
    write("one")
    path = paths.index(paths.faces("one"))
    index = tables.read(path)
    index.loc[index["hash"] == "one20", "hash"] = "one00"
    tables.write(index, path)
    assert len(build(["one"])) == 8


def test_attack_in_test_only_is_told_with_a_name_it_may_be_mistyped_from() -> None:
    write("one", [*VIDEOS, ("test", "swapp"), ("test", "zzz"), ("test", "zzz")])
    write("two")
    build(["one", "two"])
    assert untrained(["two"]) == []
    assert untrained(["one", "two"]) == [
        "tested on, not trained: attack 'swapp' of one (1 test videos, none in train or val); did "
        "you mean 'swap'?",
        "tested on, not trained: attack 'zzz' of one (2 test videos, none in train or val)",
    ]


def test_classes_that_differ_in_capitals_only_are_refused() -> None:
    write("one")
    write("two", [(split, attack.replace("swap", "Swap")) for split, attack in VIDEOS])
    with pytest.raises(UserError, match=r"'Swap' \(two\) and 'swap' \(one\) differ in capitals"):
        build(["one", "two"])


def test_source_is_of_its_dataset_and_unknown_ones_do_not_meet() -> None:
    write("one", sources={0: "a.mp4", 1: "", 4: ""})
    write("two", sources={1: "a.mp4", 3: ""})
    build(["one", "two"])


def test_classes_begin_with_real() -> None:
    table = pd.DataFrame({"attack": ["swap", "real", "Zoom", "a", "swap"]})
    assert class_names(table) == ["real", "Zoom", "a", "swap"]
    assert superset.REAL == "real"


def test_nothing_of_the_test_part_is_in_the_table() -> None:
    """So neither training nor the choice of an epoch can see it."""
    write("one")
    table = build(["one"])
    assert set(table["split"]) == {"train", "val"}
    tested = [f"one/{attack}/-/{number}" for number, (split, attack) in enumerate(VIDEOS)]
    tested = [key for key, (split, _) in zip(tested, VIDEOS, strict=True) if split == "test"]
    assert len(tested) == 2 and not set(tested) & set(table["video"])


def test_pair_partner_in_another_split_is_named_across_datasets() -> None:
    write("ff")
    write("hifi", [(split, attack.replace("swap", "hifi")) for split, attack in VIDEOS])
    for name, place in (("ff", 0), ("hifi", 4)):
        videos = tables.read(paths.catalog(name))
        footage = [["ff/003"] if number == place else [] for number in range(len(videos))]
        tables.write(videos.assign(footage=footage), paths.catalog(name), SCHEMA)
    with pytest.raises(UserError) as stop:
        build(["ff", "hifi"])
    assert str(stop.value).startswith(
        "dataset ff: footage of '003' is in both train (ff/real/-/0) and val (hifi/hifi/-/4); 1 "
        "such clips: list them by the same split lists"
    )


def test_attack_at_another_compression_than_the_reals_is_refused() -> None:
    write("one")
    videos = tables.read(paths.catalog("one"))
    videos.loc[videos["attack"] == "swap", "compression"] = "c40"
    tables.write(videos, paths.catalog("one"), SCHEMA)
    with pytest.raises(UserError, match=r"dataset one: videos of 'swap' are c40, real ones c23"):
        build(["one"])
    videos.loc[videos["video"] == "one/real/-/0", "compression"] = "c40"
    tables.write(videos, paths.catalog("one"), SCHEMA)
    build(["one"])  # a level that both have
