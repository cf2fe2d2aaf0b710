"""Which files are videos or pictures: one list for datasets, folders of images, and analyses.

A video is known by its suffix. A picture is known by its suffix, or by how it begins, whatever its
name: the frames of VidTIMIT have no suffix.
"""

import os
from collections.abc import Iterator
from pathlib import Path

VIDEO_SUFFIXES = {
    *(".mp4", ".m4v", ".mov", ".qt", ".3gp", ".3g2", ".f4v", ".mj2"),  # MP4 and its relatives
    *(".mkv", ".webm", ".avi", ".divx", ".xvid", ".flv", ".ogv", ".ogm"),
    *(".mpg", ".mpeg", ".mpe", ".m1v", ".m2v", ".mpv", ".vob", ".evo", ".mod"),  # MPEG
    *(".ts", ".mts", ".m2ts", ".m2t", ".tod", ".trp"),  # transport streams; AVCHD
    *(".wmv", ".asf", ".rm", ".rmvb", ".mxf", ".gxf", ".dv", ".nut", ".y4m", ".ivf", ".gif"),
    *(".mjpeg", ".mjpg", ".h264", ".264", ".avc", ".h265", ".265", ".hevc", ".obu"),
}
PICTURE_SUFFIXES = {".jpg", ".jpeg", ".jpe", ".jp2", ".png", ".bmp", ".webp", ".tif", ".tiff"}
STARTS = (
    *(b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n", b"II*\0", b"MM\0*"),  # JPEG, PNG, TIFF
    b"\0\0\0\x0cjP  \r\n\x87\n",  # JPEG 2000
)


def is_video(name: str) -> bool:
    """Return whether a file of this name is a video."""
    # As `Path.suffix`, but strings: a hundred thousand paths take seconds.
    stem, dot, end = name.rpartition(".")
    return bool(dot) and stem[-1:] not in ("", "/") and f".{end.lower()}" in VIDEO_SUFFIXES


def is_picture(path: Path) -> bool:
    """Return whether the file at ``path`` is a picture, even if it is damaged.

    A name of digits alone is one of VidTIMIT's frames. A file of any other name is looked into.
    """
    suffix = path.suffix.lower()
    if suffix in PICTURE_SUFFIXES or path.name.isdigit():
        return True
    if suffix in VIDEO_SUFFIXES:
        return False
    try:
        with path.open("rb") as file:
            head = file.read(16)
    except OSError:
        return False
    if head[:4] == b"RIFF":
        return head[8:12] == b"WEBP"
    # Text can begin with BM, too, but a bitmap has 4 zero bytes there.
    return head.startswith(STARTS) or (head[:2] == b"BM" and head[6:10] == bytes(4))


def pictures_in(folder: Path) -> tuple[list[Path], list[Path]]:
    """Return the pictures in ``folder``, and the other files; hidden files are in neither.

    Raises:
        OSError: the folder cannot be read.
    """
    files = [path for path in folder.iterdir() if path.name[0] not in "._" and path.is_file()]
    pictures = [path for path in files if is_picture(path)]
    taken = set(pictures)
    return pictures, sorted(path for path in files if path not in taken)


def files_below(root: Path) -> Iterator[str]:
    """Yield the paths of all files below ``root``, relative to it, with /; without hidden ones."""
    # Strings, for a Path of each file takes ten times as long.
    top = os.fspath(root)
    for place, folders, names in os.walk(top):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        below = place[len(top) :].replace(os.sep, "/").strip("/")
        start = f"{below}/" if below else ""
        for name in sorted(names):
            if not name.startswith("."):
                yield start + name
