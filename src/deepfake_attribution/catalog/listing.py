"""What an adapter returns: a dataset's videos, how many there should be, and problems."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pandas as pd

from deepfake_attribution.core.listed import some
from deepfake_attribution.core.video import key

Counts = dict[tuple[str, str], int]  # (split, attack) -> videos


@dataclass(frozen=True)
class Video:
    """A video as an adapter finds it; `core.video.SCHEMA` defines the fields.

    Attributes:
        name: last part of its key.
        path: relative to the root, with /.
        footage: names of clips or people that must not be in two splits, prefixed with their
            dataset; empty where the dataset's own lists are known to put them in two.
        mask: path of a video whose frames are bright where an attack changed this video, or the
            fake that was made from it; relative to the root. Empty: there is none.
        box: where the labelled face is, as x0 y0 x1 y1 in pixels; empty: not known.
    """

    name: str
    path: str
    attack: str
    split: str
    identity: str = ""
    donor: str = ""
    source: str = ""
    footage: tuple[str, ...] = ()
    mask: str = ""
    box: str = ""


@dataclass(frozen=True)
class Listing:
    """The videos of a dataset.

    Attributes:
        videos: a row per video that is there, columns of `core.video.SCHEMA` first.
        expected: how many there are of each split and attack in the complete dataset; empty if
            unknown.
        problems: a line each: what is missing, or is there but not used. None makes results
            wrong; a problem that would raises `UserError`.
        notes: a line each: what a reader of results must know about the dataset, even if it is
            complete.
        lists: files that tell which videos there are, relative to the root.
    """

    videos: pd.DataFrame
    expected: Counts = field(default_factory=dict)
    problems: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    lists: tuple[str, ...] = ()

    def found(self) -> Counts:
        """Return how many videos there are of each split and attack, by name."""
        columns = (self.videos[name].tolist() for name in ("split", "attack"))
        return dict(Counter(zip(*columns, strict=True)))

    def shortages(self) -> list[str]:
        """Return a line for each split and attack of which videos are missing."""
        found = self.found()
        return [
            f"{split} {attack}: {found.get((split, attack), 0)} of {count} videos are there"
            for (split, attack), count in sorted(self.expected.items())
            if found.get((split, attack), 0) < count
        ]


def table(dataset: str, compression: str, videos: Iterable[Video]) -> pd.DataFrame:
    """Return `Listing.videos` of one dataset at one compression level, in the order given."""
    columns: dict[str, list[Any]] = {column: [] for column in _COLUMNS}
    for video in videos:
        values = (
            *(key(dataset, video.attack, compression, video.name), dataset, video.path),
            *(video.attack, video.split, video.identity, video.donor, video.source, compression),
            list(video.footage),
        )
        for column, value in zip(columns.values(), values, strict=True):
            column.append(value)
    return pd.DataFrame(columns, columns=[*_COLUMNS])


_COLUMNS = (
    *("video", "dataset", "path", "attack", "split", "identity", "donor", "source"),
    *("compression", "footage"),
)


def missing(attack: str, wanted: Sequence[str], files: Sequence[str]) -> list[str]:
    """Return a line about names that should be there and are not."""
    there = {Path(file).stem for file in files}
    gone = [name for name in wanted if name not in there]
    return [f"{attack}: {len(gone)} of {len(wanted)} are missing: {some(gone)}"] if gone else []


def nested(counts: Counts) -> dict[str, dict[str, int]]:
    """Return counts as ``{split: {attack: n}}``, splits and attacks by name."""
    by_split: dict[str, dict[str, int]] = {}
    for (split, attack), count in sorted(counts.items()):
        by_split.setdefault(split, {})[attack] = count
    return by_split


def marked(dataset: str, compression: str, videos: Sequence[Video]) -> pd.DataFrame:
    """Return `table` with the columns ``mask`` and ``box``, each only if a video has one."""
    rows = table(dataset, compression, videos)
    for name in ("mask", "box"):
        values = [getattr(video, name) for video in videos]
        if any(values):
            rows[name] = values
    return rows
