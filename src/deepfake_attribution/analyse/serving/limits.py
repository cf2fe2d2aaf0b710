"""What the server takes, how much of it, and how long it keeps it."""

from dataclasses import dataclass

MB = 1_000_000


@dataclass(frozen=True)
class Limits:
    """What the server takes and keeps.

    Attributes:
        upload: bytes of one video.
        places: videos that may wait, those that are being sent among them.
        keep: seconds that a result is kept after it was ready.
        kept: bytes of crops that are kept; beyond, the oldest results go first.
        reserve: bytes of the disk that stay free.
        stall: seconds without a byte after which an upload is given up.
        whole: seconds for an upload as a whole.
        workers: videos that are judged at a time.
    """

    upload: int = 500 * MB
    places: int = 16
    keep: float = 3600.0
    kept: int = 256 * MB
    reserve: int = 500 * MB
    stall: float = 30.0
    whole: float = 3600.0
    workers: int = 1
