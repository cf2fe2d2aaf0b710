"""The small trees have the shape of the large ones, and their videos show who they say."""

import json
import wave
from collections import Counter
from pathlib import Path

import numpy as np
import pytest

import small_trees
from deepfake_attribution.catalog.manifest import read_manifest
from deepfake_attribution.faces.blazeface import BlazeFace
from deepfake_attribution.frames import video
from tree_parts import Clip, Video
from tree_plan import plan

pytestmark = pytest.mark.slow

ROOTS = ("faceforensics", "hififace", "deeperforensics", "celeb_df", "deepfake_timit", "df_mobio")
METHODS = ("Deepfakes", "Face2Face", "FaceSwap", "NeuralTextures", "FaceShifter")
FOLDERS = {
    "faceforensics/original_sequences/youtube/c23/videos": 16,
    "faceforensics/original_sequences/actors/c23/videos": 6,
    "faceforensics/manipulated_sequences/DeepFakeDetection/c23/videos": 6,
    **{f"faceforensics/manipulated_sequences/{name}/c23/videos": 16 for name in METHODS},
    "hififace": 16,
    "deeperforensics/manipulated_videos/end_to_end": 16,
    "deeperforensics/manipulated_videos/reenact_postprocess": 16,
    "celeb_df/Celeb-real": 16,
    "celeb_df/YouTube-real": 6,
    "celeb_df/Celeb-synthesis": 24,
    "deepfake_timit/DeepfakeTIMIT/higher_quality": 6,
    "deepfake_timit/DeepfakeTIMIT/lower_quality": 6,
    "deepfake_timit/VidTIMIT": 12,
    "df_mobio/real": 4,
    "df_mobio/fake": 4,
}


def every_video(root: Path) -> list[Path]:
    """Files and folders of images below ``root``, found by walking."""
    folders = {path.parent for path in root.rglob("001")}
    return sorted([*root.rglob("*.mp4"), *root.rglob("*.avi"), *folders])


def pictures(path: Path) -> list[np.ndarray]:
    frames = [*video.take(path, 99)]
    assert [frame.reason for frame in frames if frame.image is None] == [], path
    return [frame.image for frame in frames if frame.image is not None]


def test_counts_by_folder(small_root: Path) -> None:
    found = {folder: len(every_video(small_root / folder)) for folder in FOLDERS}
    assert found == FOLDERS
    assert len(every_video(small_root)) == sum(FOLDERS.values())
    assert sorted(path.name for path in small_root.iterdir()) == sorted(ROOTS)


def test_faceforensics_pairs_are_those_of_the_files(small_root: Path) -> None:
    root = small_root / "faceforensics"
    pairs = {
        split: json.loads((root / f"splits/{split}.json").read_text())
        for split in ("train", "val", "test")
    }
    assert {split: len(rows) for split, rows in pairs.items()} == {"train": 4, "val": 2, "test": 2}
    both = [pair for rows in pairs.values() for pair in rows]
    assert sorted(number for pair in both for number in pair) == [
        f"{number:03d}" for number in range(16)
    ]
    expected = {f"{a}_{b}.mp4" for pair in both for a, b in (pair, pair[::-1])}
    for method in METHODS:
        folder = root / f"manipulated_sequences/{method}/c23/videos"
        assert {path.name for path in folder.iterdir()} == expected
    assert {path.name for path in every_video(small_root / "hififace")} == expected


def test_celeb_df_list_leaves_every_person_something_to_train_on(small_root: Path) -> None:
    root = small_root / "celeb_df"
    rows = [
        line.split(" ") for line in (root / "List_of_testing_videos.txt").read_text().splitlines()
    ]
    listed = {path for _, path in rows}
    counts = Counter((label, path.split("/")[0]) for label, path in rows)
    assert counts[("1", "YouTube-real")] > 0 and counts[("1", "Celeb-real")] > 0
    reals = counts[("1", "YouTube-real")] + counts[("1", "Celeb-real")]
    expected = {"test_real": reals, "test_fake": counts[("0", "Celeb-synthesis")]}
    assert small_trees.settings()["celeb_df"] == expected == {"test_real": 5, "test_fake": 6}
    for folder in ("Celeb-real", "Celeb-synthesis"):
        left = {
            path.name.split("_")[0]
            for path in (root / folder).iterdir()
            if f"{folder}/{path.name}" not in listed
        }
        assert left == {f"id{number}" for number in range(8)}
    assert (root / "Celeb-real/id5_0001.mp4").is_file()
    assert "Celeb-real/id5_0001.mp4" not in listed


def test_settings_name_the_papers_datasets() -> None:
    assert sorted(small_trees.settings()) == sorted([*ROOTS, "dfd"])


def test_manifest_can_be_read(small_root: Path) -> None:
    rows = read_manifest("df_mobio", small_root / "df_mobio", "manifest.csv")
    assert rows["attack"].value_counts().to_dict() == {"real": 4, "mobio_swap": 4}
    assert all((small_root / "df_mobio" / path).is_file() for path in rows["path"])
    assert {*rows["split"]} == {"test"}


def test_every_video_decodes_to_the_end(small_root: Path) -> None:
    lengths = {}
    for path in every_video(small_root):
        frames = pictures(path)
        assert {frame.shape for frame in frames} == {(180, 240, 3)}
        lengths[path.name] = len(frames)
    short = {name for name, length in lengths.items() if length == 1}
    assert "id5_0001.mp4" in short
    assert all(name.startswith("id5_") and name.endswith("_0001.mp4") for name in short)
    assert {*lengths.values()} == {1, 6}


def test_sound_lies_beside_every_film(small_root: Path) -> None:
    films = [*(small_root / "deepfake_timit").rglob("*.avi")]
    for film in films:
        with wave.open(str(film.with_suffix(".wav"))) as sound:
            assert sound.getframerate() == 16000 and sound.getnframes() > 0
    assert len(films) == len([*small_root.rglob("*.wav")])


def test_a_fake_shows_the_original_it_is_named_after(small_root: Path) -> None:
    """By the picture: a fake looks like its target's original more than like any other one."""
    root = small_root / "faceforensics"
    originals = every_video(root / "original_sequences/youtube")
    known = np.stack([_plain(path) for path in originals])
    fakes = [
        path for name in METHODS for path in every_video(root / "manipulated_sequences" / name)
    ]
    fakes += every_video(small_root / "hififace") + every_video(small_root / "deeperforensics")
    for fake in fakes:
        nearest = originals[int((known @ _plain(fake)).argmax())]
        assert nearest.stem == fake.stem.split("_")[0], fake


def _plain(path: Path) -> np.ndarray:
    """The second picture with brightness and contrast taken out, of length 1."""
    grey = pictures(path)[1].mean(axis=2).ravel()
    grey = grey - grey.mean()
    return grey / np.linalg.norm(grey)


@pytest.mark.parametrize("method", ["Deepfakes", "FaceSwap", "HifiFace", "Celeb-synthesis"])
def test_a_swap_shows_the_donor(method: str) -> None:
    """Another donor gives another face, and nothing else: the room keeps its bits."""
    target = Clip("faceforensics", "000", "")
    first, second = (
        small_trees.pictures(Video("x.mp4", method, target, Clip("faceforensics", donor, "")))
        for donor in ("001", "002")
    )
    changes = np.abs(np.stack(first).astype(int) - np.stack(second)).max(axis=(0, 3))
    assert changes[90].max() > 20
    assert changes[:, :30].max() == 0


def test_two_clips_of_a_person_show_one_face_in_two_rooms() -> None:
    one, other = (small_trees.footage_of(Clip("celeb_df", "id0", name)) for name in ("0", "1"))
    again = small_trees.footage_of(Clip("celeb_df", "id1", "0"))
    shapes = [_shape(clip.landmarks) for clip in (one, other, again)]
    assert np.abs(shapes[0] - shapes[1]) < np.abs(shapes[0] - shapes[2])
    assert np.abs(one.frames[0].astype(int) - other.frames[0])[:, :30].mean() > 5


def _shape(landmarks: np.ndarray) -> float:
    """Distance of the eyes by that of the ears, which turns of the head hardly change."""
    eyes = np.linalg.norm(landmarks[:, 0] - landmarks[:, 1], axis=1)
    ears = np.linalg.norm(landmarks[:, 4] - landmarks[:, 5], axis=1)
    return float((eyes / ears).mean())


def test_a_video_written_alone_has_the_same_bytes(small_root: Path, tmp_path: Path) -> None:
    """So the order in which the tree is built, and what else is in it, leave no trace."""
    for name, tree in plan(small_trees.SIZES).items():
        made = tree.videos[-1]
        small_trees.write(made, tmp_path / name)
        assert _content(tmp_path / name / made.path) == _content(small_root / name / made.path)


def _content(path: Path) -> list[bytes]:
    return [file.read_bytes() for file in ([path] if path.is_file() else sorted(path.iterdir()))]


@pytest.mark.parametrize("folder", FOLDERS)
def test_a_face_is_found_in_nearly_all_frames(
    small_root: Path, weights_folder: Path, folder: str
) -> None:
    detector = BlazeFace(weights_folder, "full_range", 0.5)
    frames = [frame for path in every_video(small_root / folder) for frame in pictures(path)]
    assert np.mean([len(faces) > 0 for faces in detector.detect(frames)]) >= 0.9
