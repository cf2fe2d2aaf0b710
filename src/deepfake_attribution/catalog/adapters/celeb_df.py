"""Celeb-DF v2 (Li et al., CVPR 2020): a test list, and no official validation split.

The validation split is drawn from the videos outside the list, by target identity.

    Celeb-real/id<a>_<nnnn>.mp4              directly inside, or below a further videos/
    YouTube-real/<nnnnn>.mp4
    Celeb-synthesis/id<a>_id<b>_<nnnn>.mp4
    List_of_testing_videos.txt               <1 real, 0 fake> <folder>/<file>
"""

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Literal

from pydantic import Field

from deepfake_attribution.catalog.files import check_root, folder, misnamed, strangers
from deepfake_attribution.catalog.listing import Counts, Listing, Video, table
from deepfake_attribution.catalog.shares import carve
from deepfake_attribution.core.errors import UserError
from deepfake_attribution.core.listed import some
from deepfake_attribution.core.params import Strict
from deepfake_attribution.core.settings import Dataset
from deepfake_attribution.core.video import REAL

FAKES = "Celeb-synthesis"
FORMS = {
    "Celeb-real": re.compile(r"(id\d+)_(\d+)"),
    "YouTube-real": re.compile(r"(\d+)"),
    FAKES: re.compile(r"(id\d+)_(id\d+)_(\d+)"),
}
EXAMPLES = {"Celeb-real": "id0_0000.mp4", "YouTube-real": "00000.mp4", FAKES: "id0_id1_0000.mp4"}
LIST = "List_of_testing_videos.txt"
LINE = re.compile(r"([01])\s+(Celeb-real|YouTube-real|Celeb-synthesis)/(\S+)")
RELEASED = {REAL: 890, FAKES: 5639}
RELEASED_TEST = {REAL: 178, FAKES: 340}
COMPRESSION = "released"  # there is one version


class Settings(Strict):
    """Attributes.

    root: folder that holds the three folders and the list.
    validation: share of the target identities outside the test list, and of the YouTube clips,
        that becomes the validation split.
    validation_seed: decides which ones.
    test_real: lines of real videos in the test list, 178 in the released one.
    test_fake: of fakes, 340.
    """

    adapter: Literal["celeb_df"]
    root: str = Field(min_length=1)
    validation: float = Field(gt=0, lt=1)
    validation_seed: int = Field(ge=0)
    test_real: int = Field(ge=0)
    test_fake: int = Field(ge=0)


def list_videos(name: str, settings: Settings, datasets: Mapping[str, Dataset]) -> Listing:
    """Return all videos that are there, folder by folder, in the order of their names.

    Raises:
        UserError: the root is not this dataset's, the list is not the released one, or a file's
            name is not of its folder's form.
    """
    root = Path(settings.root)
    check_root(name, root, [*FORMS], "Celeb-DF v2")
    tested = _read_list(name, root / LIST, settings)
    problems: list[str] = []
    found: list[tuple[str, str, tuple[str, ...]]] = []  # folder, path, parts of the name
    for place in FORMS:
        path = root / place / "videos" if (root / place / "videos").is_dir() else root / place
        content = folder(path)
        problems += strangers(content, path)
        inside = path.relative_to(root).as_posix()
        found += [(place, f"{inside}/{file}", _parts(file, place, path)) for file in content.videos]
    there = {f"{place}/{Path(path).name}" for place, path, _ in found}
    gone = sorted(tested - there)
    if gone:
        problems.append(f"test list: {len(gone)} of {len(tested)} are missing: {some(gone)}")
    untested = [
        (place, parts) for place, path, parts in found if f"{place}/{Path(path).name}" not in tested
    ]
    chosen = _validation(untested, settings)
    real = "Celeb-real"
    homes = (Path(path).parent.as_posix() for place, path, _ in found if place == real)
    originals = next(homes, real)
    videos = [
        _video(name, place, path, parts, tested, chosen, originals) for place, path, parts in found
    ]
    rows = table(name, COMPRESSION, videos)
    notes = _notes(videos, chosen)
    return Listing(rows, _expected(videos, settings), (*problems,), notes, (LIST,))


def _read_list(name: str, path: Path, settings: Settings) -> set[str]:
    """Return ``folder/file`` of every test video."""
    try:
        lines = path.read_text(encoding="utf-8-sig").splitlines()
    except FileNotFoundError:
        raise UserError(
            f"{path}: no such file: Celeb-DF comes with it, and without it the test videos "
            "are unknown: copy it there"
        ) from None
    labels: dict[str, str] = {}
    flipped = []
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        match = LINE.fullmatch(line.strip())
        if not match:
            raise UserError(
                f"{path}, line {number}: '{line.strip()}' is not of the form '1 Celeb-real/"
                "id0_0000.mp4' (there is no header): get the released list again"
            )
        label, place, file = match.groups()
        if (label == "1") == (place == FAKES):
            flipped.append(number)
        if f"{place}/{file}" in labels:
            raise UserError(f"{path}, line {number}: {place}/{file} is listed twice: keep one line")
        labels[f"{place}/{file}"] = label
    if flipped:
        raise UserError(
            f"{path}, line {flipped[0]}: 1 is real and 0 is fake, but the label of "
            f"{len(flipped)} of {len(labels)} lines says otherwise: get the released list again"
        )
    counts = Counter(FAKES if one.startswith(FAKES) else REAL for one in labels)
    wanted = {REAL: settings.test_real, FAKES: settings.test_fake}
    if any(counts[kind] != count for kind, count in wanted.items()):
        raise UserError(
            f"{path}: {len(labels)} lines ({counts[REAL]} real, {counts[FAKES]} fake), but the "
            f"list has {sum(wanted.values())} ({wanted[REAL]} real, {wanted[FAKES]} fake): "
            "shortened copies circulate; get the released list again (the counts are "
            f"datasets.{name}.test_real and test_fake)"
        )
    return set(labels)


def _parts(file: str, place: str, path: Path) -> tuple[str, ...]:
    match = FORMS[place].fullmatch(Path(file).stem)
    if match is None:
        raise misnamed(path, file, EXAMPLES[place], FORMS.values())
    return match.groups()


def _target(place: str, parts: Sequence[str]) -> str:
    """Return the person seen; those of YouTube clips are not named, so each clip counts as one."""
    return f"youtube{parts[0]}" if place == "YouTube-real" else parts[0]


def _validation(untested: Sequence[tuple[str, Sequence[str]]], settings: Settings) -> set[str]:
    """Return the target identities of the validation split; YouTube clips in the same share."""
    people = {_target(place, parts) for place, parts in untested}
    clips = {name for name in people if name.startswith("youtube")}
    seed, share = settings.validation_seed, settings.validation
    return carve(people - clips, share, seed) | carve(clips, share, seed)


def _video(
    dataset: str,
    place: str,
    path: str,
    parts: Sequence[str],
    tested: set[str],
    chosen: set[str],
    originals: str,
) -> Video:
    file = Path(path)
    target = _target(place, parts)
    split = "test" if f"{place}/{file.name}" in tested else "val" if target in chosen else "train"
    # The test list shares people with the other videos, so only train and val can be kept apart.
    footage = () if split == "test" else (f"{dataset}/{target}",)
    # Each of the three folders has its own numbering.
    name = f"{place}/{file.stem}"
    if place != FAKES:
        return Video(name, path, REAL, split, target, "", path, footage)
    source = f"{originals}/{parts[0]}_{parts[2]}{file.suffix}"
    return Video(name, path, FAKES, split, target, parts[1], source, footage)


def _notes(videos: Sequence[Video], chosen: set[str]) -> tuple[str, ...]:
    fakes = [video for video in videos if video.attack == FAKES]
    validated = [video for video in fakes if video.split == "val"]
    donors = {video.donor for video in fakes if video.split == "train"}
    donors |= {video.identity for video in videos if video.split == "train"}
    shared = [video for video in validated if video.donor in donors]
    people = sum(not name.startswith("youtube") for name in chosen)
    reals = sum(video.split == "val" and video.attack == REAL for video in videos)
    return (
        f"validation split: {people} target identities and {len(chosen) - people} YouTube clips "
        f"outside the test list: {reals} real, {len(validated)} fake videos; the donor of "
        f"{len(shared)} of these fakes is also seen in training (every fake joins two people)",
    )


def _expected(videos: Sequence[Video], settings: Settings) -> Counts:
    """Return the counts of the released set; videos missing outside the list count as train."""
    test = {REAL: settings.test_real, FAKES: settings.test_fake}
    expected = {("test", kind): count for kind, count in test.items()}
    if test == RELEASED_TEST:
        for kind, count in RELEASED.items():
            val = sum(video.split == "val" and video.attack == kind for video in videos)
            expected |= {("val", kind): val, ("train", kind): count - test[kind] - val}
    return expected
