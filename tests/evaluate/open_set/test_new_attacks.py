from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from deepfake_attribution.core import paths, tables
from deepfake_attribution.core.video import REAL
from deepfake_attribution.evaluate.open_set import new_attacks, readings

CLASSES = [REAL, "swap"]
TRAINED = ["one"]
KINDS = {"one": ("real", "swap"), "new": ("real", "swap", "morph", "warp")}


def videos(approach: str = "ArcFaceMod-NN") -> pd.DataFrame:
    """Return ``data/scores`` of three test videos a class; the first of each has no face."""
    rows = []
    for dataset, attacks in KINDS.items():
        for attack in attacks:
            for number in range(3):
                lost = number == 0
                about = {"dataset": dataset, "attack": attack, "split": "test", "compression": ""}
                status = {"status": "no_face" if lost else "ok", "reason": "dark" if lost else ""}
                predicted = None if lost else ("real" if number == 1 else "swap")
                rows.append(
                    {"approach": approach, "seed": 1, "video": f"{dataset}/{attack}/{number}"}
                    | about
                    | {"score": np.nan if lost else 0.75, "predicted": predicted}
                    | status
                )
    return pd.DataFrame(rows)


def crops(table: pd.DataFrame) -> pd.DataFrame:
    """Return two crops of each video that has a face."""
    seen = table[table["status"] == "ok"]
    return seen.loc[seen.index.repeat(2)].assign(person=0).drop(columns=["status", "reason"])


def write_embeddings(head: str, turn: dict[tuple[str, str], float]) -> None:
    """Write embeddings: known validation crops at 0 to 10 degrees, test crops at those given."""
    rows = []
    for dataset, attacks in KINDS.items():
        for attack in attacks:
            for split in ("val", "test"):
                for number in (1, 2):
                    angle = np.radians(
                        5 * number if split == "val" else turn[dataset, attack] + number
                    )
                    video = f"{dataset}/{attack}/{number if split == 'test' else 'val'}"
                    vector = np.array([np.cos(angle), np.sin(angle)], np.float32)
                    place = {"video": video, "slot": 0, "person": 0, "split": split}
                    rows.append(place | {"dataset": dataset, "embedding": vector})
    for dataset in KINDS:
        own = pd.DataFrame([row for row in rows if row["dataset"] == dataset])
        tables.write(own, paths.embeddings(head, dataset, 1))


TURN = {("one", "real"): 4.0, ("one", "swap"): 5.0, ("new", "real"): 30.0, ("new", "swap"): 6.0}
TURN |= {("new", "morph"): 60.0, ("new", "warp"): 2.0}


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for head in ("arcface", "binary"):
        write_embeddings(head, TURN)


def scored(neighbours: int = 1) -> pd.DataFrame:
    return new_attacks.distances("arcface", 1, videos(), TRAINED, neighbours)


def test_classes_are_those_of_training_crops() -> None:
    table = pd.DataFrame({"attack": ["swap", "real", "late"], "split": ["train", "train", "val"]})
    tables.write(table, paths.SUPERSET)
    assert new_attacks.trained_on() == ["real", "swap"]


def test_shares_count_videos_and_crops_of_known_and_unknown_attacks() -> None:
    table = new_attacks.shares(videos(), crops(videos()), CLASSES)
    assert list(table.columns) == new_attacks.SHARES.names
    own = table[(table["database"] == "new") & (table["attack"] == "morph")]
    counted = own[["level", "predicted", "k", "n", "share", "known"]].to_numpy().tolist()
    assert counted == [
        ["video", "real", 1, 2, 50.0, False],
        ["video", "swap", 1, 2, 50.0, False],
        ["frame", "real", 2, 4, 50.0, False],
        ["frame", "swap", 2, 4, 50.0, False],
    ]
    assert set(own["without_face"]) == {1}
    assert table.groupby(["level", "database", "attack"])[
        "share"
    ].sum().to_numpy() == pytest.approx(100)
    assert table.loc[table["attack"] == "swap", "known"].all()


def test_approach_that_names_no_class_has_no_share() -> None:
    none = videos("Binary").assign(predicted=None)
    assert new_attacks.shares(none, crops(none), CLASSES).empty


def test_a_video_is_as_far_as_its_crops_from_the_nearest_known_one() -> None:
    table = scored().set_index("video")
    assert table.loc["new/morph/1", "score"] == pytest.approx(51, abs=0.01)  # 61 from 10
    assert table.loc["one/real/1", "score"] == pytest.approx(0, abs=0.01)  # 5 from 5
    lost = table.loc["new/morph/0"]
    assert np.isnan(lost["score"]) and (lost["status"], lost["reason"]) == ("no_face", "dark")
    # each known place is held by two crops, of reals and of swaps
    third = scored(3).set_index("video")
    assert third.loc["new/morph/1", "score"] == pytest.approx(56, abs=0.01)


def test_a_video_of_several_people_has_the_highest_score_of_them() -> None:
    path = paths.embeddings("arcface", "one", 1)
    rows = tables.read(path)
    second = rows[rows["video"] == "one/real/1"].assign(person=1)
    second["embedding"] = [np.array([0, 1], np.float32)]
    tables.write(pd.concat([rows, second]), path)
    row = scored().set_index("video").loc["one/real/1"]
    assert (row["score"], row["person"]) == (pytest.approx(80, abs=0.01), 1)


def test_readings_part_the_attack_from_the_camera() -> None:
    table = readings.readings(scored(), TRAINED, CLASSES)
    assert list(table.columns) == readings.READINGS.names
    found = table.set_index(["attack", "against"])["auc"]
    assert found["morph", "everything known"] == found["morph", "own reals"] == 100
    assert found["warp", "own reals"] == 0
    assert found["real", "known reals"] == 100  # it is the camera
    rows = table.set_index(["attack", "against"])[["n", "n_against", "without_face"]]
    assert rows.loc["all", "everything known"].tolist() == [4, 4, 2]
    assert rows.loc["morph", "known fakes"].tolist() == [2, 2, 1]
    assert set(table["database"]) == {"new"} and (table["note"] == "").all()


def test_only_known_attacks_leave_no_row_of_unknown_ones() -> None:
    every = [REAL, "swap", "morph", "warp"]
    assert readings.NEW not in set(readings.readings(scored(), TRAINED, every)["kind"])


def test_nothing_known_is_a_note() -> None:
    table = scored()
    table.loc[table["dataset"] == "one", "score"] = np.nan
    rows = readings.readings(table, TRAINED, CLASSES)
    bare = rows[rows["against"] == "everything known"]
    assert bare["auc"].isna().all()
    assert set(bare["note"]) == {"no test video of everything known has a score"}


def test_too_few_known_crops_or_equal_ones_are_a_note() -> None:
    table = readings.readings(scored(99), TRAINED, CLASSES)
    assert table["auc"].isna().all() and (table["n"] == 0).all()
    assert table["note"].str.contains("4 known crops are fewer than the 99").all()
    assert (table["without_face"] <= 2).all()
    path = paths.embeddings("arcface", "one", 1)
    rows = tables.read(path)
    tables.write(rows.assign(embedding=[np.ones(2, np.float32)] * len(rows)), path)
    same = readings.readings(scored(), TRAINED, CLASSES)
    assert same["note"].str.contains("one and the same embedding").all()
    tables.write(rows[rows["split"] == "test"], path)
    none = readings.readings(scored(), TRAINED, CLASSES)
    assert set(none["note"]) == {"no validation crop is known"}


def test_class_uncertainty_is_one_minus_the_largest_probability() -> None:
    binary = videos("Binary")
    (table,) = new_attacks.class_uncertainty("binary", 1, binary, crops(binary))
    assert table["score"].dropna().to_numpy() == pytest.approx(0.25)
    several = crops(videos()).assign(p_real=0.1, p_swap=0.9)
    (table,) = new_attacks.class_uncertainty("attribution", 1, videos(), several)
    assert table["score"].dropna().to_numpy() == pytest.approx(0.1)
    none = crops(videos()).assign(p_real=np.nan)
    assert new_attacks.class_uncertainty("triplet", 1, videos(), none) == []


def test_tables_without_rows_keep_their_types() -> None:
    empty = readings.readings(scored().iloc[:0], TRAINED, CLASSES)
    new_attacks.write(
        new_attacks.shares(videos().iloc[:0], crops(videos()).iloc[:0], CLASSES), scored(), empty
    )
    rows = tables.read(paths.open_set() / "readings.parquet")
    assert len(rows) == 0 and rows["auc"].dtype == np.float64
    kept = tables.read(paths.open_set() / "videos.parquet")
    assert len(kept) == len(videos())
