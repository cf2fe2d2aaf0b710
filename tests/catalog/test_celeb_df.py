from pathlib import Path

import pytest

import full_trees
import name_trees
import tree_damage
from deepfake_attribution.catalog.registry import list_videos
from deepfake_attribution.core.errors import UserError
from name_trees import listing
from tree_plan import plan

LIST = "List_of_testing_videos.txt"


@pytest.fixture
def root(tmp_path: Path) -> Path:
    name_trees.build(tmp_path, "celeb_df")
    return tmp_path


@pytest.fixture
def tree(root: Path) -> Path:
    return root / "celeb_df"


def message(root: Path, /, **changed: object) -> str:
    with pytest.raises(UserError) as stop:
        listing(root, "celeb_df", **changed)
    text = str(stop.value)
    assert "\n" not in text
    return text


def test_test_part_is_the_list_to_the_first_line(root: Path, tree: Path) -> None:
    videos = listing(root, "celeb_df").videos
    tested = videos[videos["split"] == "test"]
    lines = (tree / LIST).read_text().splitlines()
    assert sorted(tested["path"]) == sorted(line.split()[1] for line in lines)
    labels = {line.split()[1]: line.split()[0] for line in lines}
    reals = tested[tested["attack"] == "real"]["path"]
    assert all(labels[path] == "1" for path in reals)


def test_celeb_df_pp_is_recognised(root: Path, tree: Path) -> None:
    (tree / "Celeb-synthesis/FaceSwap/SimSwap").mkdir(parents=True)
    assert message(root) == (
        f"datasets.celeb_df.root: {tree}/Celeb-synthesis has FaceSwap: this is Celeb-DF++, for "
        "which there is the adapter celeb_df_pp"
    )


def test_names_tell_target_donor_and_original(root: Path) -> None:
    videos = listing(root, "celeb_df").videos
    fake = videos[videos["attack"] == "Celeb-synthesis"].iloc[0]
    stem = Path(fake["path"]).stem
    target, donor, clip = stem.split("_")
    assert fake["video"] == f"celeb_df/Celeb-synthesis/released/Celeb-synthesis/{stem}"
    assert (fake["identity"], fake["donor"]) == (target, donor)
    assert fake["source"] == f"Celeb-real/{target}_{clip}.mp4"


def test_validation_part_is_by_target_seeded_and_of_the_share_asked_for(root: Path) -> None:
    def part(**changed: object) -> set[str]:
        videos = listing(root, "celeb_df", **changed).videos
        return set(videos[videos["split"] == "val"]["identity"])

    assert part() == part()
    assert len({frozenset(part(validation_seed=seed)) for seed in range(8)}) > 1
    assert len(part(validation=0.5)) > len(part(validation=0.1))
    for seed in range(4):
        videos = listing(root, "celeb_df", validation_seed=seed, validation=0.4).videos
        learnt = videos[videos["split"] != "test"]
        assert (learnt.groupby("identity")["split"].nunique() == 1).all()


def test_a_missing_video_moves_no_other_one(root: Path, tree: Path) -> None:
    before = listing(root, "celeb_df").videos.set_index("video")["split"]
    learnt = before[before != "test"]
    gone = learnt[learnt == "train"].index[0]
    path = next(tree.rglob(gone.rpartition("/")[2] + ".mp4"))
    path.unlink()
    after = listing(root, "celeb_df").videos.set_index("video")["split"]
    assert after.equals(before.drop(gone))


def test_files_below_a_further_videos_are_found(root: Path, tree: Path) -> None:
    before = listing(root, "celeb_df").videos
    for name in ("Celeb-real", "YouTube-real", "Celeb-synthesis"):
        files = list((tree / name).iterdir())
        (tree / name / "videos").mkdir()
        for file in files:
            file.rename(tree / name / "videos" / file.name)
    after = listing(root, "celeb_df").videos
    assert list(after["video"]) == list(before["video"])
    assert list(after["split"]) == list(before["split"])
    assert (after["path"].str.split("/").str[1] == "videos").all()


def test_missing_test_videos_are_named_and_counted(root: Path, tree: Path) -> None:
    fakes = [line.split()[1] for line in (tree / LIST).read_text().splitlines() if line[0] == "0"]
    (tree / fakes[0]).unlink()
    found = listing(root, "celeb_df")
    assert f"test list: 1 of 11 are missing: {fakes[0]}" in found.problems
    assert found.shortages() == ["test Celeb-synthesis: 5 of 6 videos are there"]


def test_shortened_list_is_refused(root: Path, tree: Path) -> None:
    tree_damage.shorten_list(tree / LIST, 1)
    text = message(root)
    assert f"{tree / LIST}: 10 lines (" in text and "but the list has 11 (5 real, 6 fake)" in text


def test_list_of_517_lines_is_refused_with_the_paper_s_settings(tmp_path: Path) -> None:
    tree = tmp_path / "celeb_df"
    for name in ("Celeb-real", "YouTube-real", "Celeb-synthesis"):
        (tree / name).mkdir(parents=True)
    (tree / LIST).write_text(plan(full_trees.SIZES)["celeb_df"].lists[LIST])
    tree_damage.shorten_list(tree / LIST, 1)
    with pytest.raises(UserError, match=r"517 lines .* but the list has 518 \(178 real, 340 fake"):
        list_videos("celeb_df", name_trees.datasets(tmp_path, small=False))


def test_flipped_labels_are_refused(root: Path, tree: Path) -> None:
    tree_damage.flip_labels(tree / LIST)
    text = message(root)
    assert f"{tree / LIST}, line 1: 1 is real and 0 is fake, but the label of 11 of 11" in text


def test_header_or_another_form_is_refused_by_its_line(root: Path, tree: Path) -> None:
    content = (tree / LIST).read_text()
    (tree / LIST).write_text("label video\n" + content)
    assert ", line 1: 'label video' is not of the form '1 Celeb-real/" in message(root)
    (tree / LIST).write_text(content + content.splitlines()[0] + "\n")
    assert ", line 12: " in message(root) and "is listed twice" in message(root)
    (tree / LIST).unlink()
    assert message(root).startswith(f"{tree / LIST}: no such file: Celeb-DF comes with it")


def test_swapped_folders_and_strange_names_are_refused(root: Path, tree: Path) -> None:
    tree_damage.swap_folders(tree / "Celeb-real", tree / "Celeb-synthesis")
    assert "were two folders swapped?" in message(root)
    tree_damage.swap_folders(tree / "Celeb-real", tree / "Celeb-synthesis")
    tree_damage.stray(tree, "Celeb-real/anna.mp4")
    assert "anna.mp4: not a name that belongs there, such as id0_0000.mp4" in message(root)


def test_wrong_root_is_refused(root: Path, tree: Path) -> None:
    text = message(root, root=str(root))
    assert "is not the root of Celeb-DF v2: it has no Celeb-real" in text
    assert f"{tree} has: set the root to it" in text
