"""On trees of full size the catalogs give the counts that the paper's tables decode to."""

import json
from collections import Counter
from pathlib import Path

import pandas as pd
import pytest
from typer.testing import CliRunner

import name_trees
from deepfake_attribution.catalog import leaks
from deepfake_attribution.catalog.listing import Listing
from deepfake_attribution.catalog.registry import list_videos
from deepfake_attribution.cli.main import app
from deepfake_attribution.cli.profiles import profile
from deepfake_attribution.core.video import REAL, class_names
from deepfake_attribution.evaluate.protocol import Protocol

pytestmark = pytest.mark.slow

PAPER = profile("paper", name_trees.PROFILES)
TRAINING = PAPER["superset"]["datasets"]


@pytest.fixture(scope="module")
def listings(full_root: Path) -> dict[str, Listing]:
    datasets = name_trees.datasets(full_root, small=False)
    return {name: list_videos(name, datasets) for name in datasets}


@pytest.fixture(scope="module")
def videos(listings: dict[str, Listing]) -> pd.DataFrame:
    return pd.concat([one.videos for one in listings.values()], ignore_index=True)


def kinds(table: pd.DataFrame) -> tuple[int, int]:
    """Return the number of reals and of fakes."""
    real = int((table["attack"] == REAL).sum())
    return real, len(table) - real


def test_faceforensics_has_720_140_140_of_each_class(listings: dict[str, Listing]) -> None:
    found = listings["faceforensics"].found()
    attacks = [REAL, *PAPER["datasets"]["faceforensics"]["attacks"]]
    sizes = {"train": 720, "val": 140, "test": 140}
    assert found == {(split, one): n for split, n in sizes.items() for one in attacks}


@pytest.mark.parametrize(
    ("row", "real", "fake"),
    [
        ("FaceForensics++", 140, 1120),
        ("deeperforensics", 140, 280),
        ("hififace", 140, 140),
        ("celeb_df", 178, 340),
        ("dfd", 363, 3068),
        ("deepfake_timit", 430, 640),
    ],
)
def test_test_parts_are_those_of_the_tables(
    videos: pd.DataFrame, row: str, real: int, fake: int
) -> None:
    rows = PAPER["databases"]
    protocol = Protocol(TRAINING, list(PAPER["datasets"]), rows["reals_from"], rows["families"])
    assert kinds(protocol.select(videos, protocol.rows()[row])) == (real, fake)


def test_superset_trains_on_1432_reals_and_11059_fakes(videos: pd.DataFrame) -> None:
    learnt = videos[videos["dataset"].isin(TRAINING)]
    celeb = learnt["dataset"] == "celeb_df"
    # before Celeb-DF's validation part is taken out
    part = learnt[(learnt["split"] == "train") | (celeb & (learnt["split"] == "val"))]
    assert kinds(part) == (1432, 11_059)
    assert len(class_names(part)) == 10
    val = learnt[(learnt["split"] == "val") & ~celeb]
    assert kinds(val) == (140, 8 * 140)


def test_every_expected_video_is_found_and_nothing_is_amiss(listings: dict[str, Listing]) -> None:
    for name, listing in listings.items():
        assert (listing.shortages(), listing.problems) == ([], ()), name
        if listing.expected:
            assert listing.found() == listing.expected, name


def test_validation_part_of_celeb_df_shares_no_target_with_training(
    listings: dict[str, Listing],
) -> None:
    videos = listings["celeb_df"].videos
    targets = {
        split: set(videos[videos["split"] == split]["identity"]) for split in ("train", "val")
    }
    assert not targets["train"] & targets["val"]
    people = {name for name in targets["val"] if name.startswith("id")}
    assert len(people) == round(0.15 * 59)
    clips = targets["val"] - people
    assert len(clips) == round(0.15 * (300 - 70))
    assert "the donor of" in listings["celeb_df"].notes[0]


def test_keys_are_unique_and_no_clip_is_in_two_splits(videos: pd.DataFrame) -> None:
    assert videos["video"].is_unique
    leaks.check_splits(videos)
    # 000_003 of every method stays a video of its own
    named = Counter(Path(path).stem for path in videos["path"])
    pair = next(Path(path).stem for path in videos["path"] if path.startswith("manipulated_seq"))
    assert named[pair] == 6  # five methods and HifiFace


def test_what_celeb_df_is_known_to_share_is_counted(videos: pd.DataFrame) -> None:
    found = leaks.overlap(videos, TRAINING).set_index(["dataset", "kind"])
    assert set(found.loc["celeb_df"].index) == {"identity", "donor", "source clip"}
    celeb = videos[videos["dataset"] == "celeb_df"]
    test, learnt = celeb[celeb["split"] == "test"], celeb[celeb["split"] != "test"]
    people = {*learnt["identity"], *learnt["donor"]} - {""}
    row = found.loc[("celeb_df", "identity")]
    assert row["test_videos"] == sum(name in people for name in test["identity"])
    assert row["shared"] == len(people & set(test["identity"])) > 0
    assert "faceforensics" not in found.index and "hififace" not in found.index


def test_doctor_tells_the_counts_by_name_and_the_empty_files(
    full_root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    name_trees.project(tmp_path, full_root)
    result = CliRunner().invoke(app, ["doctor", "--json"])
    found = json.loads(result.stdout)["datasets"]
    assert result.exit_code == 0 and set(found) == set(PAPER["datasets"])
    assert found["faceforensics"]["counts"]["test"]["Deepfakes"] == 140
    assert found["dfd"]["counts"] == {"test": {"DeepFakeDetection": 3068, "real": 363}}
    assert found["deepfake_timit"]["counts"]["test"]["real"] == 430
    for name, one in found.items():
        assert one["wrong"] == [] and one["apart"] is True, name
        assert any("files are empty (0 bytes)" in line for line in one["problems"]), name
        assert not one["expected"] or one["counts"] == one["expected"], name
