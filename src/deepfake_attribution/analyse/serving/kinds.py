"""Which files are accepted as videos: by suffix, and by their first bytes as at every other door.

Whether a video can be decoded is seen when it is read, in a process apart.
"""

from http import HTTPStatus
from pathlib import Path

from deepfake_attribution.analyse.serving.refusals import RefusedError
from deepfake_attribution.core.media_files import VIDEO_SUFFIXES
from deepfake_attribution.frames.beginnings import why_no_video


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
        head: its first `beginnings.HEAD` bytes, or all.

    Raises:
        RefusedError: the file is empty, or no video begins like this.
    """
    if not head:
        raise RefusedError(HTTPStatus.BAD_REQUEST, f"{name}: the file is empty")
    if why_no_video(head):
        message = f"{name}: not a video: no video format begins like this file"
        raise RefusedError(HTTPStatus.UNSUPPORTED_MEDIA_TYPE, message)
