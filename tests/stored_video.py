"""Videos as phones, cameras and editors store them, and what the ffmpeg command makes of them."""

import shutil
import subprocess
from pathlib import Path

import numpy as np
import pytest

from deepfake_attribution.frames.video import Frame

needs_ffmpeg = pytest.mark.skipif(not shutil.which("ffmpeg"), reason="needs the ffmpeg command")
EXACT = "bicubic+accurate_rnd+full_chroma_int"


def ffmpeg(*arguments: str | Path) -> bytes:
    """Run the ffmpeg command and return its standard output."""
    command = ["ffmpeg", "-y", "-v", "error", *map(str, arguments)]
    return subprocess.run(command, check=True, capture_output=True).stdout


def drawn(
    path: Path, size: str, *options: str, filters: str = "null", seconds: float = 0.4
) -> Path:
    """Write a colourful moving picture of ``size`` at 25 frames per second to ``path``."""
    source = f"testsrc2=size={size}:rate=25:duration={seconds},{filters}"
    ffmpeg("-f", "lavfi", "-i", source, *options, path)
    return path


def set_matrix(path: Path, values: tuple[int, int, int, int]) -> None:
    """Write a display matrix, its upper left four numbers, into the track header of an mp4 file."""
    content = bytearray(path.read_bytes())
    start = content.index(b"tkhd") + 4
    assert content[start] == 0  # version 0: the matrix lies 40 bytes after version and flags
    a, b, c, d = (round(value * 65536) for value in values)
    matrix = [a, b, 0, c, d, 0, 0, 0, 1 << 30]
    content[start + 40 : start + 76] = b"".join(n.to_bytes(4, "big", signed=True) for n in matrix)
    path.write_bytes(content)


def most_different(
    frames: list[Frame], path: Path, filters: str = "null", flags: str = "bicubic"
) -> int:
    """Return the largest difference of any pixel to the output of the ffmpeg command."""
    assert frames and all(frame.image is not None for frame in frames)
    shape = frames[0].image.shape  # type: ignore[union-attr]
    raw = ("-vsync", "passthrough", "-f", "rawvideo", "-pix_fmt", "rgb24", "-")
    whole = ffmpeg("-i", path, "-vf", filters, "-sws_flags", flags, *raw)
    expected = np.frombuffer(whole, np.uint8).reshape(-1, *shape).astype(int)
    return max(int(np.abs(one.image - expected[one.frame]).max()) for one in frames)  # type: ignore
