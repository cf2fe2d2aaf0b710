"""Finds empty, unreadable and duplicate files of a catalog, without decoding them all."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from hashlib import blake2b
from pathlib import Path
from typing import Literal

import pandas as pd

from deepfake_attribution.analyse.amounts import counted
from deepfake_attribution.core.listed import some
from deepfake_attribution.core.media_files import PICTURE_SUFFIXES
from deepfake_attribution.frames import decoding, video
from deepfake_attribution.frames.beginnings import HEAD, why_no_video
from deepfake_attribution.frames.decoding import UnreadableError
from deepfake_attribution.frames.frame_choice import middles
from deepfake_attribution.frames.pictures import Pictures

Depth = Literal["none", "sample", "full"]
ENDS = 1 << 16  # bytes at each end of a file that a sampled hash uses
OPENED = 20  # videos of a dataset that are opened in a sample


def sizes(root: Path, paths: Sequence[str]) -> list[int]:
    """Return the bytes of each video (of a folder, of all its images); -1 if it is missing."""
    return [_size(root / path) for path in paths]


def _size(path: Path) -> int:
    try:
        files = path.iterdir() if path.is_dir() else [path]
        return sum(file.stat().st_size for file in files)
    except OSError:
        return -1


@dataclass(frozen=True)
class Opened:
    """What was seen when videos were opened.

    Attributes:
        unreadable: path and reason of those whose first frame cannot be read.
        notes: a line for each note on the pictures, with the number of videos that have it.
    """

    unreadable: list[tuple[str, str]]
    notes: list[str]


def look(root: Path, paths: Sequence[str], depth: Depth) -> Opened:
    """Open videos and read their first frames.

    The beginning of every file is looked at, sampled or not: it may be a server's error page.

    Args:
        root: folder that the paths start from.
        paths: of the videos.
        depth: ``full``: all of them; ``sample``: `OPENED`, evenly spaced; ``none``: none.
    """
    if depth == "none":
        return Opened([], [])
    opened = set(range(len(paths)) if depth == "full" else middles(len(paths), OPENED))
    counts: Counter[str] = Counter()
    reasons = []
    for number, path in enumerate(paths):
        if number in opened:
            reason, note = _first_frame(root / path)
            counts[note] += 1
        else:
            reason = _beginning(root / path)
        reasons.append((path, reason))
    named = sorted((note, count) for note, count in counts.items() if note)
    total = counted(len(opened), "video")
    was = "was" if len(opened) == 1 else "were"
    lines = [f"{count} of {total} that {was} opened: {note}" for note, count in named]
    return Opened([(path, reason) for path, reason in reasons if reason], lines)


def _beginning(path: Path) -> str:
    """Return why a file is no video, by its beginning; empty if it may be one."""
    try:
        if _has_pictures(path):
            return ""
        with path.open("rb") as stream:
            return why_no_video(stream.read(HEAD))
    except OSError as error:
        return error.strerror or str(error)


def _has_pictures(path: Path) -> bool:
    """Return whether a video is a folder of images, or one image."""
    return path.suffix.lower() in PICTURE_SUFFIXES or path.is_dir()


def _first_frame(path: Path) -> tuple[str, str]:
    """Return why the first frame of ``path`` cannot be read, and its note; each may be empty."""
    if _has_pictures(path):
        return next(video.take(path, 1)).reason, ""
    try:
        with decoding.open_video(path) as container:
            first = next(decoding.frames_of(container), None)
            if first is None:
                return "no frame could be decoded", ""
            return "", Pictures(decoding.main_track(container)).note(first.content)
    except UnreadableError as error:
        return str(error), ""
    except OSError as error:
        return error.strerror or str(error), ""


@dataclass(frozen=True)
class Copies:
    """A line on videos that exist twice.

    Attributes:
        dataset: where to report it.
        wrong: whether they make results wrong: in two splits or under two classes.
        text: the line.
    """

    dataset: str
    wrong: bool
    text: str


def copies(groups: Sequence[pd.DataFrame], depth: Depth) -> list[Copies]:
    """Return a line for each dataset and kind of copies.

    Args:
        groups: from `duplicates`.
        depth: how much was read.
    """
    ends = "same size and the same ends (--content full compares all)"
    alike = "same content" if depth == "full" else ends
    found: dict[tuple[bool, str], list[str]] = {}
    for group in groups:
        apart = group["split"].nunique() > 1 or group["attack"].nunique() > 1
        names = [f"{row.video} ({row.split})" for row in group.itertuples(index=False)]
        kind = apart, str(group["dataset"].iloc[-1])
        found.setdefault(kind, []).append(" = ".join(names))
    lines = []
    for (apart, dataset), named in found.items():
        verb = "exists" if len(named) == 1 else "exist"
        text = f"{counted(len(named), 'video')} {verb} twice"
        if apart:
            text += f", in two splits or under two classes ({alike}); keep one of each"
        else:
            text += f" in one class ({alike})"
        lines.append(Copies(dataset, apart, f"{text}: {some(named)}"))
    return lines


def duplicates(videos: pd.DataFrame, depth: Depth) -> list[pd.DataFrame]:
    """Return groups of videos with the same content, without empty files.

    Only files of equal size are read: ``sample`` compares both their ends, ``full`` all bytes.

    Args:
        videos: the columns of a catalog, ``file`` (its path) and ``size`` (bytes).
        depth: how much is read.
    """
    if depth == "none":
        return []
    found = []
    alike = videos[(videos["size"] > 0) & videos.duplicated("size", keep=False)]
    for _, same in alike.groupby("size", sort=False):
        hashes = [_hash(file, depth) for file in map(Path, same["file"])]
        groups = same.assign(content=hashes).groupby("content", sort=False)
        found += [group for content, group in groups if len(group) > 1 and content]
    return found


def _hash(path: Path, depth: Depth) -> str:
    """Return a hash of a video's content; empty if it cannot be read."""
    state = blake2b(digest_size=16)
    try:
        for file in sorted(path.iterdir()) if path.is_dir() else [path]:
            for part in _read(file, depth):
                state.update(part)
    except OSError:
        return ""  # `unreadable` reports it
    return state.hexdigest()


def _read(file: Path, depth: Depth) -> Iterator[bytes]:
    with file.open("rb") as stream:
        if depth == "full":
            while part := stream.read(1 << 20):
                yield part
            return
        yield stream.read(ENDS)
        length = stream.seek(0, 2)
        stream.seek(max(length - ENDS, 0))
        yield stream.read(ENDS)
