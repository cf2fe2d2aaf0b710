"""What the server accepts, how much of it, and how long it keeps it."""

from dataclasses import dataclass

MB = 1_000_000


@dataclass(frozen=True)
class Limits:
    """What the server accepts and keeps.

    Attributes:
        upload: bytes of one video.
        places: videos that may wait, including those that are being sent.
        own: the same, for one client address.
        keep: seconds that a result is kept after it was ready.
        kept: bytes of crops that are kept; beyond, the oldest results go first.
        reserve: bytes of the disk that stay free.
        slowest: bytes per second of an upload, over each period of `stall` seconds; slower uploads
            are refused.
        stall: seconds, see `slowest`.
        whole: seconds for an upload as a whole.
        workers: videos that are judged at a time.
    """

    upload: int = 500 * MB
    places: int = 16
    own: int = 8
    keep: float = 3600.0
    kept: int = 256 * MB
    reserve: int = 500 * MB
    slowest: int = 10_000
    stall: float = 30.0
    whole: float = 3600.0
    workers: int = 1
