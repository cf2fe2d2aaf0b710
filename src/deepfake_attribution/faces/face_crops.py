"""Frames to face crops: what the ``crop`` stage does."""

import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache, partial
from itertools import groupby
from operator import itemgetter
from pathlib import Path
from typing import Any, TypeVar

import numpy as np
import pyarrow as pa

from deepfake_attribution.core import images, kept_memory, tables
from deepfake_attribution.core.code import code_of
from deepfake_attribution.core.durable import claim, discard, write
from deepfake_attribution.core.fingerprint import fingerprint
from deepfake_attribution.core.paths import index
from deepfake_attribution.core.quarter_turns import turned
from deepfake_attribution.core.settings import Compute
from deepfake_attribution.core.shards import ShardReader
from deepfake_attribution.core.stored_pictures import read_frame
from deepfake_attribution.faces import (
    cropping,
    face_report,
    face_sheet,
    marked,
    orientation,
    tracking,
)
from deepfake_attribution.faces.detector import make_detector
from deepfake_attribution.faces.face import Detector, Face
from deepfake_attribution.faces.settings import Crop
from deepfake_attribution.faces.settings import Detector as DetectorSettings
from deepfake_attribution.faces.shots import shots, thumbnail
from deepfake_attribution.workers.blocks import Kind, Row, process

SCHEMA = pa.schema(
    [
        ("video", pa.string()),
        ("slot", pa.int32()),
        ("frame", pa.int64()),
        ("time_s", pa.float64()),
        ("status", pa.string()),  # ok, no_face, or what the frame's own status was
        ("reason", pa.string()),
        ("person", pa.int32()),  # 0: the subject, in each frame asked for; 1 and on: where seen
        ("box", pa.list_(pa.float32())),  # x0, y0, x1, y1 in pixels of the frame
        ("landmarks", pa.list_(pa.float32())),  # x, y of six points, in BlazeFace's order
        ("region", pa.list_(pa.int32())),  # left, top, side of what was cut out of the frame
        ("score", pa.float32()),
        ("faces", pa.int32()),  # how many were seen
        ("rule", pa.string()),  # why this face was taken, or none
        # degrees that the crop was turned by, counter-clockwise, so that its face is upright; box,
        # landmarks and region are in the frame as it is
        ("turn", pa.int32()),
    ]
)

REPORT = "report.json"  # in the folder of crops: how well the faces were found
DOUBTFUL = "doubtful.png"  # next to it: the crops that a person should check
MOST_DOUBTFUL = 60  # crops on that sheet: as many as one checks in a minute
KEPT = 128 * 2**20  # bytes of freed memory that a worker keeps for the next frames
AT_ONCE = 256_000_000  # bytes of decoded frames that a worker holds; ten frames of 3840x2160
_Asked = dict[str, Any]  # a row of the frames' index
_Frame = tuple[str, int]  # video and slot
T = TypeVar("T")


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

    def __getitem__(self, number: int) -> list[list[_Asked]]:
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


def _produce(block: list[list[_Asked]], job: _Job) -> Iterator[Row]:
    finder = _detector(job.weights, job.detector, job.device)
    reader = ShardReader(job.frames)
    for videos in _parts(block):
        yield from _videos(videos, reader, finder, job.crop)
    reader.close()


def _lost(rows: list[_Asked], how: str) -> Iterator[Row]:
    """Yield the rows of a video that killed every process that looked for its faces."""
    for row in rows:
        values = _unseen(row)
        if row["status"] == "ok":
            values |= {"status": "unreadable", "reason": f"the search for faces {how}"}
        yield Row(values)


@lru_cache(maxsize=1)
def _detector(weights: Path, settings: DetectorSettings, device: str) -> Detector:
    """Return the detector, made once per worker."""
    kept_memory.keep(KEPT)
    return make_detector(settings, weights, device)


def _videos(
    videos: list[list[_Asked]], reader: ShardReader, finder: Detector, settings: Crop
) -> Iterator[Row]:
    """Yield the rows of ``videos``, whose frames share the detector's batches."""
    shown = [row for rows in videos for row in rows if row["status"] == "ok"]
    found: dict[_Frame, list[Face]] = {}
    looks: dict[_Frame, np.ndarray] = {}
    kept: dict[_Frame, np.ndarray] = {}
    for batch in _batches(shown):
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
                yield Row(_unseen(row))
                continue
            if picture is None and any(choice.face is not None for choice in choices):
                picture = _picture(row, reader)
            for person, choice in enumerate(choices):
                if person == 0 or choice.face is not None:
                    yield _row(row, picture, person, choice, settings, turns)


def _turns(
    seen: list[_Asked], found: dict[_Frame, list[Face]], reader: ShardReader, finder: Detector
) -> int:
    """Return by how many quarters a video is turned; its faces in ``found`` are then others."""

    def look(turns: int) -> list[list[Face]]:
        parts = ([_picture(row, reader) for row in batch] for batch in _batches(seen))
        return [faces for part in parts for faces in orientation.seen_turned(part, turns, finder)]

    turns, faces = orientation.orient([found[_frame(row)] for row in seen], look)
    found |= zip(map(_frame, seen), faces, strict=True)
    return turns


def _frame(row: _Asked) -> _Frame:
    return row["video"], row["slot"]


def _bytes(row: _Asked) -> int:
    return row["height"] * row["width"] * 3 if row["status"] == "ok" else 0


def _parts(block: list[list[_Asked]]) -> Iterator[list[list[_Asked]]]:
    """Split videos so that the decoded pictures of a part of several fit into `AT_ONCE`."""
    return _filled(block, lambda rows: sum(map(_bytes, rows)))


def _batches(shown: list[_Asked]) -> Iterator[list[_Asked]]:
    """Split frames so that the decoded pictures of a part of several fit into `AT_ONCE`."""
    return _filled(shown, _bytes)


def _filled(things: list[T], weight: Callable[[T], int]) -> Iterator[list[T]]:
    part: list[T] = []
    size = 0
    for thing in things:
        more = weight(thing)
        if part and size + more > AT_ONCE:
            yield part
            part, size = [], 0
        part.append(thing)
        size += more
    if part:
        yield part


def _picture(row: _Asked, reader: ShardReader) -> np.ndarray:
    return read_frame(reader, row["shard"], row["offset"], row["length"], row["hash"])


def _row(
    row: _Asked,
    picture: np.ndarray | None,
    person: int,
    choice: tracking.Choice,
    settings: Crop,
    turns: int,
) -> Row:
    values = _unseen(row) | {"person": person, "faces": choice.faces, "rule": choice.rule}
    if choice.face is None or picture is None:
        return Row(values | {"status": "no_face", "reason": _why(choice)})
    values |= _described(choice.face) | {"turn": 90 * turns}
    values["region"] = list(cropping.region(choice.face.box, settings.margin))
    cut = cropping.crop(picture, choice.face.box, settings.margin, settings.size)
    content = images.encode(turned(cut, turns), settings.format, settings.quality)
    frame = Path(row["member"])
    own = f"-p{person}" if person else ""
    name = f"{frame.stem}{own}.{images.SUFFIX[settings.format]}"
    return Row(values, str(frame.with_name(name)), content)


def _unseen(row: _Asked) -> dict[str, Any]:
    """Return the values of person 0 in a frame that was not searched."""
    values = {name: row[name] for name in SCHEMA.names[:6]}
    return values | dict.fromkeys(SCHEMA.names[6:]) | {"person": 0}


def _described(face: Face) -> dict[str, Any]:
    return {
        "box": face.box.tolist(),
        "landmarks": face.landmarks.ravel().tolist(),
        "score": face.score,
    }


def _why(choice: tracking.Choice) -> str:
    if choice.faces == 0:
        return "no face was found"
    return f"none of the {choice.faces} faces found is the one followed ({choice.rule})"


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
