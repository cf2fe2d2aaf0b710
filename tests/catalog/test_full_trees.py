"""The full-size trees hold what the datasets' papers promise; counted by walking them."""

import csv
import json
import os
import re
from collections import Counter
from pathlib import Path

import full_trees
from deepfake_attribution.catalog.manifest import read_manifest

METHODS = {"Deepfakes", "Face2Face", "FaceSwap", "NeuralTextures", "FaceShifter"}


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def stems(folder: Path, suffix: str = ".mp4") -> list[str]:
    assert {path.suffix for path in folder.iterdir()} == {suffix}
    return sorted(path.stem for path in folder.iterdir())


def files(root: Path) -> dict[str, bytes]:
    """Return the content of every file; of 30,000 empty ones only the size is looked at."""
    found = {}
    for folder, _, names in os.walk(root):
        for name in names:
            path = os.path.join(folder, name)  # noqa: PTH118  # a Path for each takes longer
            content = Path(path).read_bytes() if os.stat(path).st_size else b""  # noqa: PTH116
            found[os.path.relpath(path, root)] = content
    return found


def splits(root: Path) -> dict[str, list[list[str]]]:
    return {
        split: json.loads((root / f"splits/{split}.json").read_text())
        for split in ("train", "val", "test")
    }


def test_every_root_is_there_and_only_lists_have_content(full_root: Path) -> None:
    roots = {"faceforensics", "hififace", "deeperforensics"}
    assert {*names(full_root)} == roots | {"celeb_df", "deepfake_timit", "df_mobio"}
    content = {path.split("/", 1)[1] for path, text in files(full_root).items() if text}
    lists = {f"splits/{split}.json" for split in ("train", "val", "test")}
    assert content == lists | {"List_of_testing_videos.txt", "manifest.csv"}


def test_two_builds_are_alike(full_root: Path, tmp_path: Path) -> None:
    full_trees.build(tmp_path, "celeb_df", "faceforensics")
    assert names(tmp_path) == ["celeb_df", "faceforensics"]
    for name in names(tmp_path):
        assert files(tmp_path / name) == files(full_root / name)


def test_faceforensics_splits_are_disjoint_pairs(full_root: Path) -> None:
    pairs = splits(full_root / "faceforensics")
    assert {split: len(rows) for split, rows in pairs.items()} == {
        "train": 360,
        "val": 70,
        "test": 70,
    }
    every = [number for rows in pairs.values() for pair in rows for number in pair]
    assert sorted(every) == [f"{number:03d}" for number in range(1000)]
    assert every != sorted(every)
    assert all(len(pair) == 2 for rows in pairs.values() for pair in rows)


def test_faceforensics_fakes_are_both_orders_of_each_pair(full_root: Path) -> None:
    root = full_root / "faceforensics"
    assert {*names(root / "original_sequences")} == {"youtube", "actors"}
    assert {*names(root / "manipulated_sequences")} == METHODS | {"DeepFakeDetection"}
    originals = stems(root / "original_sequences/youtube/c23/videos")
    assert originals == [f"{number:03d}" for number in range(1000)]
    pairs = [pair for rows in splits(root).values() for pair in rows]
    expected = sorted(f"{one}_{other}" for a, b in pairs for one, other in ((a, b), (b, a)))
    assert len(expected) == 1000
    for method in METHODS:
        assert stems(root / f"manipulated_sequences/{method}/c23/videos") == expected


def test_dfd_fakes_have_their_original(full_root: Path) -> None:
    root = full_root / "faceforensics"
    originals = stems(root / "original_sequences/actors/c23/videos")
    fakes = stems(root / "manipulated_sequences/DeepFakeDetection/c23/videos")
    assert (len(originals), len(fakes)) == (363, 3068)
    actors = {name.split("__")[0] for name in originals}
    assert sorted(actors) == [f"{number:02d}" for number in range(1, 29)]
    assert {"exit_phone_room", "walking_down_street_outside_angry"} <= {
        name.split("__")[1] for name in originals
    }
    seen = set()
    for name in fakes:
        found = re.fullmatch(r"(\d\d)_(\d\d)__([a-z_]+)__[A-Z0-9]{8}", name)
        assert found, name
        target, source, scene = found.groups()
        assert f"{target}__{scene}" in originals
        assert source in actors - {target}
        seen.add(found.groups())
    assert len(seen) == 3068
    assert {f"{target}__{scene}" for target, _, scene in seen} == {*originals}


def test_hififace_lies_a_folder_or_two_deep(full_root: Path) -> None:
    found = [path.relative_to(full_root / "hififace") for path in _videos(full_root / "hififace")]
    assert Counter(len(path.parts) - 1 for path in found) == {1: 500, 2: 500}
    method = full_root / "faceforensics/manipulated_sequences/FaceSwap/c23/videos"
    assert sorted(path.name for path in found) == names(method)


def test_deeperforensics_has_eleven_folders_of_every_target(full_root: Path) -> None:
    folders = [*(full_root / "deeperforensics/manipulated_videos").iterdir()]
    assert len(folders) == 11
    assert {"end_to_end", "reenact_postprocess", "end_to_end_mix_4_distortions"} <= {
        folder.name for folder in folders
    }
    for folder in folders:
        found = [re.fullmatch(r"(\d{3})_[MW]\d{3}", stem) for stem in stems(folder)]
        assert [each[1] for each in found if each] == [f"{number:03d}" for number in range(1000)]


def test_celeb_df_has_its_numbers_and_every_original(full_root: Path) -> None:
    root = full_root / "celeb_df"
    real, fake = stems(root / "Celeb-real"), stems(root / "Celeb-synthesis")
    youtube = stems(root / "YouTube-real")
    assert (len(real), len(youtube), len(fake)) == (590, 300, 5639)
    people = {name.split("_")[0] for name in real}
    assert len(people) == 59 and "id61" in people and "id14" not in people
    assert "id27_0005" in real
    for name in fake:
        found = re.fullmatch(r"(id\d+)_(id\d+)_(\d{4})", name)
        assert found, name
        assert f"{found[1]}_{found[3]}" in real
        assert found[2] in people - {found[1]}


def test_celeb_df_list_is_as_long_as_the_official_one(full_root: Path) -> None:
    root = full_root / "celeb_df"
    lines = (root / "List_of_testing_videos.txt").read_text().splitlines()
    assert len(lines) == len({*lines}) == 518
    rows = [line.split(" ") for line in lines]
    counts = Counter((label, path.split("/")[0]) for label, path in rows)
    assert counts == {
        ("1", "Celeb-real"): 108,
        ("1", "YouTube-real"): 70,
        ("0", "Celeb-synthesis"): 340,
    }
    assert all((root / path).is_file() for _, path in rows)


def test_deepfake_timit_has_film_and_sound_of_pairs(full_root: Path) -> None:
    fakes = full_root / "deepfake_timit/DeepfakeTIMIT"
    spoken = full_root / "deepfake_timit/VidTIMIT"
    assert names(fakes) == ["higher_quality", "lower_quality"]
    for quality in fakes.iterdir():
        films = [*quality.glob("*/*.avi")]
        assert len(films) == 320
        assert {film.with_suffix(".wav") for film in films} == {*quality.glob("*/*.wav")}
        assert Counter(Counter(film.parent.name for film in films).values()) == {10: 32}
        partners = set()
        for film in films:
            sentence, donor = film.stem.split("-video-")
            assert (spoken / film.parent.name / "video" / sentence).is_dir()
            partners.add((film.parent.name, donor))
        assert len(partners) == 32 and partners == {(b, a) for a, b in partners}
        assert all(a != b and a[0] == b[0] for a, b in partners)


def test_vidtimit_has_folders_of_frames_without_suffix(full_root: Path) -> None:
    subjects = [*(full_root / "deepfake_timit/VidTIMIT").iterdir()]
    assert len(subjects) == 43
    for subject in subjects:
        sequences = names(subject / "video")
        heads = [name for name in sequences if name.startswith("head")]
        assert heads == ["head", "head2", "head3"] and len(sequences) == 13
        assert all(names(subject / "video" / sequence) == ["001"] for sequence in sequences)


def test_df_mobio_manifest_lists_its_files(full_root: Path) -> None:
    root = full_root / "df_mobio"
    rows = read_manifest("df_mobio", root, "manifest.csv")
    assert rows["attack"].value_counts().to_dict() == {"mobio_swap": 60, "real": 40}
    assert {*rows["split"]} == {"test"}
    assert sorted(rows["path"]) == sorted(str(path.relative_to(root)) for path in _videos(root))
    reals = {*rows.loc[rows["attack"] == "real", "path"]}
    assert {*rows["source"]} <= reals
    with (root / "manifest.csv").open(newline="") as file:
        header = next(csv.reader(file))
    assert header == ["path", "attack", "split", "identity", "donor", "source", "compression"]


def _videos(root: Path) -> list[Path]:
    return [*root.rglob("*.mp4")]
