"""Which files are accepted as videos: by suffix and first bytes.

The beginning is looked at because FFmpeg goes by it, whatever the suffix says: a playlist that is
called a video would have it open other files of this machine. Whether a video can be decoded is
seen when it is read, in a process apart.
"""

from http import HTTPStatus
from pathlib import Path

from deepfake_attribution.analyse.serving.refusals import RefusedError
from deepfake_attribution.core.media_files import VIDEO_SUFFIXES

HEAD = 512  # bytes of the beginning that are looked at
BOXES = {b"ftyp", b"moov", b"mdat", b"free", b"skip", b"wide", b"pnot", b"styp", b"moof"}
STARTS = (
    *(b"\x1a\x45\xdf\xa3", b"FLV", b"OggS", b"\xff\xd8\xff"),  # Matroska and WebM, MJPEG
    *(b"\x30\x26\xb2\x75\x8e\x66\xcf\x11", b"\x00\x00\x01\xba", b"\x00\x00\x01\xb3"),  # WMV, MPEG
    *(b"GIF8", b"\x06\x0e\x2b\x34", b".RMF", b"\x1f\x07\x00"),  # GIF, MXF, RealMedia, DV
    *(b"YUV4MPEG2", b"DKIF"),  # pictures without compression; IVF
    *(b"nut/multimedia container", b"\x00\x00\x00\x00\x01\xbc", b"\x12\x00"),  # GXF, AV1's OBUs
    b"\x00\x00\x00\x01",  # H.264 and H.265 without container
)
PACKETS = (188, 192, 204)  # bytes of a transport stream's packets


def suffix(name: str) -> str:
    """Return the suffix of ``name``, one of those of videos.

    Raises:
        RefusedError: it is none.
    """
    found = Path(name).suffix.lower()
    if found not in VIDEO_SUFFIXES:
        known = ", ".join(sorted(VIDEO_SUFFIXES))
        message = f"{name}: not a video by its suffix; these are taken: {known}"
        raise RefusedError(HTTPStatus.UNSUPPORTED_MEDIA_TYPE, message)
    return found


def check(name: str, head: bytes) -> None:
    """Look at how a file begins.

    Args:
        name: for the message.
        head: its first `HEAD` bytes, or all.

    Raises:
        RefusedError: the file is empty, or no video begins like this.
    """
    if not head:
        raise RefusedError(HTTPStatus.BAD_REQUEST, f"{name}: the file is empty")
    if not is_video(head):
        message = f"{name}: not a video: no video format begins like this file"
        raise RefusedError(HTTPStatus.UNSUPPORTED_MEDIA_TYPE, message)


def is_video(head: bytes) -> bool:
    """Return whether ``head``, the first `HEAD` bytes, is the beginning of a known format."""
    if head.startswith(STARTS) or head[4:8] in BOXES:
        return True
    if head[:4] == b"RIFF" and head[8:12] == b"AVI ":
        return True
    # A transport stream: each packet begins with 0x47; in BDAV's after 4 bytes of time.
    pairs = (head[place : place + 2 * size : size] for size in PACKETS for place in (0, 4))
    return b"GG" in pairs
