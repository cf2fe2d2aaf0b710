"""DFDC (Dolhansky et al., 2020): the Deepfake Detection Challenge, in fifty parts and two test sets.

The parts have no splits of their own: fakes follow their original.

    train/dfdc_train_part_<n>/metadata.json, *.mp4     also without train/
    validation/labels.csv, *.mp4                       the public test set of the challenge
    test/metadata.json or labels.csv, *.mp4
"""

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Literal

from pydantic import AfterValidator, Field

from deepfake_attribution.catalog.choice import among
from deepfake_attribution.catalog.files import check_root, folder
from deepfake_attribution.catalog.json_lists import read_entries, value_of
from deepfake_attribution.catalog.listing import Counts, Listing, Video, table
from deepfake_attribution.catalog.shares import Shares, three_ways
from deepfake_attribution.catalog.table import read_table
from deepfake_attribution.core.errors import UserError
from deepfake_attribution.core.listed import some
from deepfake_attribution.core.settings import Dataset
from deepfake_attribution.core.video import REAL

ATTACK = "DFDC"
LABELS = {"REAL": REAL, "FAKE": ATTACK}
FAKE = {0: REAL, 1: ATTACK, "0": REAL, "1": ATTACK}
PART = re.compile(r"dfdc_train_part_(\d+)")
PARTS = 50
PUBLISHED = {REAL: 19_154, ATTACK: 100_000}  # of all parts
SETS = ("validation", "test")
META, CSV = "metadata.json", "labels.csv"
COMPRESSION = "released"


def _parts(asked: object) -> object:
    if isinstance(asked, list):
        for part in asked:
            if not 0 <= part < PARTS or asked.count(part) > 1:
                raise ValueError(f"parts are numbers from 0 to {PARTS - 1}, each at most once")
    return asked


class Settings(Shares):
    """Attributes.

    root: folder that holds the parts, ``validation`` and ``test``, or some of these.
    parts: ``all`` that are there, or the numbers of those to use.
    split_by: what is in one split as a whole: an ``original`` with its fakes, or a ``part``.
    tested: the challenge's own test sets that are tested on: ``validation``, ``test``.
    """

    adapter: Literal["dfdc"]
    root: str = Field(min_length=1)
    parts: Annotated[Literal["all"] | list[int], AfterValidator(_parts)]
    split_by: Literal["original", "part"]
    tested: Annotated[list[str], AfterValidator(among(SETS, "DFDC's test sets"))]


@dataclass
class Found:
    """What was found so far; ``listed`` has a class per file, also of those that are not there."""

    videos: list[Video] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)
    lists: list[str] = field(default_factory=list)
    expected: Counter[tuple[str, str]] = field(default_factory=Counter)


@dataclass(frozen=True)
class Entry:
    """A file of a part: its class, its original's name and whether it is there."""

    place: str
    file: str
    attack: str
    original: str
    there: bool


def list_videos(name: str, settings: Settings, datasets: Mapping[str, Dataset]) -> Listing:
    """Return the videos of the parts, then of the test sets, as far as they are there.

    Raises:
        UserError: the root is not this dataset's, or a list is missing or malformed.
    """
    root = Path(settings.root)
    check_root(name, root, [], "DFDC")
    places = _places(root)
    sets = [one for one in settings.tested if (root / one).is_dir()]
    if not places and not sets:
        raise UserError(
            f"datasets.{name}.root: {root} holds no folder of DFDC (dfdc_train_part_0, "
            f"train/dfdc_train_part_0, {' or '.join(SETS)}): set it to where DFDC lies"
        )
    found = Found()
    _train(name, root, settings, places, found)
    for one in settings.tested:
        if one in sets:
            _test_set(root, one, found)
        else:
            found.problems.append(
                f"{root / one}: not there, so nothing of it is tested on: get it, or take it out "
                f"of datasets.{name}.tested"
            )
    return Listing(
        table(name, COMPRESSION, found.videos),
        dict(found.expected),
        (*found.problems,),
        _notes(settings),
        (*found.lists,),
    )


def _places(root: Path) -> dict[int, str]:
    """Return the folder of each part that is there, relative to ``root``.

    An archive may have been unpacked into a folder of its own name.
    """
    found: dict[int, str] = {}
    for base in ("train/", ""):
        for entry in folder(root / base).others:
            match = PART.fullmatch(entry)
            if match is None:
                continue
            place = f"{base}{entry}"
            inner = [one for one in folder(root / place).others if PART.fullmatch(one)]
            if inner and not (root / place / META).exists():
                place = f"{place}/{inner[0]}"
            number = int(match[1])
            if number in found:
                raise UserError(
                    f"{root}: part {number} is there twice, as {found[number]} and {place}: keep one"
                )
            found[number] = place
    return dict(sorted(found.items()))


def _train(
    name: str, root: Path, settings: Settings, places: Mapping[int, str], found: Found
) -> None:
    """Add the parts."""
    wanted = range(PARTS) if settings.parts == "all" else settings.parts
    gone = [str(number) for number in wanted if number not in places]
    if places and gone:
        found.problems.append(
            f"{root}: {len(gone)} of {len(wanted)} parts are missing: {some(gone)}"
        )
    entries: list[Entry] = []
    for number in sorted(places.keys() & set(wanted)):
        entries += _part(root, places[number], found)
    home = {entry.file: entry.place for entry in entries}
    by_part = settings.split_by == "part"
    group = [
        home.get(entry.original, entry.place) if by_part else entry.original for entry in entries
    ]
    split = three_ways(group, settings)
    paths = {entry.file: f"{entry.place}/{entry.file}" for entry in entries if entry.there}
    for entry, own in zip(entries, group, strict=True):
        found.expected[(split[own], entry.attack)] += 1
        if not entry.there:
            continue
        stem = Path(entry.file).stem
        found.videos.append(
            Video(
                *(f"{Path(entry.place).name}/{stem}", paths[entry.file], entry.attack, split[own]),
                source=paths.get(entry.original, ""),
                footage=(f"{name}/{Path(entry.original).stem}",),
            )
        )
    if places and settings.parts == "all" and gone:
        # What is missing counts as trained on. Of all parts, their own lists are exact.
        listed = Counter(entry.attack for entry in entries)
        for attack, count in PUBLISHED.items():
            found.expected[("train", attack)] += max(count - listed[attack], 0)


def _part(root: Path, place: str, found: Found) -> list[Entry]:
    """Return the entries of a part's list."""
    path = root / place
    content = read_entries(path / META, "DFDC")
    found.lists.append(f"{place}/{META}")
    there = set(folder(path).videos)
    entries = []
    for file, entry in sorted(content.items()):
        attack = value_of(entry, "label", LABELS, f"{path / META}: {file}")
        original = entry.get("original") if attack == ATTACK else file
        known = original if isinstance(original, str) and original else file
        entries.append(Entry(place, file, attack, known, file in there))
    _compare(path, META, [entry.file for entry in entries], there, found)
    return entries


def _compare(path: Path, kind: str, listed: list[str], there: set[str], found: Found) -> None:
    """Add lines about listed files that are not there, and others that are not listed."""
    gone = [file for file in listed if file not in there]
    if gone:
        found.problems.append(f"{path}: {len(gone)} of {len(listed)} are missing: {some(gone)}")
    others = sorted(there - set(listed))
    if others:
        found.problems.append(
            f"{path}: {len(others)} files are not in {kind} and are not used: {some(others)}"
        )


def _test_set(root: Path, place: str, found: Found) -> None:
    """Add one of the challenge's own test sets. Who was swapped in is not published."""
    path = root / place
    listed = _labels(path)
    kind = META if (path / META).exists() else CSV
    found.lists.append(f"{place}/{kind}")
    there = set(folder(path).videos)
    _compare(path, kind, list(listed), there, found)
    for file, attack in listed.items():
        found.expected[("test", attack)] += 1
        if file in there:
            own = f"{place}/{file}"
            source = own if attack == REAL else ""
            stem = f"{place}/{Path(file).stem}"
            found.videos.append(Video(stem, own, attack, "test", source=source))


def _labels(path: Path) -> dict[str, str]:
    """Return the class of each file of a test set, by its name."""
    if (path / META).exists():
        labels = {}
        for file, entry in sorted(read_entries(path / META, "DFDC").items()):
            key, allowed = ("label", LABELS) if "label" in entry else ("is_fake", FAKE)
            labels[file] = value_of(entry, key, allowed, f"{path / META}: {file}")
        return labels
    rows = read_table(path / CSV, "filename")
    if "label" not in rows:
        raise UserError(f"{path / CSV}: no column 'label'; it has {', '.join(rows.columns)}")
    labels = {}
    for number, file, label in zip(rows.index, rows["filename"], rows["label"], strict=True):
        if file in labels:
            raise UserError(f"{path / CSV}, row {number}: {file} is listed twice: keep one row")
        labels[file] = value_of({"label": label}, "label", FAKE, f"{path / CSV}, row {number}")
    return labels


def _notes(settings: Settings) -> tuple[str, ...]:
    if settings.split_by == "part":
        return ()
    return (
        "an original and its fakes are in one split, but the lists name no people: somebody may be "
        "in two splits (split_by: part keeps more of them apart)",
    )
