"""Which files are accepted as videos or still images: by suffix, and by their first bytes.

Whether a video can be decoded is seen when it is read, in a process apart.
"""

from http import HTTPStatus
from pathlib import Path

from deepfake_attribution.analyse import stills
from deepfake_attribution.analyse.serving.refusals import RefusedError
from deepfake_attribution.core.media_files import VIDEO_SUFFIXES
from deepfake_attribution.frames.beginnings import why_no_video

SUFFIXES = (*sorted(VIDEO_SUFFIXES), *stills.SUFFIXES)


def suffix(name: str) -> str:
    """Return the suffix of ``name``, one of those of videos and still images.

    Raises:
        RefusedError: it is none.
    """
    found = Path(name).suffix.lower()
    if found not in SUFFIXES:
        known = ", ".join(SUFFIXES)
        message = f"{name}: neither a video nor an image by its suffix; these are taken: {known}"
        raise RefusedError(HTTPStatus.UNSUPPORTED_MEDIA_TYPE, message)
    return found


def check(name: str, head: bytes) -> None:
    """Look at how a file begins.

    Args:
        name: for the message.
        head: its first `beginnings.HEAD` bytes, or all.

    Raises:
        RefusedError: the file is empty, or neither a video nor an image begins like this.
    """
    if not head:
        raise RefusedError(HTTPStatus.BAD_REQUEST, f"{name}: the file is empty")
    if not stills.begins_like_one(head, name) and why_no_video(head):
        message = f"{name}: not a video or an image: no known format begins like this file"
        raise RefusedError(HTTPStatus.UNSUPPORTED_MEDIA_TYPE, message)
