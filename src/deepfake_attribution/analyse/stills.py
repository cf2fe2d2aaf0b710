"""Still images: which files are some, and how one becomes a video of a single frame.

JPEG, PNG and WebP are known by how they begin, whatever their names. A JPEG with the suffix of a
video is motion JPEG and stays a video.
"""

import struct
from pathlib import Path

from deepfake_attribution.core.media_files import VIDEO_SUFFIXES

SUFFIXES = (".jpg", ".jpeg", ".png", ".webp")
JPEG, PNG, RIFF, WEBP = b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n", b"RIFF", b"WEBP"
HEAD = 1 << 16  # bytes at the beginning that are looked at; animations say so there
OTHERS = (b"II*\0", b"MM\0*", b"\0\0\0\x0cjP  \r\n\x87\n")  # TIFF, JPEG 2000
OF_ANOTHER_KIND = "an image, but neither JPEG, PNG nor WebP: convert it to one of these"
ANIMATED = (
    "an animated image: neither a video nor a still image; make it a video, or take one picture"
)
DAMAGED = "the image is damaged or not whole"
NOTE = "a still image, so only one frame speaks; threshold and ratio were set on whole videos"


def begins_like_one(head: bytes, name: str) -> bool:
    """Return whether a file is a still image, or an animated one.

    Args:
        head: its first bytes, at least 12 if it has as many.
        name: of the file.
    """
    if head.startswith(JPEG):
        return Path(name).suffix.lower() not in VIDEO_SUFFIXES
    return head.startswith(PNG) or (head[:4] == RIFF and head[8:12] == WEBP)


def is_of_another_kind(head: bytes) -> bool:
    """Return whether a file is a TIFF, JPEG 2000 or bitmap, which is not read by itself."""
    return head.startswith(OTHERS) or (head[:2] == b"BM" and head[6:10] == bytes(4))


def is_one(path: Path) -> bool:
    """Return whether ``path`` is a file that is a still image; False if it cannot be read."""
    return path.is_file() and begins_like_one(_head(path, 12), path.name)


def is_animated(path: Path) -> bool:
    """Return whether an image, as `is_one` says, has several pictures."""
    head = _head(path, HEAD)
    if head.startswith(PNG):
        return b"acTL" in _png_chunks(head)
    # the second bit of the extended header
    return head[8:16] == b"WEBPVP8X" and len(head) > 20 and bool(head[20] & 2)


def webp_size(head: bytes) -> tuple[int, int]:
    """Return the width and height of a WebP file by its first 30 bytes.

    Raises:
        ValueError, struct.error: it is none, or not whole.
    """
    kind = head[12:16]
    if kind == b"VP8X":
        if len(head) < 30:
            raise ValueError("its header is cut off")
        width, height = (int.from_bytes(head[at : at + 3], "little") for at in (24, 27))
        return width + 1, height + 1
    if kind == b"VP8L":
        (bits,) = struct.unpack("<I", head[21:25])
        return (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1
    if kind == b"VP8 ":
        width, height = struct.unpack("<HH", head[26:30])
        return width & 0x3FFF, height & 0x3FFF
    raise ValueError("not a WebP file")


def as_folder(path: Path, folder: Path) -> Path:
    """Return a folder with the image at ``path`` alone: `frames.video` reads it as one frame.

    It turns the picture upright by its EXIF data.

    Args:
        path: absolute.
        folder: is created.
    """
    folder.mkdir()
    (folder / "image").symlink_to(path)  # a picture by its content
    return folder


def _head(path: Path, size: int) -> bytes:
    try:
        with path.open("rb") as file:
            return file.read(size)
    except OSError:
        return b""


def _png_chunks(head: bytes) -> set[bytes]:
    """Return the kinds of the chunks before the picture itself."""
    found, place = set(), len(PNG)
    while place + 8 <= len(head):
        size, kind = struct.unpack(">I4s", head[place : place + 8])
        if kind == b"IDAT":
            break
        found.add(kind)
        place += 12 + size
    return found
