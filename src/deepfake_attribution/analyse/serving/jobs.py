"""Videos that wait, are judged, or have been: who is next, and what is forgotten when."""

import secrets
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http import HTTPStatus
from pathlib import Path
from typing import Literal

from deepfake_attribution.analyse.results import VideoResult
from deepfake_attribution.analyse.serving.limits import Limits
from deepfake_attribution.analyse.serving.refusals import RefusedError

State = Literal["waiting", "reading", "judging", "done", "failed"]
KEY_BYTES = 24  # of chance: nobody finds a result without its key
GONE = "this video is not here (any more): it was removed, or its time is over"
FULL = "the server has as many videos as it takes at a time: wait a little, and send it again"
FULL_FOR_YOU = (
    "your address has as many videos here as one may have: wait until one is judged, and send it "
    "again"
)
CLOSING = "the server is being ended"


@dataclass(eq=False)
class Job:
    """A video of somebody.

    Attributes:
        name: as its owner calls it.
        path: of the video.
        client: the address it came from.
        ours: whether the video is a temporary file of the server, removed when it was judged.
        key: by which its owner asks for it.
        state: what happens to it.
        result: once ``done``.
        message: the reason, once ``failed``.
        dropped: its owner wants it no more.
        ended: when it was done or failed, by the clock of `Jobs`.
    """

    name: str
    path: Path
    ours: bool
    client: str = ""
    key: str = field(default_factory=lambda: secrets.token_urlsafe(KEY_BYTES))
    state: State = "waiting"
    result: VideoResult | None = None
    message: str = ""
    dropped: bool = False
    ended: float | None = None

    def discard(self) -> None:
        """Remove the video, if it is a temporary file."""
        if self.ours:
            self.path.unlink(missing_ok=True)

    def weight(self) -> int:
        """Return the bytes of its crops."""
        frames = self.result.frames if self.result else ()
        return sum(len(frame.crop or b"") + len(frame.picture or b"") for frame in frames)


class Jobs:
    """All jobs; every method may be called by any thread.

    Args:
        limits: how many may wait, and how long results are kept.
        now: a clock, in seconds since any moment.
    """

    def __init__(self, limits: Limits, now: Callable[[], float] = time.monotonic) -> None:
        self._limits = limits
        self._now = now
        self._jobs: dict[str, Job] = {}  # in the order they came
        self._sending: Counter[str] = Counter()  # by the client's address
        self._closed = False
        self._changed = threading.Condition()

    def free(self, client: str | None = None) -> int:
        """Return how many videos would be accepted now, from one client or from several."""
        with self._changed:
            if self._closed:
                return 0
            waiting = self._waiting()
            free = self._limits.places - self._sending.total() - len(waiting)
            if client is None:
                return free
            own = self._sending[client] + sum(job.client == client for job in waiting)
            return min(free, self._limits.own - own)

    @contextmanager
    def place(self, client: str = "") -> Iterator[None]:
        """Hold a place while a video is being sent.

        Args:
            client: the address that it comes from.

        Raises:
            RefusedError: there is none.
        """
        with self._changed:
            if self.free(client) <= 0:
                raise RefusedError(HTTPStatus.SERVICE_UNAVAILABLE, self._why_full())
            self._sending[client] += 1
        try:
            yield
        finally:
            with self._changed:
                self._sending -= Counter([client])

    def _why_full(self) -> str:
        if self._closed:
            return CLOSING
        return FULL if self.free() <= 0 else FULL_FOR_YOU

    def add(self, job: Job) -> None:
        """Let a job wait for its turn; call it inside `place`.

        Raises:
            RefusedError: the server is being ended.
        """
        with self._changed:
            if self._closed:
                raise RefusedError(HTTPStatus.SERVICE_UNAVAILABLE, CLOSING)
            self._jobs[job.key] = job
            self._changed.notify()

    def get(self, key: str) -> Job:
        """Return the job of that key.

        Raises:
            RefusedError: there is none (any more).
        """
        self.sweep()
        with self._changed:
            job = self._jobs.get(key)
        if job is None:
            raise RefusedError(HTTPStatus.NOT_FOUND, GONE)
        return job

    def ahead(self, job: Job) -> int:
        """Return how many others come before a waiting job."""
        with self._changed:
            waiting = self._waiting()
            return waiting.index(job) if job in waiting else 0

    def left(self, job: Job) -> float | None:
        """Return for how many seconds the job's result is kept; None: it is not ready."""
        return None if job.ended is None else max(0.0, job.ended + self._limits.keep - self._now())

    def drop(self, key: str) -> None:
        """Forget a job: it is not analysed, or its result is thrown away.

        Raises:
            RefusedError: as `get`.
        """
        job = self.get(key)
        with self._changed:
            job.dropped = True
            self._jobs.pop(key, None)
        job.discard()

    def take(self) -> Job | None:
        """Wait for a job and return it as ``reading``; None when the server is being ended."""
        with self._changed:
            self._changed.wait_for(lambda: self._closed or self._waiting())
            if self._closed:
                return None
            job = self._waiting()[0]
            job.state = "reading"
            return job

    def end(self, job: Job, result: VideoResult | None, message: str = "") -> None:
        """Keep what became of a job, unless its owner dropped it."""
        with self._changed:
            job.result, job.message = result, message
            job.state = "failed" if result is None else "done"
            job.ended = self._now()
        job.discard()
        self.sweep()

    def sweep(self) -> None:
        """Forget results whose time is over, and the oldest where they are too many."""
        with self._changed:
            ended = [job for job in self._jobs.values() if job.ended is not None]
            ended.sort(key=lambda job: job.ended or 0.0)
            kept = 0
            for job in reversed(ended):
                kept += job.weight()
                if self.left(job) == 0.0 or kept > max(self._limits.kept, job.weight()):
                    del self._jobs[job.key]

    def close(self) -> None:
        """Let nobody wait any more, and forget all; temporary videos are removed."""
        with self._changed:
            self._closed = True
            jobs = list(self._jobs.values())
            self._jobs.clear()
            self._changed.notify_all()
        for job in jobs:
            job.dropped = True
            job.discard()

    def _waiting(self) -> list[Job]:
        return [job for job in self._jobs.values() if job.state == "waiting"]
