"""Run one ``dvc repro`` or several side by side: their output, their signals, how they end."""

import os
import signal
import subprocess
import time
from collections import deque
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from threading import Lock
from types import FrameType
from typing import TextIO

from deepfake_attribution.analyse.signals import caught
from deepfake_attribution.cli.repro_display import Display
from deepfake_attribution.cli.stage_times import Watched
from deepfake_attribution.core import paths

LOG = paths.WORK / "repro.log"
BEFORE = paths.WORK / "repro-before.log"  # of the run before
SHOWN = 20  # lines, after a failure
STOPPED = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


@dataclass(frozen=True)
class Ended:
    """How one or several ended.

    Attributes:
        code: exit code; of several the first that is not 0.
        last: lines of the one that failed.
        stages: that did not end well.
    """

    code: int
    last: Sequence[str] = ()
    stages: Sequence[str] = ()


class Runs:
    """The commands of one call.

    Args:
        display: shows what they print.
        log: gets each of their lines as it comes.

    Attributes:
        stopped: signals that came.
    """

    def __init__(self, display: Display, log: TextIO) -> None:
        self.display = display
        self.log = log
        self.stopped: list[int] = []
        self._processes: list[subprocess.Popen[str]] = []
        self._lock = Lock()  # a line at a time reaches log and display

    def start(self, command: Sequence[str]) -> subprocess.Popen[str]:
        """Start a command in a session of its own, so that signals reach it once, from here."""
        process = subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            env=os.environ | {"PYTHONUNBUFFERED": "1"},  # lines arrive when they are printed
            start_new_session=True,
            text=True,
            encoding="utf-8",
            errors="replace",
        )
        self._processes.append(process)
        if self.stopped:  # the signal came while it started
            self._send(process, self.stopped[-1])
        return process

    def follow(self, process: subprocess.Popen[str]) -> Ended:
        """Take in every line of a process until it ends; return how it ended."""
        run = Watched()
        with self._lock:
            self.display.runs.append(run)
        last: deque[str] = deque(maxlen=SHOWN)
        assert process.stdout
        for line in process.stdout:
            with self._lock:
                self._take(run, line, last)
        code = process.wait()
        unfinished = run.running or run.failed
        run.running = ""
        return Ended(code if code >= 0 else 128 - code, last, [unfinished] if unfinished else [])

    def together(self, commands: Sequence[Sequence[str]], at_once: int) -> Ended:
        """Run commands, ``at_once`` of them at a time; after a failure none is started."""
        ends: list[Ended] = []

        def run(command: Sequence[str]) -> None:
            if not self.stopped and not any(end.code for end in ends):
                ends.append(self.follow(self.start(command)))

        with ThreadPoolExecutor(at_once) as pool:
            list(pool.map(run, commands))
        bad = [end for end in ends if end.code] or [Ended(0)]
        return Ended(bad[0].code, bad[0].last, [stage for end in bad for stage in end.stages])

    @contextmanager
    def signals_passed_on(self) -> Iterator[None]:
        """Pass signals that end a command on to DVC and its stages, until the block ends."""

        def pass_on(number: int, _frame: FrameType | None) -> None:
            self.stopped.append(number)
            for process in [*self._processes]:
                self._send(process, number)

        try:
            with caught(pass_on, *STOPPED):
                yield
        finally:
            for process in self._processes:  # an error of ours: nothing may go on unseen
                self._send(process, signal.SIGTERM)

    @staticmethod
    def _send(process: subprocess.Popen[str], number: int) -> None:
        if process.poll() is None:
            with suppress(ProcessLookupError):
                os.killpg(process.pid, number)

    def _take(self, run: Watched, line: str, last: deque[str]) -> None:
        self.log.write(line)
        self.log.flush()
        text = line.rstrip("\n")
        before, count = run.running, len(run.seconds)
        is_dvc = run.take(text, time.monotonic())
        if len(run.seconds) > count:
            self.display.ended(before)
        if run.running and run.running != before:
            last.clear()
            self.display.begins(run.running)
        elif run.running and not is_dvc:
            self.display.printed(run.running, text)
        if text.strip():
            last.append(text)


@contextmanager
def open_log() -> Iterator[TextIO]:
    """Open the log anew; the one of the run before is kept beside it."""
    LOG.parent.mkdir(parents=True, exist_ok=True)
    if LOG.exists():
        LOG.replace(BEFORE)
    with LOG.open("w", encoding="utf-8") as stream:
        yield stream
