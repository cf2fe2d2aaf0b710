"""Choose and decode the frames of one video: a file that FFmpeg reads, or a folder of images."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import av
import cv2
import numpy as np

HIDDEN = re.compile(r"^[._]|^Thumbs\.db$|\.(txt|json|csv|md|wav)$", re.IGNORECASE)


@dataclass(frozen=True)
class Frame:
    """One frame that was asked for.

    Attributes:
        slot: which of the requested frames, from 0.
        frame: its number in the video, from 0; None when the video could not be read.
        time_s: when it is shown, in seconds; None where the video does not say.
        image: (H, W, 3) uint8 RGB, upright; None unless ``status`` is ``ok``.
        status: ``ok``, ``missing`` (no such file), ``unreadable`` (no frame of the video could be
            had) or ``damaged`` (the decoder says that this frame is not what was encoded).
        reason: why, unless ``ok``.
    """

    slot: int
    frame: int | None
    time_s: float | None
    image: np.ndarray | None
    status: str
    reason: str


class _UnreadableError(Exception):
    """No frame of the video can be had; the message is the reason."""


def middles(length: int, count: int) -> list[int]:
    """Return the numbers of ``count`` evenly spaced frames of ``length``: all when fewer.

    They are the middles of ``count`` equal parts: floor((i + 1/2) * length / count).
    """
    if length <= count:
        return list(range(length))
    return [(2 * i + 1) * length // (2 * count) for i in range(count)]


def take(path: Path, count: int) -> Iterator[Frame]:
    """Yield ``count`` evenly spaced frames of the video at ``path``, in order.

    A video of fewer frames yields all of them. One that cannot be read yields ``count`` rows
    without image that say why: nothing is raised for what a disk may hold.
    """
    try:
        if path.is_dir():
            yield from _from_folder(path, count)
        elif path.is_file():
            yield from _from_file(path, count)
        else:
            yield from _failed(count, "missing", "no such file")
    except _UnreadableError as error:
        yield from _failed(count, "unreadable", str(error))


def beginning(path: Path, count: int) -> tuple[list[np.ndarray], float]:
    """Return the first ``count`` frames of the video file at ``path`` and its frames per second.

    Returns:
        Pictures, (H, W, 3) uint8 RGB, upright, fewer if the video is shorter; damaged ones are
        left out. Empty, with 0, if the video cannot be read.
    """
    images: list[np.ndarray] = []
    try:
        with _open(path) as container:
            rate = float(container.streams.video[0].average_rate or 25)
            for number, decoded in enumerate(_frames(container)):
                if number == count:
                    break
                frame = _frame(decoded, number, number)
                if frame.image is not None:
                    images.append(frame.image)
    except (_UnreadableError, OSError):
        return [], 0.0
    return images, rate


def _failed(count: int, status: str, reason: str) -> Iterator[Frame]:
    for slot in range(count):
        yield Frame(slot, None, None, None, status, reason)


def _from_folder(path: Path, count: int) -> Iterator[Frame]:
    files = sorted(
        (file for file in path.iterdir() if file.is_file() and not HIDDEN.search(file.name)),
        key=_natural,
    )
    if not files:
        raise _UnreadableError("the folder holds no images")
    for slot, number in enumerate(middles(len(files), count)):
        content = np.frombuffer(files[number].read_bytes(), np.uint8)
        image = cv2.imdecode(content, cv2.IMREAD_COLOR) if content.size else None
        if image is None:
            reason = f"{files[number].name} is not an image"
            yield Frame(slot, number, None, None, "damaged", reason)
        else:
            yield Frame(slot, number, None, cv2.cvtColor(image, cv2.COLOR_BGR2RGB), "ok", "")


def _natural(file: Path) -> list[tuple[int, str]]:
    """Order names with numbers by their value: 2 before 10, with or without suffix."""
    parts = re.split(r"(\d+)", file.name)
    return [(int(part), "") if part.isdigit() else (-1, part) for part in parts]


def _from_file(path: Path, count: int) -> Iterator[Frame]:
    length = _count_packets(path)
    frames, decoded = _decode(path, middles(length, count))
    if decoded == 0:
        raise _UnreadableError("no frame could be decoded")
    if decoded != length:  # damaged, or packets that hold no frame of their own: count what came
        frames, _ = _decode(path, middles(decoded, count))
    yield from frames


def _open(path: Path) -> "av.container.InputContainer":
    try:
        container = av.open(str(path), metadata_errors="replace")
    except (av.error.FFmpegError, OSError) as error:
        reason = "the file is empty" if path.stat().st_size == 0 else _words(error)
        raise _UnreadableError(reason) from None
    if not container.streams.video:
        container.close()
        raise _UnreadableError("the file has no picture, only sound or data")
    decoder = container.streams.video[0].codec_context
    if decoder is None:
        container.close()
        raise _UnreadableError("FFmpeg does not know how the picture is encoded")
    decoder.thread_count = 1  # one process per core instead
    return container


def _count_packets(path: Path) -> int:
    """Return how many frames the file shows.

    Headers are not believed: with an edit list, packets are read and marked as not to be shown.
    """
    with _open(path) as container:
        try:
            packets = container.demux(container.streams.video[0])
            return sum(1 for packet in packets if packet.size and not packet.is_discard)
        except av.error.FFmpegError as error:
            raise _UnreadableError(_words(error)) from None


def _decode(path: Path, wanted: list[int]) -> tuple[list[Frame], int]:
    """Decode the whole file; return the wanted frames and how many there were."""
    slots = {number: slot for slot, number in enumerate(wanted)}
    taken: list[Frame] = []
    number = 0
    with _open(path) as container:
        for frame in _frames(container):
            if number in slots:
                taken.append(_frame(frame, slots[number], number))
            number += 1
    return taken, number


def _frames(container: "av.container.InputContainer") -> Iterator["av.VideoFrame"]:
    packets = container.demux(container.streams.video[0])
    while True:
        try:
            packet = next(packets)
        except StopIteration:
            return
        except av.error.FFmpegError:  # the file breaks off here: what came before counts
            return
        try:
            yield from packet.decode()
        except av.error.FFmpegError:  # this packet is damaged; the caller notices by the count
            continue


def _frame(frame: "av.VideoFrame", slot: int, number: int) -> Frame:
    if frame.is_corrupt:
        return Frame(slot, number, frame.time, None, "damaged", "the decoder marks it as damaged")
    stored = frame.to_ndarray(format="rgb24")
    turns = round(frame.rotation / 90) % 4  # counter-clockwise, as np.rot90 turns
    image: np.ndarray = np.ascontiguousarray(np.rot90(stored, turns)) if turns else stored
    return Frame(slot, number, frame.time, image, "ok", "")


def _words(error: Exception) -> str:
    text = getattr(error, "strerror", None) or str(error)
    return f"FFmpeg: {text}"
