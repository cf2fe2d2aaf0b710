import json
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pandas as pd
import pytest

import df40_tree
import name_trees
import tree_damage
from deepfake_attribution.catalog import leaks
from deepfake_attribution.catalog.adapters.df40 import METHODS
from deepfake_attribution.catalog.listing import Listing
from deepfake_attribution.catalog.registry import list_videos
from deepfake_attribution.core import tables
from deepfake_attribution.core.errors import UserError
from deepfake_attribution.core.settings import Dataset
from deepfake_attribution.core.video import SCHEMA
from deepfake_attribution.frames.extraction import extract
from deepfake_attribution.frames.settings import Extract
from recipes import COMPUTE
from tree_forensics import SPLITS, pairs_of

PAIRS = {
    "train": [("000", "001"), ("002", "003")],
    "val": [("004", "005")],
    "test": [("006", "007")],
}
CELEBRITIES = ("id0_id1_0000", "id1_id0_0001")


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A tree with its split lists, and nothing else."""
    df40_tree.build(tmp_path, PAIRS, CELEBRITIES)
    for split, own in PAIRS.items():
        file = tmp_path / f"FaceForensics++/splits/{split}.json"
        file.parent.mkdir(exist_ok=True)
        file.write_text(json.dumps(own))
    return tmp_path


def dataset(root: Path, domain: str, **changed: Any) -> Dataset:
    plain = {"adapter": "df40", "root": str(root), "domain": domain, "splits_from": ""}
    plain |= {"methods": [*METHODS[domain]], "reals": True, "images": 1}
    return Dataset.model_validate(plain | changed)


def listing(
    root: Path, domain: str, others: dict[str, Dataset] | None = None, /, **changed: Any
) -> Listing:
    return list_videos("d", {"d": dataset(root, domain, **changed), **(others or {})})


def message(*args: Any, **changed: Any) -> str:
    with pytest.raises(UserError) as stop:
        listing(*args, **changed)
    assert "\n" not in str(stop.value)
    return str(stop.value)


def of(videos: pd.DataFrame, attack: str) -> pd.DataFrame:
    return videos[videos["attack"] == attack]


def test_the_methods_are_forty() -> None:
    assert len({*METHODS["ff"], *METHODS["own"]}) == 40
    assert METHODS["ff"] == METHODS["cdf"]


def test_a_video_of_ff_is_in_the_split_of_its_clips(root: Path) -> None:
    found = listing(root, "ff", reals=False)
    swaps = of(found.videos, "SimSwap").set_index("video")
    assert len(swaps) == 8 and found.problems == ()
    one = swaps.loc["d/SimSwap/c23/000_001"]
    assert (one["split"], one["identity"], one["donor"]) == ("train", "000", "001")
    assert one["path"] == "DF40_train/simswap/frames/000_001"
    assert one["footage"] == ["d/000", "d/001"] and one["source"] == ""
    assert swaps.loc["d/SimSwap/c23/004_005", "split"] == "val"
    # in both parts: of the first
    assert swaps.loc["d/SimSwap/c23/006_007", "path"] == "DF40/simswap/ff/frames/006_007"
    mouths = of(found.videos, "wav2lip")
    assert len(mouths) == 8 and {*mouths["donor"]} == {""}
    leaks.check_splits(found.videos)


def test_the_real_frames_are_listed_and_are_the_originals(root: Path) -> None:
    videos = listing(root, "ff", methods=["simswap"]).videos
    reals = of(videos, "real")
    assert [*reals["identity"]] == [f"{number:03d}" for number in range(8)]
    assert {*of(videos, "SimSwap")["source"]} == {*reals["path"]} == {*reals["source"]}
    tree_damage.drop(root, "FaceForensics++/original_sequences", 1)
    found = listing(root, "ff", methods=["simswap"])
    assert of(found.videos, "real").empty
    assert "not there, so its reals are missing" in found.problems[0]


def test_classes_agree_with_other_datasets(root: Path) -> None:
    """Names that differ in capitals only would be two classes; DF40's faceswap is another one."""
    classes = {*listing(root, "ff").videos["attack"]}
    assert {"faceswap_df40", "SimSwap", "DaGAN", "TPSMM", "fsgan", "wav2lip"} <= classes
    assert len(classes) == 1 + len(METHODS["ff"])


def test_an_image_drawn_from_noise_is_a_video_of_its_own(root: Path) -> None:
    found = listing(root, "ff", methods=["StyleGAN2"], reals=False)
    assert found.videos.groupby("split").size().to_dict() == {"test": 2, "train": 4, "val": 2}
    one = found.videos.set_index("video").loc["d/StyleGAN2/c23/006/001"]
    assert one["path"] == "DF40/StyleGAN2/ff/006/001.png"
    assert one["footage"] == [] and one["identity"] == one["source"] == ""
    every = listing(root, "ff", methods=["StyleGAN2"], reals=False, images=0)
    assert len(every.videos) == 16
    assert "1 of 1 methods make single images" in every.notes[0]


def test_splits_follow_a_faceforensics_that_is_there(root: Path, tmp_path: Path) -> None:
    name_trees.build(tmp_path / "trees", "faceforensics")
    others = {"faceforensics": name_trees.datasets(tmp_path / "trees")["faceforensics"]}
    assert "there is a FaceForensics++, faceforensics: name it" in message(root, "ff", others)
    found = listing(root, "ff", others, splits_from="faceforensics", reals=False)
    own = list_videos("faceforensics", others).videos
    fakes = of(found.videos, "SimSwap")
    assert {*fakes["source"]} <= {*own["video"]}
    leaks.check_splits(pd.concat([own, found.videos]))


def test_videos_that_join_two_splits_are_not_used(root: Path) -> None:
    tree_damage.stray(root, "DF40_train/simswap/frames/000_006/001.png")
    tree_damage.stray(root, "DF40_train/simswap/frames/other/001.png")
    (root / "DF40_train/simswap/frames/001_000_").mkdir()
    found = listing(root, "ff", methods=["simswap"], reals=False)
    assert len(found.videos) == 8
    lines = "\n".join(found.problems)
    assert "not used: 1 join clips of two splits: DF40_train/simswap/frames/000_006" in lines
    assert "not used: 1 are not named after clips" in lines
    assert "not used: 1 folders have no image: SimSwap/001_000_" in lines


def test_cdf_is_test_and_a_trained_celebrity_is_found(root: Path, tmp_path: Path) -> None:
    name_trees.build(tmp_path / "trees", "celeb_df")
    celebs = {"celeb_df": name_trees.datasets(tmp_path / "trees")["celeb_df"]}
    videos = listing(root, "cdf", celebs).videos
    swaps = of(videos, "SimSwap")
    assert {*videos["split"]} == {"test"} and [*swaps["identity"]] == ["id0", "id1"]
    assert [*swaps["footage"]] == [[f"Celeb-DF/{person}"] for person in ("id0", "id1")]
    assert {*swaps["source"]} <= {*of(videos, "real")["path"]}
    trained = list_videos("celeb_df", celebs).videos
    with pytest.raises(UserError, match="is in both"):
        leaks.check_splits(pd.concat([trained, videos]))
    limited = listing(root, "cdf", celebs, splits_from="celeb_df", reals=False)
    leaks.check_splits(pd.concat([trained, limited.videos]))
    tested = (tmp_path / "trees/celeb_df/List_of_testing_videos.txt").read_text()
    for video in of(limited.videos, "SimSwap").itertuples(index=False):
        assert video.source.startswith("celeb_df/real/released/Celeb-real/")
        assert f"1 {video.source.removeprefix('celeb_df/real/released/')}.mp4" in tested


def test_cdf_images_of_both_folders_and_edited_ones(root: Path) -> None:
    videos = listing(root, "cdf", methods=["DiT", "e4e"], reals=False).videos
    assert {*of(videos, "DiT")["path"]} == {
        "DF40/DiT/cdf/Fake_from_Celeb-real/id0_0000/001.png",
        "DF40/DiT/cdf/Fake_from_Celeb-real/id1_0001/001.png",
        "DF40/DiT/cdf/Fake_from_Youtube-real/00000/001.png",
    }
    assert [*of(videos, "e4e")["path"]] == [
        f"DF40/e4e/e4e/cdf/Celeb-real/inversions/0000{number}.jpg" for number in (1, 2)
    ]


def test_own_has_its_reals_beside_it(root: Path) -> None:
    found = listing(root, "own")
    counts = found.videos.groupby("attack").size().to_dict()
    assert counts == {
        **{name: 2 for name in METHODS["own"] if name != "deepfacelab"},
        "deepfacelab": 1,
        "real": 1 + 6 * 2,
    }
    assert found.problems == (
        f"{root}/DF40/CollabDiff: no folder real, so CollabDiff has no reals of its own",
    )
    assert found.videos["path"].str.startswith("DF40/StarGAN2/fake/").sum() == 2
    assert listing(root, "own", reals=False).videos["attack"].ne("real").all()
    assert "own has no split lists" in message(root, "own", splits_from="x")


def test_what_is_wrong_is_one_line(root: Path) -> None:
    assert "'heygen' is none of DF40's methods of ff" in message(root, "ff", methods=["heygen"])
    assert "is not the root of DF40: it has no DF40" in message(root / "DF40", "ff")
    tree_damage.drop(root, "DF40*/simswap", 2)
    found = listing(root, "ff", methods=["simswap", "fomm"])
    assert "nothing of ff there, so there is no class SimSwap" in found.problems[0]
    tree_damage.stray(root, "DF40/simswap/ff/frames.zip")
    found = listing(root, "ff", methods=["simswap", "fomm"])
    assert found.problems == (
        f"{root}/DF40/simswap/ff: no frames in it; unpack archives that lie there",
    )
    assert "no video of DF40's ff in it" in message(root, "ff", methods=["simswap"])
    assert "is no dataset of the adapter celeb_df" in message(root, "cdf", splits_from="d")
    tree_damage.drop(root, "FaceForensics++/splits", 1)
    assert "without its split lists" in message(root, "ff", methods=["fomm"])


def test_frames_are_taken_from_folders_and_single_images(root: Path) -> None:
    done, content = cv2.imencode(".png", np.full((16, 16, 3), 90, np.uint8))
    assert done
    for method in ("simswap", "DiT"):
        for file in root.glob(f"DF40*/{method}/**/*.png"):
            file.write_bytes(content.tobytes())
    found = listing(root, "ff", methods=["simswap", "DiT"], reals=False)
    tables.write(found.videos, root / "d.parquet", SCHEMA)
    settings = Extract(frames=4, format="png", quality=95, max_failed=0.0, max_seconds=60.0)
    compute = COMPUTE.model_copy(update={"workers": 1})
    line = extract(root / "d.parquet", root, settings, compute, root / "work", root / "frames")
    # 8 folders of 2 frames, 8 images
    assert line == "16 videos, 0 without any frame; frames asked for: 24 ok"


@pytest.mark.slow
def test_full_size(tmp_path: Path) -> None:
    from full_trees import SIZES

    pairs = pairs_of(SIZES)
    parts = ("/simswap/", "/DiT/", "/original_sequences/")
    df40_tree.build(tmp_path, pairs, CELEBRITIES, frames=1, parts=parts)
    (tmp_path / "FaceForensics++/splits").mkdir()
    for split in SPLITS:
        (tmp_path / f"FaceForensics++/splits/{split}.json").write_text(json.dumps(pairs[split]))
    found = listing(tmp_path, "ff", methods=["simswap", "DiT"])
    for split, count in (("train", 720), ("val", 140), ("test", 140)):
        assert {found.found()[split, name] for name in ("real", "SimSwap", "DiT")} == {count}
    assert not found.problems
