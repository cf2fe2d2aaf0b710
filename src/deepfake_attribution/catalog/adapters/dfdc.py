"""DFDC (Dolhansky et al., 2020): the challenge's training set in fifty parts, and its test sets.

The parts have no splits of their own: fakes follow their original.

    train/dfdc_train_part_<n>/metadata.json, *.mp4     also without train/
    validation/labels.csv, *.mp4                       the public test set of the challenge
    test/metadata.json or labels.csv, *.mp4
"""

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, Field, PlainValidator, ValidationInfo, field_validator

from deepfake_attribution.catalog.choice import among
from deepfake_attribution.catalog.files import check_root, folder, without_suffix
from deepfake_attribution.catalog.json_lists import read_entries, value_of
from deepfake_attribution.catalog.listing import Listing, Video, table
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
PEOPLE = (
    "an original and its fakes are in one split, but the lists name no people: somebody may be in "
    "two splits (split_by: part keeps more of them apart)"
)


def _parts(asked: Any) -> Any:
    if asked != "all" and (
        not isinstance(asked, list)
        or any(type(one) is not int or not 0 <= one < PARTS for one in asked)
        or len(set(asked)) < len(asked)
    ):
        raise ValueError(f"all, or a list of numbers from 0 to {PARTS - 1}, each at most once")
    return asked


class Settings(Shares):
    """Attributes.

    root: folder that holds the parts, ``validation`` and ``test``, or some of these.
    parts: ``all`` that are there, or the numbers of those to use; none for the test sets alone.
    split_by: what is in one split as a whole: an ``original`` with its fakes, or a ``part``.
    tested: the challenge's own test sets that are tested on: ``validation``, ``test``.
    """

    adapter: Literal["dfdc"]
    root: str = Field(min_length=1)
    parts: Annotated[Literal["all"] | list[int], PlainValidator(_parts)]
    split_by: Literal["original", "part"]
    tested: Annotated[list[str], AfterValidator(among(SETS, "DFDC's test sets"))]

    @field_validator("tested")
    @classmethod
    def _parts_or_a_test_set(cls, tested: list[str], others: ValidationInfo) -> list[str]:
        if not tested and others.data.get("parts") == []:
            raise ValueError("parts is empty, so name one of validation, test")
        return tested


@dataclass(frozen=True)
class Entry:
    """A listed file: where it should be, its class, its original's name, and if it is there."""

    place: str
    file: str
    attack: str
    original: str
    there: bool

    @property
    def path(self) -> str:
        """The path from the root."""
        return f"{self.place}/{self.file}"


def list_videos(name: str, settings: Settings, datasets: Mapping[str, Dataset]) -> Listing:
    """Return the videos of the parts, then of the test sets, as far as they are there.

    Raises:
        UserError: the root is not this dataset's, or a list is missing or malformed.
    """
    root = Path(settings.root)
    check_root(name, root, [], "DFDC")
    places = _places(root)
    sets = [one for one in settings.tested if (root / one).is_dir()]
    right = _right_root(root) if not places or len(sets) < len(settings.tested) else None
    if not places and not sets:
        remedy = f"; {right} does: set the root to it" if right else ": set it to where DFDC lies"
        raise UserError(
            f"datasets.{name}.root: {root} holds no folder of DFDC (dfdc_train_part_0, "
            f"train/dfdc_train_part_0, {' or '.join(SETS)}){remedy}"
        )
    wanted = range(PARTS) if settings.parts == "all" else settings.parts
    gone = [str(number) for number in wanted if number not in places] if places else []
    problems = (
        [f"{root}: {len(gone)} of {len(wanted)} parts are missing: {some(gone)}"] if gone else []
    )
    problems += [
        f"{root / one}: not there, so nothing of it is tested on: "
        + (
            f"{right} has it: set datasets.{name}.root to that folder"
            if right and _has_set(right, one)
            else f"get it, or take it out of datasets.{name}.tested"
        )
        for one in settings.tested
        if one not in sets
    ]
    lists: list[str] = []
    parts: list[Entry] = []
    tested: list[Entry] = []
    for place in [places[number] for number in sorted(places.keys() & set(wanted))]:
        parts += _entries(root, place, META, _part(root / place / META), problems)
        lists.append(f"{place}/{META}")
    for place in sets:
        kind = _list_of(root, place)
        tested += _entries(root, place, kind, _labels(root / place / kind), problems)
        lists.append(f"{place}/{kind}")
    groups = _groups(parts, settings)
    split = three_ways(groups.values(), settings)
    splits = {entry.path: split[groups[entry.path]] for entry in parts}
    splits |= {entry.path: "test" for entry in tested}
    expected = Counter((splits[entry.path], entry.attack) for entry in (*parts, *tested))
    if gone and settings.parts == "all":
        # What is missing counts as trained on. Of all parts, their own lists are exact.
        listed = Counter(entry.attack for entry in parts)
        for attack, count in PUBLISHED.items():
            expected[("train", attack)] += max(count - listed[attack], 0)
    paths = {entry.file: entry.path for entry in parts if entry.there}
    videos = (
        Video(
            *(f"{_last(entry.place)}/{without_suffix(entry.file)}", entry.path, entry.attack),
            split=splits[entry.path],
            source=entry.path if entry.attack == REAL else paths.get(entry.original, ""),
            footage=(f"{name}/{without_suffix(entry.original)}",) if entry.original else (),
        )
        for entry in (*parts, *tested)
        if entry.there
    )
    rows = table(name, COMPRESSION, videos)
    notes = (PEOPLE,) if parts and settings.split_by == "original" else ()
    return Listing(rows, dict(expected), (*problems,), notes, (*lists,))


def _last(place: str) -> str:
    return place.rpartition("/")[2]


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
            if not (root / place / META).exists():
                inner = [one for one in folder(root / place).others if PART.fullmatch(one)]
                place = "/".join((place, *inner[:1]))
            number = int(match[1])
            if number in found:
                one = found[number]
                raise UserError(
                    f"{root}: part {number} is there twice, as {one} and {place}: keep one"
                )
            found[number] = place
    return found


def _right_root(root: Path) -> Path | None:
    """Return the folder near ``root`` that holds DFDC, if ``root`` lies too deep or too high."""
    inside = [root / name for name in folder(root).others if not PART.fullmatch(name)]
    for place in (root.parent.parent, root.parent, *(one for one in inside if one.is_dir())):
        with suppress(UserError, OSError):  # others' folders need not be readable
            parts = [*folder(place / "train").others, *folder(place).others]
            # Folders called test are common, so the lists in them count.
            if any(map(PART.fullmatch, parts)) or any(_has_set(place, one) for one in SETS):
                return place
    return None


def _has_set(root: Path, name: str) -> bool:
    return any((root / name / kind).is_file() for kind in (META, CSV))


def _list_of(root: Path, name: str) -> str:
    """Return the name of a test set's list; if there is none, of the one that it comes with."""
    own = (CSV, META) if name == "validation" else (META, CSV)
    return next((kind for kind in (META, CSV) if (root / name / kind).exists()), own[0])


def _entries(
    root: Path, place: str, kind: str, listed: Mapping[str, tuple[str, str]], problems: list[str]
) -> list[Entry]:
    """Return the entries of a list, by name, and add what does not agree with its folder."""
    path = root / place
    there = set(folder(path).videos)
    gone = sorted(listed.keys() - there)
    if gone:
        problems.append(f"{path}: {len(gone)} of {len(listed)} are missing: {some(gone)}")
    others = sorted(there - listed.keys())
    if others:
        problems.append(
            f"{path}: {len(others)} files are not in {kind} and are not used: {some(others)}"
        )
    return [Entry(place, file, *about, file in there) for file, about in sorted(listed.items())]


def _part(path: Path) -> dict[str, tuple[str, str]]:
    """Return class and original of each file of a part; a real is its own original."""
    listed = {}
    for file, entry in read_entries(path, "DFDC").items():
        attack = value_of(entry, "label", LABELS, f"{path}: {file}")
        original = entry.get("original") if attack == ATTACK else file
        listed[file] = (attack, original if isinstance(original, str) and original else file)
    return listed


def _labels(path: Path) -> dict[str, tuple[str, str]]:
    """Return the class of each file of a test set; no originals were published."""
    if path.name == META:
        entries = read_entries(path, "DFDC")
        keys = {file: "label" if "label" in entry else "is_fake" for file, entry in entries.items()}
        return {
            file: (value_of(entry, keys[file], LABELS | FAKE, f"{path}: {file}"), "")
            for file, entry in entries.items()
        }
    rows = read_table(path, "filename")
    if "label" not in rows:
        raise UserError(f"{path}: no column 'label'; it has {', '.join(rows.columns)}")
    labels: dict[str, tuple[str, str]] = {}
    for number, file, label in zip(rows.index, rows["filename"], rows["label"], strict=True):
        if file in labels:
            raise UserError(f"{path}, row {number}: {file} is listed twice: keep one row")
        labels[file] = (value_of({"label": label}, "label", FAKE, f"{path}, row {number}"), "")
    return labels


def _groups(parts: Sequence[Entry], settings: Settings) -> dict[str, str]:
    """Return, by path, what each video of the parts must stay together with."""
    if settings.split_by == "original":
        return {entry.path: entry.original for entry in parts}
    home = {entry.file: entry.place for entry in parts}
    return {entry.path: home.get(entry.original, entry.place) for entry in parts}
