"""The threads that have videos judged, one after another."""

import logging
import threading
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Protocol

from deepfake_attribution.analyse.bundle.loaded import Bundle
from deepfake_attribution.analyse.results import PersonResult, VideoResult
from deepfake_attribution.analyse.serving.jobs import Job, Jobs
from deepfake_attribution.analyse.serving.limits import Limits

SWEEP = 5.0  # seconds between two looks at what is to be forgotten
FAILED = "the server could not judge this video; the error is in its terminal"

log = logging.getLogger(__name__)


class _DroppedError(Exception):
    """A video need not be judged any more."""


class Judge(Protocol):
    """What the server needs of `analyse.analyser.Analyser`."""

    @property
    def bundle(self) -> Bundle:
        """The model."""
        ...

    def analyse(self, path: str | Path, tell: Callable[[str], None] | None = None) -> VideoResult:
        """Return the result of a video; ``tell`` is called with ``reading`` and ``judging``."""
        ...


class Workers:
    """Threads that judge videos, and one that forgets results.

    Args:
        jobs: the queue of videos.
        judge: analyses a video.
        limits: how many videos at a time.
    """

    def __init__(self, jobs: Jobs, judge: Judge, limits: Limits) -> None:
        self._jobs = jobs
        self._judge = judge
        self._ending = threading.Event()
        bodies = [self._work] * limits.workers + [self._forget]
        self._threads = [threading.Thread(target=body, daemon=True) for body in bodies]

    def start(self) -> None:
        """Begin."""
        for thread in self._threads:
            thread.start()

    def stop(self, patience: float) -> None:
        """Take no more videos; wait ``patience`` seconds for those at work."""
        self._ending.set()
        self._jobs.close()
        for thread in self._threads:
            thread.join(patience)

    def _work(self) -> None:
        while (job := self._jobs.take()) is not None:
            try:
                result = self._judge.analyse(job.path, partial(_note, job))
            except _DroppedError:
                job.discard()
            except Exception:
                if not self._ending.is_set():
                    log.exception("a video could not be judged")
                self._jobs.end(job, None, FAILED)
            else:
                self._jobs.end(job, _own_words(result, job))

    def _forget(self) -> None:
        while not self._ending.wait(SWEEP):
            self._jobs.sweep()


def _note(job: Job, state: str) -> None:
    """Note what is being done with a job.

    Raises:
        _DroppedError: its owner wants it no more.
    """
    if job.dropped:
        raise _DroppedError
    job.state = "judging" if state == "judging" else "reading"


def _own_words(result: VideoResult, job: Job) -> VideoResult:
    """Return ``result`` with the owner's name of the video for the server's, in every sentence."""
    paths = {job.path, job.path.resolve()}
    ours = [(str(path), job.name) for path in paths] + [(f"{path.parent}/", "") for path in paths]
    if job.ours:
        ours.append((job.path.name, job.name))  # a message may name the file alone

    def clean(text: str) -> str:
        for path, instead in ours:
            text = text.replace(path, instead)
        return text

    def of(person: PersonResult) -> PersonResult:
        return replace(person, reason=clean(person.reason))

    return replace(
        result,
        path=job.name,
        video=of(result.video),
        people=tuple(map(of, result.people)),
        frames=tuple(replace(frame, reason=clean(frame.reason)) for frame in result.frames),
    )
