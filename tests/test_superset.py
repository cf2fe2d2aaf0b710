from pathlib import Path

import pandas as pd
import pytest

from deepfake_attribution import paths, superset, tables
from deepfake_attribution.catalog.video import SCHEMA
from deepfake_attribution.errors import UserError
from deepfake_attribution.superset import build, class_names

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
            index.append(
                {"video": key, "slot": slot, "frame": slot * 3}
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
    with pytest.raises(UserError, match="class 'mouth' has no val crop"):
        build(["one"])


def test_class_whose_faces_were_not_found_is_missing_too() -> None:
    write("one", crops=2)
    index = tables.read(paths.index(paths.faces("one")))
    lost = index["video"] == "one/swap/-/4"
    index.loc[lost, "status"] = "no_face"
    tables.write(index, paths.index(paths.faces("one")))
    with pytest.raises(UserError, match="class 'swap' has no val crop"):
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
    with pytest.raises(UserError, match=r"dataset one: footage of 'a\.mp4' is in both train"):
        build(["one"])


def test_source_is_of_its_dataset_and_unknown_ones_do_not_meet() -> None:
    write("one", sources={0: "a.mp4", 1: "", 4: ""})
    write("two", sources={1: "a.mp4", 3: ""})
    build(["one", "two"])


def test_classes_begin_with_real() -> None:
    table = pd.DataFrame({"attack": ["swap", "real", "Zoom", "a", "swap"]})
    assert class_names(table) == ["real", "Zoom", "a", "swap"]
    assert superset.REAL == "real"
