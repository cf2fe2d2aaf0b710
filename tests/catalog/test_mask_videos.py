from pathlib import Path

import pytest

import name_trees
import tree_damage
from deepfake_attribution.catalog.registry import list_videos
from deepfake_attribution.core import tables
from deepfake_attribution.core.video import SCHEMA

FAKES = "manipulated_sequences"


@pytest.fixture
def root(tmp_path: Path) -> Path:
    name_trees.build(tmp_path, "faceforensics")
    return tmp_path


def add_masks(root: Path, attack: str, count: int = 10**6) -> None:
    """Give the first fakes of an attack a mask."""
    place = root / f"faceforensics/{FAKES}/{attack}"
    for video in sorted((place / "c23/videos").iterdir())[:count]:
        tree_damage.stray(place, f"masks/videos/{video.name}")


def test_without_masks_the_catalog_is_as_before(root: Path) -> None:
    for name in ("faceforensics", "dfd"):
        found = list_videos(name, name_trees.datasets(root))
        assert "mask" not in found.videos and "box" not in found.videos
        assert not any("have a mask" in line for line in found.notes)


def test_a_fake_has_its_own_mask_and_an_original_that_of_a_fake_of_it(root: Path) -> None:
    add_masks(root, "Face2Face")
    add_masks(root, "FaceSwap", count=1)
    found = list_videos("faceforensics", name_trees.datasets(root))
    videos = found.videos.set_index("video")
    for video in found.videos.itertuples(index=False):
        if video.attack == "real":
            (fake,) = Path(root / f"faceforensics/{FAKES}/Face2Face/masks/videos").glob(
                f"{video.identity}_*.mp4"
            )
            assert video.mask == f"{FAKES}/Face2Face/masks/videos/{fake.name}"
    first = sorted(
        video.name for video in (root / f"faceforensics/{FAKES}/FaceSwap/masks/videos").iterdir()
    )[0]
    stem = first.removesuffix(".mp4")
    own = videos.loc[f"faceforensics/FaceSwap/c23/{stem}", "mask"]
    assert own == f"{FAKES}/FaceSwap/masks/videos/{first}"
    # FaceShifter has no masks: the same pair's of another attack shows the same person
    other = videos.loc[f"faceforensics/FaceShifter/c23/{stem}", "mask"]
    assert other == f"{FAKES}/Face2Face/masks/videos/{first}"
    count = len(found.videos)
    assert f"{count} of {count} videos have a mask" in found.notes[0]
    # only what is DFD's
    used = list_videos("dfd", name_trees.datasets(root))
    assert f"not used: {len(used.videos)} files" in found.notes[1]


def test_some_masks_are_missing(root: Path) -> None:
    add_masks(root, "Deepfakes", count=3)
    found = list_videos("faceforensics", name_trees.datasets(root))
    # three fakes, the same pairs of four other attacks, and three originals
    assert (found.videos["mask"] != "").sum() == 3 * 5 + 3
    assert "18 of " in found.notes[0]


def test_dfd_masks_are_of_one_fake_only(root: Path, tmp_path: Path) -> None:
    add_masks(root, "DeepFakeDetection", count=2)
    found = list_videos("dfd", name_trees.datasets(root))
    fakes = found.videos[(found.videos["attack"] != "real") & (found.videos["mask"] != "")]
    reals = found.videos[(found.videos["attack"] == "real") & (found.videos["mask"] != "")]
    assert len(fakes) == 2
    assert {*reals["path"]} == {*fakes["source"]} and {*reals["mask"]} <= {*fakes["mask"]}
    tables.write(found.videos, tmp_path / "dfd.parquet", SCHEMA)
    assert [row["mask"] for row in tables.read_rows(tmp_path / "dfd.parquet")] == [
        *found.videos["mask"]
    ]
