"""Small videos for tests, written with PyAV, and two slow, plain ways to read all their frames."""

from collections.abc import Sequence
from fractions import Fraction
from pathlib import Path

import av
import cv2
import numpy as np
from av.stream import Disposition

TICKS = 1000  # per second, of the times that `write_frames` takes
B_FRAMES = {"bf": "3", "g": "12", "crf": "18", "preset": "veryfast", "b-adapt": "0"}


def pictures(count: int, height: int = 48, width: int = 64, seed: int = 0) -> list[np.ndarray]:
    """Return ``count`` (height, width, 3) uint8 frames, no two alike, that no rotation maps on."""
    random = np.random.default_rng(seed)
    coarse = random.integers(40, 200, (6, 8, 3), dtype=np.uint8)
    ground = cv2.resize(coarse, (width, height), interpolation=cv2.INTER_CUBIC)
    frames = []
    for number in range(count):
        frame = np.roll(ground, number, axis=1)
        frame[: height // 3, : width // 3] = (250, 20, 20)  # red at the upper left
        frame[-8:, : 2 + number % width] = (20, 20, 250)
        frames.append(frame)
    return frames


def write_frames(
    path: Path,
    frames: Sequence[np.ndarray],
    codec: str = "libx264",
    pix_fmt: str = "yuv420p",
    options: dict[str, str] | None = None,
    rate: int = 25,
    times: Sequence[int] | None = None,
) -> Path:
    """Encode ``frames`` to ``path``, its suffix the container; ``times`` in ms, else ``rate``."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with av.open(str(path), "w") as file:
        stream = file.add_stream(codec, rate=rate, options=B_FRAMES if options is None else options)
        stream.height, stream.width = frames[0].shape[:2]
        stream.pix_fmt = pix_fmt
        stream.codec_context.thread_count = 1
        if times is not None:
            stream.codec_context.time_base = Fraction(1, TICKS)
        for number, content in enumerate(frames):
            frame = av.VideoFrame.from_ndarray(content, format="rgb24")
            if times is not None:
                frame.pts, frame.time_base = times[number], Fraction(1, TICKS)
            file.mux(stream.encode(frame))
        file.mux(stream.encode())
    return path


def write_sound(path: Path) -> Path:
    """Write a tenth of a second of silence, and no picture."""
    with av.open(str(path), "w") as file:
        stream = file.add_stream("aac", rate=16000, layout="mono")
        silence = np.zeros((1, 1600), np.float32)
        frame = av.AudioFrame.from_ndarray(silence, format="fltp", layout="mono")
        frame.sample_rate, frame.pts = 16000, 0
        file.mux(stream.encode(frame))
        file.mux(stream.encode())
    return path


def write_song(path: Path) -> Path:
    """Write a tenth of a second of silence with a cover picture, which is no video."""
    with av.open(str(path), "w") as file:
        sound = file.add_stream("aac", rate=16000, layout="mono")
        cover = file.add_stream("mjpeg", rate=1)
        cover.height, cover.width, cover.pix_fmt = 48, 64, "yuvj420p"
        cover.disposition = Disposition.attached_pic
        file.mux(cover.encode(av.VideoFrame.from_ndarray(pictures(1)[0], format="rgb24")))
        file.mux(cover.encode())
        silence = av.AudioFrame.from_ndarray(
            np.zeros((1, 1600), np.float32), format="fltp", layout="mono"
        )
        silence.sample_rate, silence.pts = 16000, 0
        file.mux(sound.encode(silence))
        file.mux(sound.encode())
    return path


def damage(path: Path, frame: int) -> None:
    """Overwrite most of what holds ``frame`` (without B-frames: as numbered when shown)."""
    with av.open(str(path)) as file:
        packets = [packet for packet in file.demux(video=0) if packet.size]
    content = bytearray(path.read_bytes())
    start, end = packets[frame].pos + 12, packets[frame].pos + packets[frame].size
    content[start:end] = b"\x55" * (end - start)
    path.write_bytes(content)


def hide_beginning(path: Path, frame: int, rate: int = 25) -> None:
    """Let the edit list of an mp4 file (at ``rate``) begin with ``frame``."""
    content = bytearray(path.read_bytes())
    start = content.index(b"elst") + 4
    assert content[start] == 0 and int.from_bytes(content[start + 4 : start + 8], "big") == 1
    with av.open(str(path)) as file:
        ticks = file.streams.video[0].time_base.denominator
    content[start + 12 : start + 16] = (ticks * frame // rate).to_bytes(4, "big")
    path.write_bytes(content)


def turn(path: Path, degrees: int) -> None:
    """Write a display matrix of ``degrees`` clockwise into the track header of an mp4 file."""
    cosine, sine = {90: (0, 1), 180: (-1, 0), 270: (0, -1)}[degrees]
    content = bytearray(path.read_bytes())
    start = content.index(b"tkhd") + 4
    assert content[start] == 0  # version 0: the matrix lies 40 bytes after version and flags
    one = 1 << 16
    matrix = [cosine * one, sine * one, 0, -sine * one, cosine * one, 0, 0, 0, 1 << 30]
    values = b"".join(value.to_bytes(4, "big", signed=True) for value in matrix)
    content[start + 40 : start + 76] = values
    path.write_bytes(content)


def all_by_av(path: Path) -> list[np.ndarray]:
    """Return all frames of a file, decoded in sequence by PyAV, not turned."""
    with av.open(str(path)) as file:
        return [frame.to_ndarray(format="rgb24") for frame in file.decode(video=0)]


def all_by_cv2(path: Path) -> list[np.ndarray]:
    """Return all frames of a file, decoded in sequence by OpenCV, which turns them upright."""
    capture = cv2.VideoCapture(str(path))
    frames = []
    while True:
        there, frame = capture.read()
        if not there:
            return frames
        frames.append(cv2.cvtColor(frame, cv2.COLOR_BGR2RGB))
