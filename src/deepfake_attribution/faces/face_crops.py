"""Frames to face crops: what the ``crop`` stage does."""

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache, partial
from itertools import groupby
from operator import itemgetter
from pathlib import Path
from typing import Any

import numpy as np

from deepfake_attribution.core import kept_memory, tables
from deepfake_attribution.core.code import code_of
from deepfake_attribution.core.durable import claim, discard, write
from deepfake_attribution.core.fingerprint import fingerprint
from deepfake_attribution.core.paths import index
from deepfake_attribution.core.settings import Compute
from deepfake_attribution.core.shards import ShardReader
from deepfake_attribution.core.stored_pictures import read_frame
from deepfake_attribution.faces import (
    face_report,
    face_sheet,
    marked,
    orientation,
    tracking,
)
from deepfake_attribution.faces.crop_rows import SCHEMA, Asked, crop_row, unseen
from deepfake_attribution.faces.decoded_parts import batches_of, parts_of
from deepfake_attribution.faces.detector import make_detector
from deepfake_attribution.faces.face import Detector, Face
from deepfake_attribution.faces.settings import Crop
from deepfake_attribution.faces.settings import Detector as DetectorSettings
from deepfake_attribution.faces.shots import shots, thumbnail
from deepfake_attribution.workers.blocks import Kind, Row, process

REPORT = "report.json"  # in the folder of crops: how well the faces were found
DOUBTFUL = "doubtful.png"  # next to it: the crops that a person should check
MOST_DOUBTFUL = 60  # crops on that sheet: as many as one checks in a minute
KEPT = 128 * 2**20  # bytes of freed memory that a worker keeps for the next frames
_Frame = tuple[str, int]  # video and slot


class _Blocks:
    """The rows of an index by video, ``size`` videos at a time; made when they are asked for.

    Args:
        rows: of the index; those of a video are together.
        size: of a block.
    """

    def __init__(self, rows: tables.Rows, size: int) -> None:
        names = rows.table["video"].to_pylist()
        starts = [
            place for place, name in enumerate(names) if not place or name != names[place - 1]
        ]
        self._rows = rows
        self._starts = [*starts[::size], len(names)]

    def __len__(self) -> int:
        return len(self._starts) - 1

    def __getitem__(self, number: int) -> list[list[Asked]]:
        rows = self._rows.between(*self._starts[number : number + 2])
        return [list(one) for _, one in groupby(rows, key=itemgetter("video"))]


@dataclass(frozen=True)
class _Job:
    """The inputs of every worker."""

    frames: Path
    weights: Path
    crop: Crop
    detector: DetectorSettings
    device: str


def crop_faces(
    frames: Path,
    weights: Path,
    settings: Crop,
    finder: DetectorSettings,
    compute: Compute,
    work: Path,
    out: Path,
) -> str:
    """Find, follow and cut out the face in every frame.

    Person 0 has one row for every frame asked for. Others, with ``subject: all``, have rows where
    they are seen, after that of person 0 of the same frame.

    Args:
        frames: folder of the extracted frames.
        weights: folder of the detector's weights.
        settings: the section ``crop``.
        finder: the section ``detector``.
        work: folder for unfinished work; removed at the end.
        out: folder for shards, index, `REPORT` and, if there is a crop, `DOUBTFUL`.

    Returns:
        A line with counts.
    """
    size = compute.block_videos
    blocks = _Blocks(tables.open_rows(index(frames)), size)
    seen = finder.model_dump(exclude={"weights"})
    name = fingerprint(settings, seen, index(frames).read_bytes(), size, code_of("crop"))
    kind = kind_of(frames, weights, settings, finder, compute.device)
    title = f"faces of {frames.name}"
    with claim(work):
        table = process(blocks, kind, work / name, out, compute, title)
        line = _report(table, out)
        discard(work)
    _name_faceless(table)
    return line


def kind_of(
    frames: Path, weights: Path, settings: Crop, finder: DetectorSettings, device: str
) -> Kind:
    """Return how crops are made of blocks of videos, each the rows of its frames' index.

    Args:
        frames, weights, settings, finder: as for `crop_faces`.
        device: where the detector runs.
    """
    job = _Job(frames, weights, settings, finder, device)
    return Kind(partial(_produce, job=job), _lost, SCHEMA, needs=(frames,))


def _produce(block: list[list[Asked]], job: _Job) -> Iterator[Row]:
    finder = _detector(job.weights, job.detector, job.device)
    reader = ShardReader(job.frames)
    for videos in parts_of(block):
        yield from _videos(videos, reader, finder, job.crop)
    reader.close()


def _lost(rows: list[Asked], how: str) -> Iterator[Row]:
    """Yield the rows of a video that killed every process that looked for its faces."""
    for row in rows:
        values = unseen(row)
        if row["status"] == "ok":
            values |= {"status": "unreadable", "reason": f"the search for faces {how}"}
        yield Row(values)


@lru_cache(maxsize=1)
def _detector(weights: Path, settings: DetectorSettings, device: str) -> Detector:
    """Return the detector, made once per worker."""
    kept_memory.keep(KEPT)
    return make_detector(settings, weights, device)


def _videos(
    videos: list[list[Asked]], reader: ShardReader, finder: Detector, settings: Crop
) -> Iterator[Row]:
    """Yield the rows of ``videos``, whose frames share the detector's batches."""
    shown = [row for rows in videos for row in rows if row["status"] == "ok"]
    found: dict[_Frame, list[Face]] = {}
    looks: dict[_Frame, np.ndarray] = {}
    kept: dict[_Frame, np.ndarray] = {}
    for batch in batches_of(shown):
        kept = {_frame(row): _picture(row, reader) for row in batch}
        looks |= {frame: thumbnail(picture) for frame, picture in kept.items()}
        found |= zip(kept, finder.detect(list(kept.values())), strict=True)
    for rows in videos:
        seen = [row for row in rows if row["status"] == "ok"]
        turns = _turns(seen, found, reader, finder) if settings.turned else 0
        sizes = [(row["height"], row["width"]) for row in seen]
        faces = [found[_frame(row)] for row in seen]
        parts = shots([looks[_frame(row)] for row in seen])
        if settings.subject == "all":
            people = tracking.people(faces, sizes, parts)
        elif settings.subject == "marked":
            people = [marked.follow(faces, sizes, parts, [marked.mark_of(row) for row in seen])]
        else:
            people = [tracking.follow(faces, sizes, settings.subject, parts)]
        chosen = dict(zip(map(_frame, seen), zip(*people, strict=True), strict=True))
        for row in rows:
            choices, picture = chosen.get(_frame(row)), kept.get(_frame(row))
            if choices is None:
                yield Row(unseen(row))
                continue
            if picture is None and any(choice.face is not None for choice in choices):
                picture = _picture(row, reader)
            for person, choice in enumerate(choices):
                if person == 0 or choice.face is not None:
                    yield crop_row(row, picture, person, choice, settings, turns)


def _turns(
    seen: list[Asked], found: dict[_Frame, list[Face]], reader: ShardReader, finder: Detector
) -> int:
    """Return by how many quarters a video is turned; its faces in ``found`` are then others."""

    def look(turns: int) -> list[list[Face]]:
        parts = ([_picture(row, reader) for row in batch] for batch in batches_of(seen))
        return [faces for part in parts for faces in orientation.seen_turned(part, turns, finder)]

    turns, faces = orientation.orient([found[_frame(row)] for row in seen], look)
    found |= zip(map(_frame, seen), faces, strict=True)
    return turns


def _frame(row: Asked) -> _Frame:
    return row["video"], row["slot"]


def _picture(row: Asked, reader: ShardReader) -> np.ndarray:
    return read_frame(reader, row["shard"], row["offset"], row["length"], row["hash"])


def _report(rows: Iterable[dict[str, Any]], out: Path) -> str:
    """Write the report on the faces in ``out``, and return its summary in a line."""
    counts = face_report.summary(rows)
    write((json.dumps(counts, indent=2) + "\n").encode(), out / REPORT)
    (out / DOUBTFUL).unlink(missing_ok=True)  # of a stage that was run by hand before
    doubts = face_report.doubtful(rows, MOST_DOUBTFUL)
    if doubts:
        reader = ShardReader(out)
        write(face_sheet.draw(doubts, reader), out / DOUBTFUL)
        reader.close()
    return face_report.line(counts)


def _name_faceless(rows: Iterable[dict[str, Any]]) -> None:
    """Print the videos that have no face."""
    for video, own in groupby(rows, key=itemgetter("video")):
        statuses = {row["status"] for row in own}
        if "ok" not in statuses:
            seen = "no_face" in statuses
            print(f"no face: {video}" if seen else f"no readable frame: {video}")
