"""The clips of Celeb-DF, its test list, and the validation split drawn beside it.

Celeb-DF v2 and Celeb-DF++ share reals, people and names, and DFDM was made from the same clips. So
all three are split here, and name their footage alike.
"""

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from deepfake_attribution.catalog.files import folder, misnamed, strangers, without_suffix
from deepfake_attribution.catalog.listing import Counts, Video
from deepfake_attribution.catalog.shares import carve
from deepfake_attribution.core.errors import UserError
from deepfake_attribution.core.listed import some
from deepfake_attribution.core.video import REAL

FAMILIES = ("FaceSwap", "FaceReenact", "TalkingFace")  # folders of fakes, in Celeb-DF++ only
CELEBRITIES, YOUTUBE, FAKES = "Celeb-real", "YouTube-real", "Celeb-synthesis"
REALS = {CELEBRITIES: re.compile(r"(id\d+)_(\d+)"), YOUTUBE: re.compile(r"(\d+)")}
EXAMPLES = {CELEBRITIES: "id0_0000.mp4", YOUTUBE: "00000.mp4"}
LIST = "List_of_testing_videos.txt"
LINE = re.compile(r"([01])\s+((?:Celeb-real|YouTube-real|Celeb-synthesis)/\S+)")
COMPRESSION = "released"  # there is one version
RELEASED_REALS, RELEASED_TEST_REALS = 890, 178


@dataclass(frozen=True)
class File:
    """A video as its name describes it.

    Attributes:
        listed: as the test list writes it, ``Celeb-real/id0_0000.mp4``.
        path: relative to the root; a further ``videos`` may be in it.
        target: who is seen; people of YouTube clips are not named, so each clip counts as one.
        clip: which of the target's recordings.
        donor: whose face was put there; empty of a real video.
        attack: its class.
    """

    listed: str
    path: str
    target: str
    clip: str
    donor: str = ""
    attack: str = REAL


@dataclass(frozen=True)
class Splits:
    """Which split a video is in.

    Attributes:
        tested: the lines of the test list.
        chosen: people, and YouTube clips, of the validation split.
    """

    tested: frozenset[str]
    chosen: frozenset[str]

    def of(self, listed: str, target: str) -> str:
        """Return the split of a video, by its name in the list and who is seen."""
        if listed in self.tested:
            return "test"
        return "val" if target in self.chosen else "train"

    def footage(self, split: str, target: str) -> tuple[str, ...]:
        """Return what must be in one split only.

        The test list shares people with the other videos, so only train and val can be kept apart.
        """
        return () if split == "test" else (f"Celeb-DF/{target}",)


def videos_in(root: Path, place: str) -> tuple[Path, list[str], list[str]]:
    """Return where the videos of ``root/place`` are, their names, and problems."""
    path = root / place / "videos" if (root / place / "videos").is_dir() else root / place
    content = folder(path)
    return path, content.videos, strangers(content, path)


def reals(root: Path) -> tuple[list[File], list[str]]:
    """Return the real videos that are there, in the order of their names, and problems.

    Raises:
        UserError: a name is not of its folder's form.
    """
    found: list[File] = []
    problems: list[str] = []
    for place, form in REALS.items():
        path, names, strange = videos_in(root, place)
        problems += strange
        inside = path.relative_to(root).as_posix()
        for name in names:
            match = form.fullmatch(Path(name).stem)
            if match is None:
                swapped = re.compile(r"id\d+_id\d+_\d+")
                raise misnamed(path, name, EXAMPLES[place], [*REALS.values(), swapped])
            target = match[1] if place == CELEBRITIES else f"youtube{match[1]}"
            clip = match.groups()[-1]
            found.append(File(f"{place}/{name}", f"{inside}/{name}", target, clip))
    return found, problems


def splits_of(tested: frozenset[str], found: Sequence[File], share: float, seed: int) -> Splits:
    """Return the splits: the test list, and ``share`` of the other people and clips for validation.

    Args:
        tested: from `read_list`.
        found: the real videos that are there; fakes follow the person they show.
        share: of the people outside the test list, and of the YouTube clips.
        seed: decides which ones.
    """
    people = {file.target for file in found if file.listed not in tested}
    clips = {name for name in people if name.startswith("youtube")}
    return Splits(tested, frozenset(carve(people - clips, share, seed) | carve(clips, share, seed)))


def read_list(
    dataset: str, path: Path, real: int, fake: int, kind: str, either_label: bool = False
) -> frozenset[str]:
    """Return the lines of a test list: ``folder/file`` of every test video.

    Args:
        dataset: name in params.yaml.
        path: the list.
        real, fake: how many lines of each there should be.
        kind: the dataset's own name.
        either_label: 0 may also mean real, as long as all lines agree.

    Raises:
        UserError: there is no list, or it is not the released one; names the line.
    """
    try:
        lines = path.read_text(encoding="utf-8-sig").splitlines()
    except FileNotFoundError:
        raise UserError(
            f"{path}: no such file: {kind} comes with it, and without it the test videos "
            "are unknown: copy it there"
        ) from None
    labels: dict[str, str] = {}
    numbers: dict[str, int] = {}
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        match = LINE.fullmatch(line.strip())
        if not match:
            raise UserError(
                f"{path}, line {number}: '{line.strip()}' is not of the form '1 Celeb-real/"
                "id0_0000.mp4' (there is no header): get the released list again"
            )
        label, listed = match.groups()
        if listed in labels:
            raise UserError(f"{path}, line {number}: {listed} is listed twice: keep one line")
        labels[listed], numbers[listed] = label, number
    is_fake = {listed: listed.startswith(FAKES) for listed in labels}
    flipped = [one for one, label in labels.items() if (label == "1") == is_fake[one]]
    if flipped and not (either_label and len(flipped) == len(labels)):
        raise UserError(
            f"{path}, line {numbers[flipped[0]]}: 1 is real and 0 is fake, but the label of "
            f"{len(flipped)} of {len(labels)} lines says otherwise: get the released list again"
        )
    counts = Counter(is_fake.values())
    if (counts[False], counts[True]) != (real, fake):
        raise UserError(
            f"{path}: {len(labels)} lines ({counts[False]} real, {counts[True]} fake), but the "
            f"list has {real + fake} ({real} real, {fake} fake): "
            "shortened copies circulate; get the released list again (the counts are "
            f"datasets.{dataset}.test_real and test_fake)"
        )
    return frozenset(labels)


def missing(tested: frozenset[str], found: Sequence[File]) -> list[str]:
    """Return a line about test videos that are not there."""
    gone = sorted(tested - {file.listed for file in found})
    if not gone:
        return []
    return [f"test list: {len(gone)} of {len(tested)} are missing: {some(gone)}"]


def home(root: Path) -> str:
    """Return the folder of the celebrities' originals, relative to ``root``."""
    return videos_in(root, CELEBRITIES)[0].relative_to(root).as_posix()


def video(file: File, splits: Splits, originals: str) -> Video:
    """Return the row of a file; ``originals`` is where the originals of fakes are (`home`)."""
    split = splits.of(file.listed, file.target)
    source = file.path
    if file.attack != REAL:
        source = f"{originals}/{file.target}_{file.clip}{PurePosixPath(file.listed).suffix}"
    # Each folder has its own numbering.
    name = without_suffix(file.listed)
    footage = splits.footage(split, file.target)
    return Video(name, file.path, file.attack, split, file.target, file.donor, source, footage)


def note(videos: Sequence[Video], splits: Splits) -> str:
    """Return a line on the validation split, and how many people it shares with training."""
    fakes = [one for one in videos if one.attack != REAL]
    validated = [one for one in fakes if one.split == "val"]
    donors = {one.donor for one in fakes if one.split == "train"}
    donors |= {one.identity for one in videos if one.split == "train"}
    shared = sum(one.donor in donors - {""} for one in validated)
    people = sum(not name.startswith("youtube") for name in splits.chosen)
    count = sum(one.split == "val" and one.attack == REAL for one in videos)
    return (
        f"validation split: {people} target identities and {len(splits.chosen) - people} YouTube "
        f"clips outside the test list: {count} real, {len(validated)} fake videos; the donor of "
        f"{shared} of these fakes is also seen in training (every fake joins two people)"
    )


def expected(
    videos: Sequence[Video], tested: Mapping[str, int], released: Mapping[str, int]
) -> Counts:
    """Return the counts of the complete set; videos missing outside the list count as train.

    Args:
        videos: those that are there.
        tested: lines of the test list by class.
        released: videos by class, of the classes of which that is known.
    """
    counts: Counts = {("test", attack): count for attack, count in tested.items()}
    val = Counter(one.attack for one in videos if one.split == "val")
    for attack, count in released.items():
        counts[("val", attack)] = val[attack]
        counts[("train", attack)] = count - tested.get(attack, 0) - val[attack]
    return counts
