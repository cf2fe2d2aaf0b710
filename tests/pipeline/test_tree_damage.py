from pathlib import Path

import pytest

import full_trees
import tree_damage


@pytest.fixture
def celeb(tmp_path: Path) -> Path:
    full_trees.build(tmp_path, "celeb_df")
    return tmp_path / "celeb_df"


def test_drop_removes_just_so_many(celeb: Path) -> None:
    gone = tree_damage.drop(celeb, "Celeb-real/id3_*.mp4", 4)
    assert [path.name for path in gone] == [f"id3_{number:04d}.mp4" for number in range(4)]
    assert len([*celeb.glob("Celeb-real/*")]) == 586
    with pytest.raises(ValueError, match="6 match, not 7"):
        tree_damage.drop(celeb, "Celeb-real/id3_*.mp4", 7)


def test_lists_are_shortened_and_turned(celeb: Path) -> None:
    path = celeb / "List_of_testing_videos.txt"
    before = path.read_text().splitlines()
    tree_damage.shorten_list(path, 1)
    assert path.read_text().splitlines() == before[:-1]
    tree_damage.flip_labels(path)
    after = path.read_text().splitlines()
    assert [line[0] for line in after].count("1") == 339
    assert [line[1:] for line in after] == [line[1:] for line in before[:-1]]


def test_folders_change_names(celeb: Path) -> None:
    tree_damage.swap_folders(celeb / "Celeb-real", celeb / "Celeb-synthesis")
    assert len([*celeb.glob("Celeb-real/*")]) == 5639
    assert len([*celeb.glob("Celeb-synthesis/*")]) == 590
    assert len([*celeb.iterdir()]) == 4


def test_files_lose_their_content(tmp_path: Path) -> None:
    for name in "abcd":
        (tmp_path / name).write_bytes(b"content!")
    tree_damage.cut(tmp_path, "*", 3)
    tree_damage.garble(tmp_path, "*", 2)
    tree_damage.empty(tmp_path, "*", 1)
    sizes = [(tmp_path / name).stat().st_size for name in "abcd"]
    assert sizes[0] == 0 and sizes[1] > 8 and sizes[2:] == [4, 8]


def test_names_that_should_not_be_there(tmp_path: Path) -> None:
    full_trees.build(tmp_path, "faceforensics")
    videos = tmp_path / "faceforensics/manipulated_sequences/FaceSwap/c23/videos"
    moved = tree_damage.mix_compression(videos, "c40", 3)
    assert [path.parts[-3] for path in moved] == ["c40"] * 3
    assert len([*videos.iterdir()]) == 997
    tree_damage.stray(videos, "000_999x.mp4")
    tree_damage.copy_over(tmp_path / "faceforensics/splits/val.json", videos / "1.mp4")
    assert len([*videos.iterdir()]) == 999
    with pytest.raises(ValueError, match="is there already"):
        tree_damage.stray(videos, "000_999x.mp4")
