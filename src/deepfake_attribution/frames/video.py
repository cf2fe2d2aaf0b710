"""Decode chosen frames of one video: a file that FFmpeg reads, a folder of images, or one image."""

import math
import os
import re
import stat
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from itertools import islice
from pathlib import Path

import av
import cv2
import numpy as np

from deepfake_attribution.core.media_files import PICTURE_SUFFIXES, pictures_in
from deepfake_attribution.frames import decoding, sparse_decoding, standard_colours
from deepfake_attribution.frames.decoding import (
    NO_LIMIT,
    Decoded,
    Limit,
    TooLongError,
    UnreadableError,
)
from deepfake_attribution.frames.frame_choice import middles
from deepfake_attribution.frames.pictures import Pictures
from deepfake_attribution.frames.sparse_decoding import RefusedError

AT_ONCE = 256_000_000  # bytes of decoded frames that are kept until the end of the video
_Choose = Callable[[int], list[int]]  # length of a video -> the frames to take, rising


@dataclass(frozen=True)
class Frame:
    """One frame that was asked for.

    Attributes:
        slot: which of the requested frames, from 0.
        frame: its number in the video, from 0; None when the video could not be read.
        time_s: when it is shown, in seconds; None where the video has no times.
        image: (H, W, 3) uint8 RGB, upright, with square pixels; None unless ``status`` is ``ok``.
        status: ``ok``, ``missing`` (no such file), ``too_long`` (a longer film than wanted),
            ``unreadable`` (no frame of the video could be decoded, or this image of a folder not
            read) or ``damaged`` (this frame, or one that it was predicted from, is damaged, as far
            as the decoder can tell).
        reason: why, unless ``ok``.
        note: what was done to make the picture, unless it is an ordinary one; empty for others.
    """

    slot: int
    frame: int | None
    time_s: float | None
    image: np.ndarray | None
    status: str
    reason: str
    note: str = ""


class _MissingError(UnreadableError):
    """There is no such file."""


def take(
    path: Path,
    count: int,
    max_seconds: float = math.inf,
    max_minutes: float = math.inf,
    clock: Callable[[], float] = time.monotonic,
) -> Iterator[Frame]:
    """Yield ``count`` evenly spaced frames of the video at ``path``, in order.

    A video of fewer frames yields all of them. One that cannot be read yields ``count`` rows
    without image but with the reason: no file, however broken, raises an error.

    Args:
        path: a file, or a folder of images. A file with the suffix of a picture has one frame.
        count: frames to take.
        max_seconds: a file that has no frame ready by then is given up as ``unreadable``.
        max_minutes: a longer film is ``too_long``.
        clock: returns seconds since a fixed moment.
    """
    choose = partial(middles, count=count)
    yield from _taken(path, choose, count, Limit(max_seconds, clock), max_minutes)


def at(path: Path, numbers: Sequence[int], max_seconds: float = math.inf) -> Iterator[Frame]:
    """Yield the frames ``numbers`` of the video at ``path``, as far as it has them.

    Args:
        path, max_seconds: as for `take`.
        numbers: rising, from 0.
    """

    def choose(length: int) -> list[int]:
        return [number for number in numbers if number < length]

    yield from _taken(path, choose, len(numbers), Limit(max_seconds), math.inf)


def _taken(
    path: Path, choose: _Choose, count: int, limit: Limit, max_minutes: float
) -> Iterator[Frame]:
    slot = 0
    try:
        for frame in _frames(path, choose, limit, max_minutes):
            slot = frame.slot + 1
            yield frame
    except _MissingError as error:
        yield from _failed(range(slot, count), "missing", str(error))
    except TooLongError as error:
        yield from _failed(range(slot, count), "too_long", str(error))
    except UnreadableError as error:
        yield from _failed(range(slot, count), "unreadable", str(error))


def beginning(path: Path, count: int) -> tuple[list[np.ndarray], float]:
    """Return the first ``count`` frames of the video file at ``path`` and its frames per second.

    Returns:
        Pictures, (H, W, 3) uint8 RGB, upright, fewer if the video is shorter; damaged ones are
        left out.

    Raises:
        UnreadableError: there is no such file, or it gives no frame.
    """
    if _is_folder(path):
        raise UnreadableError("a folder of images has no frame rate")
    with decoding.open_video(path) as container:
        track = decoding.main_track(container)
        rate, made = float(track.stream.average_rate or 25), Pictures(track)
        seen = islice(decoding.frames_of(container), count)
        first = [_frame(frame, frame.number, made) for frame in seen]
    images = [frame.image for frame in first if frame.image is not None]
    if not images:
        raise UnreadableError(first[0].reason if first else "no frame could be decoded")
    return images, rate


def _frames(path: Path, choose: _Choose, limit: Limit, max_minutes: float) -> Iterator[Frame]:
    if _is_folder(path):
        return _from_folder(path, choose)
    if path.suffix.lower() in PICTURE_SUFFIXES:
        return iter([_from_image(path, 0, 0) for _ in choose(1)])
    return _from_file(path, choose, limit, max_minutes)


def _is_folder(path: Path) -> bool:
    """Return whether ``path`` is a folder, not a file."""
    try:
        mode = path.stat().st_mode
    except (FileNotFoundError, NotADirectoryError):
        hint = ": write / between folders, not \\" if "\\" in path.name else ""
        raise _MissingError(f"no such file{hint}") from None
    except OSError as error:  # a folder above may not be entered, the name is too long, ...
        raise UnreadableError(_message(error)) from None
    if not (stat.S_ISDIR(mode) or stat.S_ISREG(mode)):
        raise UnreadableError("neither a file nor a folder")
    return stat.S_ISDIR(mode)


def _message(error: OSError) -> str:
    return os.strerror(error.errno) if error.errno else str(error)


def _failed(slots: range, status: str, reason: str) -> Iterator[Frame]:
    for slot in slots:
        yield Frame(slot, None, None, None, status, reason)


def _from_folder(path: Path, choose: _Choose) -> Iterator[Frame]:
    try:
        files, _ = pictures_in(path)
    except OSError as error:
        raise UnreadableError(_message(error)) from None
    if not files:
        raise UnreadableError("the folder holds no images")
    files.sort(key=natural)
    for slot, number in enumerate(choose(len(files))):
        yield _from_image(files[number], slot, number)


def _from_image(file: Path, slot: int, number: int) -> Frame:
    try:
        content = np.frombuffer(file.read_bytes(), np.uint8)
    except OSError as error:
        reason = f"{file.name}: {_message(error)}"
        return Frame(slot, number, None, None, "unreadable", reason)
    try:
        image = cv2.imdecode(content, cv2.IMREAD_COLOR) if content.size else None
    except cv2.error:  # its header announces more pixels than OpenCV accepts
        image = None
    if image is None:
        return Frame(slot, number, None, None, "damaged", f"{file.name} is not an image")
    return Frame(slot, number, None, cv2.cvtColor(image, cv2.COLOR_BGR2RGB), "ok", "")


def natural(file: Path) -> list[tuple[int, str]]:
    """Return a sort key that compares numbers in names by value: 2 before 10, for any suffix."""
    parts = re.split(r"(\d+)", file.name)
    return [(int(part), "") if part.isdigit() else (-1, part) for part in parts]


def _from_file(path: Path, choose: _Choose, limit: Limit, max_minutes: float) -> Iterator[Frame]:
    with decoding.open_video(path) as container:
        made = Pictures(decoding.main_track(container))
        found = sparse_decoding.survey(container, limit, max_minutes)
        wanted = choose(found.count)
        if found.count and not wanted:
            return
        try:
            chosen = sparse_decoding.plan(found, wanted)
            if found.held is not None:
                kept, _ = _keep(sparse_decoding.frames_at(container, found.held, chosen, limit))
            else:
                kept, _ = _keep(sparse_decoding.read_at(path, chosen, limit))
        except RefusedError:
            chosen = None
    found.held = None
    if chosen is None:
        yield from _from_all(path, wanted, choose, limit, made)
        return
    # Frames too large to keep were decoded once already, so no refusal can follow a yielded frame.
    frames = sparse_decoding.read_at(path, chosen, NO_LIMIT) if kept is None else kept
    for slot, frame in enumerate(frames):
        yield _frame(frame, slot, made)


def _from_all(
    path: Path, wanted: list[int], choose: _Choose, limit: Limit, made: Pictures
) -> Iterator[Frame]:
    """Decode all frames of a file; ``wanted`` are those to take if none is lost."""
    with decoding.open_video(path) as container:
        kept, decoded = _keep(decoding.frames_of(container, limit), set(wanted))
    if decoded == 0:
        raise UnreadableError("no frame could be decoded")
    if kept is not None and choose(decoded) == wanted:
        for slot, frame in enumerate(kept):
            yield _frame(frame, slot, made)
        return
    # Damaged, or some packets hold no frame: choose among the frames decoded. Or too large to keep.
    slots = {number: slot for slot, number in enumerate(choose(decoded))}
    with decoding.open_video(path) as container:
        for frame in decoding.frames_of(container, NO_LIMIT):
            if frame.number in slots:
                yield _frame(frame, slots[frame.number], made)


def _keep(
    frames: Iterator[Decoded], wanted: set[int] | None = None
) -> tuple[list[Decoded] | None, int]:
    """Return the wanted frames, or None if they are more than `AT_ONCE`; and the count of all."""
    kept: list[Decoded] | None = []
    size = count = 0
    for frame in frames:
        count += 1
        if kept is not None and (wanted is None or frame.number in wanted):
            kept.append(frame)
            size += sum(plane.buffer_size for plane in frame.content.planes)
            kept = kept if size <= AT_ONCE else None
    return kept, count


def _frame(decoded: Decoded, slot: int, made: Pictures) -> Frame:
    """Return a frame with its picture.

    Args:
        decoded: the frame as the decoder gave it.
        slot: which of the requested frames.
        made: makes the pictures of this video.
    """
    content = decoded.content
    frame = Frame(slot, decoded.number, content.time, None, "damaged", "")
    if decoded.broken == decoded.number:
        return replace(frame, reason="the decoder met damage here")
    if decoded.broken >= 0:
        return replace(frame, reason=f"it is drawn from frame {decoded.broken}, which is damaged")
    try:
        image, note = made.picture(content)
    except av.error.FFmpegError as error:
        kind = ", ".join(filter(None, [standard_colours.kind(content), content.format.name]))
        reason = f"its pixels ({kind}) cannot be converted: {decoding.words(error)}"
        return replace(frame, reason=reason)
    return replace(frame, image=image, status="ok", note=note)
