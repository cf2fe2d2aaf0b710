"""Videos to frames: what the ``extract`` stage does."""

import contextlib
import math
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any

import pyarrow as pa

from deepfake_attribution.core import images, tables
from deepfake_attribution.core.code import code_of
from deepfake_attribution.core.durable import claim, discard
from deepfake_attribution.core.errors import UserError
from deepfake_attribution.core.fingerprint import fingerprint, stamp
from deepfake_attribution.core.listed import some
from deepfake_attribution.core.media_files import pictures_in
from deepfake_attribution.core.settings import Compute
from deepfake_attribution.frames import decoding, marks, video
from deepfake_attribution.frames.settings import Extract
from deepfake_attribution.workers.block_files import INDEX
from deepfake_attribution.workers.blocks import Kind, Row, process

SCHEMA = pa.schema(
    [
        ("video", pa.string()),
        ("slot", pa.int32()),  # which of the requested frames
        ("frame", pa.int64()),  # its number in the video; null: the video could not be read
        ("time_s", pa.float64()),
        ("status", pa.string()),  # ok, missing, unreadable, damaged, too_long
        ("reason", pa.string()),
        ("width", pa.int32()),
        ("height", pa.int32()),
        ("note", pa.string()),  # what was done to make the picture; empty: an ordinary one
    ]
)
# Of datasets whose catalog says where the labelled face is.
MARKED = pa.schema(
    [
        *SCHEMA,
        ("marked", pa.list_(pa.float32())),  # x0, y0, x1, y1 in pixels of the frame
        ("marked_by", pa.string()),  # mask, box, or why it is not known; null: nothing says it
    ]
)


NAMED = 3  # failed videos in the error; all of them are printed


@dataclass(frozen=True)
class Task:
    """One video: its key, its place in the catalog and its file.

    ``mask`` is its video of masks, ``box`` says where its labelled face is (`marks.corners`).
    """

    video: str
    number: int
    path: Path
    mask: Path | None = None
    box: str = ""


def extract(
    catalog: Path, root: Path, settings: Extract, compute: Compute, work: Path, out: Path
) -> str:
    """Take frames from every video of a catalog; write shards and an index with every request.

    Args:
        catalog: table of the videos.
        root: folder that the catalog's paths start from.
        work: folder for unfinished work; removed at the end.
        out: folder for the result.

    Returns:
        A line with counts of videos and frames.

    Raises:
        UserError: more than ``extract.max_failed`` of the videos gave no frame.
    """
    tasks = _tasks(tables.read_rows(catalog), root)
    size = compute.block_videos
    blocks = [tasks[start : start + size] for start in range(0, len(tasks), size)]
    stamps = [(task.video, stamp(task.path), task.mask and stamp(task.mask)) for task in tasks]
    boxes = [task.box for task in tasks]
    shape = (settings.frames, settings.format, settings.quality, size)
    name = fingerprint(shape, stamps, boxes, str(root), code_of("extract"))
    kind = kind_of(settings, root, marked=any(task.mask or task.box for task in tasks))
    title = f"frames of {catalog.stem}"
    with claim(work):
        _discard_given_up(work / name, settings.max_seconds)
        index = process(blocks, kind, work / name, out, compute, title)
        line = _account(index, settings.max_failed)
        for remark in left_out(tasks):
            print(remark)
        discard(work)
    return line


def _tasks(rows: Sequence[dict[str, Any]], root: Path) -> list[Task]:
    tasks = []
    for number, row in enumerate(rows):
        mask = root / row["mask"] if row.get("mask") else None
        tasks.append(Task(row["video"], number, root / row["path"], mask, row.get("box") or ""))
    return tasks


def kind_of(
    settings: Extract, *needs: Path, max_minutes: float = math.inf, marked: bool = False
) -> Kind:
    """Return how frames are made of blocks of `Task`.

    Args:
        settings: how many frames, and how they are stored.
        needs: as in `Kind`.
        max_minutes: longer films give no frame.
        marked: rows say where the labelled face is.
    """
    produce = partial(_produce, settings=settings, max_minutes=max_minutes)
    lost = partial(_lost, settings=settings)
    return Kind(produce, lost, MARKED if marked else SCHEMA, needs)


def _discard_given_up(work: Path, max_seconds: float) -> None:
    """Remove finished blocks with a video that was given up under another time limit."""
    for index in sorted(work.glob(f"block-*/{INDEX}")):
        rows = tables.read_rows(index)
        reasons = {
            row[name] or "" for row in rows for name in ("reason", "marked_by") if name in row
        }
        given_up = {reason for reason in reasons if decoding.TOO_LONG in reason}
        if any(not reason.endswith(decoding.too_long(max_seconds)) for reason in given_up):
            discard(index.parent)


def _produce(block: list[Task], settings: Extract, max_minutes: float) -> Iterator[Row]:
    for task in block:
        rows = (
            _row(task, frame, settings)
            for frame in video.take(task.path, settings.frames, settings.max_seconds, max_minutes)
        )
        yield from _marked(list(rows), task, settings) if task.mask or task.box else rows


def _marked(rows: list[Row], task: Task, settings: Extract) -> Iterator[Row]:
    """Yield the rows of a video with its marks."""
    shown = [
        (row.values["frame"], row.values["height"], row.values["width"])
        for row in rows
        if row.values["status"] == "ok"
    ]
    found: dict[int, marks.Mark] = {}
    if task.mask and shown:
        found = marks.of_masks(task.mask, shown, settings.max_seconds)
    elif task.box:
        box = marks.Mark(marks.corners(task.box), marks.BOX)
        found = {number: box for number, _, _ in shown}
    for row in rows:
        mark = found.get(row.values["frame"], marks.NONE)
        place = list(mark.box) if mark.box else None
        yield replace(row, values=row.values | {"marked": place, "marked_by": mark.by or None})


def _lost(task: Task, how: str, settings: Extract) -> Iterator[Row]:
    """Yield the rows of a video whose decoder killed every process that tried it."""
    for slot in range(settings.frames):
        frame = video.Frame(slot, None, None, None, "unreadable", f"the decoder {how}")
        yield _row(task, frame, settings)


def _row(task: Task, frame: video.Frame, settings: Extract) -> Row:
    values = {
        "video": task.video,
        "slot": frame.slot,
        "frame": frame.frame,
        "time_s": frame.time_s,
        "status": frame.status,
        "reason": frame.reason,
        "width": None,
        "height": None,
        "note": frame.note,
    }
    if frame.image is None:
        return Row(values)
    values["height"], values["width"] = frame.image.shape[:2]
    content = images.encode(frame.image, settings.format, settings.quality)
    return Row(values, member_name(task.video, task.number, frame.slot, settings.format), content)


def member_name(key: str, number: int, slot: int, kind: str) -> str:
    """Return the name of a frame in a shard: unique, readable, one dot (WebDataset's rule)."""
    return f"{number:06d}-{key.replace('.', '_')}/{slot:03d}.{images.SUFFIX[kind]}"


def left_out(tasks: Sequence[Task]) -> list[str]:
    """Return a line about the files in folders of images that are no images."""
    others: list[str] = []
    for task in tasks:
        with contextlib.suppress(OSError):  # not a folder, or not readable: its rows say so
            others += (f"{task.path.name}/{path.name}" for path in pictures_in(task.path)[1])
    if not others:
        return []
    return [f"not used: {len(others)} files in folders of images are no images: {some(others)}"]


def _account(rows: Iterable[dict[str, Any]], max_failed: float) -> str:
    """Return a line with counts; raise if too many videos gave no frame.

    Videos without a frame are printed, and how many videos have which note.
    """
    frames: Counter[str] = Counter()
    marked: Counter[str] = Counter()
    videos: dict[str, str] = {}  # the last row of each has the reason of a failure
    usable: set[str] = set()
    noted: set[tuple[str, str]] = set()
    for row in rows:
        frames[row["status"]] += 1
        videos[row["video"]] = row["reason"]
        if row["status"] == "ok":
            usable.add(row["video"])
        if row["note"]:
            noted.add((row["video"], row["note"]))
        if row.get("marked_by"):
            marked[row["marked_by"]] += 1
    failed = [f"{key}: {reason}" for key, reason in videos.items() if key not in usable]
    counts = ", ".join(f"{count} {status}" for status, count in sorted(frames.items()))
    for line in failed:
        print(f"no frame: {line}")
    notes = Counter(note for _, note in noted)
    for note, count in sorted(notes.items()):
        print(f"{count} of {len(videos)} videos: {note}")
    for by, count in sorted(marked.items()):
        print(f"labelled face: {by}: {count} frames")
    if len(failed) > max_failed * len(videos):
        first = "; ".join(failed[:NAMED])
        raise UserError(
            f"{len(failed)} of {len(videos)} videos ({len(failed) / len(videos):.1%}) gave no "
            f"frame, more than extract.max_failed = {max_failed:g} allows: repair them, "
            f"take them out of the list, or raise that setting (finished work is kept); the first: "
            f"{first}"
        )
    return f"{len(videos)} videos, {len(failed)} without any frame; frames asked for: {counts}"
