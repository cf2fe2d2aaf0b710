"""How large the pictures of a video are, by its header: memory grows with their pixels.

A picture of 16,000 x 16,000 pixels took 2.3 GB from its file to its faces.
"""

import struct
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import simplejpeg

from deepfake_attribution.analyse import stills
from deepfake_attribution.frames import decoding
from deepfake_attribution.frames.decoding import UnreadableError

BYTES = 9  # of memory for each pixel
PNG = stills.PNG
HEAD = 1 << 16  # bytes of a picture that are read; nearly always they hold its size


def too_large(path: Path, megapixels: float) -> str:
    """Return why a video has pictures that are too large; empty if it has none.

    Args:
        path: a file, or a folder of images.
        megapixels: the limit.
    """
    width, height = max(_sizes(path), key=lambda size: size[0] * size[1], default=(0, 0))
    pixels = width * height
    if pixels <= megapixels * 1e6:
        return ""
    return (
        f"a picture of {width} x {height} pixels needs about {pixels * BYTES / 1e9:.1f} GB of "
        f"memory; the limit is {megapixels:g} megapixels ({megapixels * BYTES / 1e3:.1f} GB)"
    )


def _sizes(path: Path) -> Iterator[tuple[int, int]]:
    """Yield the width and height of a video, or of each image of a folder, if known."""
    if path.is_dir():
        with suppress(OSError):
            for file in path.iterdir():
                if file.is_file():
                    yield _of_picture(file)
    elif path.is_file():
        yield _of_picture(path)
        yield _of_video(path)


def _of_picture(path: Path) -> tuple[int, int]:
    """Return the size of a JPEG, PNG or WebP file by its first bytes; (0, 0) for any other file."""
    with suppress(OSError, ValueError, struct.error):
        with path.open("rb") as file:
            head = file.read(HEAD)
        if head.startswith(PNG):
            width, height = struct.unpack(">II", head[16:24])
            return width, height
        if head[8:12] == stills.WEBP:
            return stills.webp_size(head)
        if simplejpeg.is_jpeg(head):
            height, width, *_ = simplejpeg.decode_jpeg_header(head)
            return width, height
    return 0, 0


def _of_video(path: Path) -> tuple[int, int]:
    with suppress(UnreadableError, OSError), decoding.open_video(path) as container:
        stream = decoding.video_stream(container)
        return stream.width or 0, stream.height or 0
    return 0, 0
