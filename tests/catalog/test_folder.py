from pathlib import Path

import pandas as pd
import pytest

from deepfake_attribution.catalog.listing import Listing
from deepfake_attribution.catalog.registry import list_videos
from deepfake_attribution.core.errors import UserError
from deepfake_attribution.core.settings import Dataset

FILES = ("real/a.mp4", "real/b.avi", "swap/a.mp4", "swap/deep/c.mp4", "swap/film/001.jpg")


@pytest.fixture
def root(tmp_path: Path) -> Path:
    for name in FILES:
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).touch()
    return tmp_path


def listed(root: Path, **changed: object) -> Listing:
    settings = {"adapter": "folder", "root": str(root), "val": 0.0, "test": 1.0, "seed": 1}
    return list_videos("mine", {"mine": Dataset.model_validate(settings | changed)})


def splits(videos: pd.DataFrame) -> dict[str, str]:
    return dict(zip(videos["video"], videos["split"], strict=True))


def test_folders_are_classes_and_a_folder_of_images_is_a_video(root: Path) -> None:
    videos = listed(root).videos
    assert list(videos["path"]) == [*FILES[:4], "swap/film"]
    assert list(videos["attack"]) == ["real", "real", "swap", "swap", "swap"]
    assert videos["video"].iloc[3] == "mine/swap/-/deep/c"
    assert set(videos["split"]) == {"test"}


def test_files_of_one_name_stay_together(root: Path) -> None:
    for number in range(40):
        for kind in ("real", "swap"):
            (root / kind / f"n{number}.mp4").touch()
    videos = listed(root, val=0.25, test=0.25).videos
    clips = {name.split("/", 3)[3] for name in videos["video"]}
    split_of = splits(videos)
    for number in range(40):
        assert split_of[f"mine/real/-/n{number}"] == split_of[f"mine/swap/-/n{number}"]
    by_clip = {name.split("/", 3)[3]: split for name, split in split_of.items()}
    counts = pd.Series(list(by_clip.values())).value_counts()
    quarter = round(0.25 * len(clips))
    assert (counts["test"], counts["val"]) == (quarter, quarter)
    assert splits(listed(root, val=0.25, test=0.25, seed=2).videos) != split_of


def test_what_is_not_used_is_told(root: Path) -> None:
    (root / "notes.txt").touch()
    (root / "empty").mkdir()
    assert listed(root).problems == (
        f"{root / 'empty'}: no video there",
        f"{root}: 1 files are in no class's folder: notes.txt",
    )


def test_every_video_s_suffix_counts_and_the_rest_is_counted_and_named(tmp_path: Path) -> None:
    """As `deepfake-attribution doctor` and stage ``catalog`` print it."""
    names = ["real/a.mp4", "real/b.MTS", "swap/a.m2ts", "swap/c.vob", "real/f/frame1"]
    rest = ["real/a.srt", "swap/read.me", "swap/x.exe", "licence.txt"]
    for name in (*names, *rest):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).touch()
    (tmp_path / "real/f/frame1").write_bytes(b"\xff\xd8\xff")  # a picture, by its beginning
    (tmp_path / "real/f/frame1.pts").touch()
    dataset = {"adapter": "folder", "root": str(tmp_path), "val": 0.0, "test": 1.0, "seed": 1}
    listing = list_videos("mine", {"mine": Dataset.model_validate(dataset)})
    assert sorted(listing.videos["path"]) == ["real/a.mp4", "real/b.MTS", "real/f", *names[2:4]]
    assert listing.notes == (
        f"not used: 4 files below {tmp_path} (1 .txt, 1 .srt, 1 .me, 1 .exe): "
        "licence.txt, real/a.srt, swap/read.me and 1 more",
    )


@pytest.mark.parametrize(
    ("folder", "message"),
    [
        ("originals", "call it 'real' if it holds real videos, else after the attack"),
        ("original", "call it 'real' if it holds real videos, else after the attack"),
        ("my fakes", "the folder's name is the class"),
    ],
)
def test_folder_that_names_no_class_is_refused(root: Path, folder: str, message: str) -> None:
    (root / folder).mkdir()
    with pytest.raises(UserError, match=message):
        listed(root)


def test_nothing_there_is_refused(tmp_path: Path) -> None:
    (tmp_path / "a.mp4").touch()
    with pytest.raises(UserError, match="has no video in a folder of a class"):
        listed(tmp_path)
    with pytest.raises(UserError, match="val and test together are more than all videos"):
        listed(tmp_path, val=0.6, test=0.6)


def test_folder_of_numbered_images_without_suffix_is_a_video(root: Path) -> None:
    (root / "real/fadg0").mkdir()
    for name in ("001", "002"):
        (root / "real/fadg0" / name).touch()
    assert "real/fadg0" in list(listed(root).videos["path"])
