"""Work in a process apart: it may crash or hang, and takes nothing else with it.

A decoder's crash ends its process, and a loop inside C code listens to no exception: both are only
survived from outside. A process apart is begun anew by `subprocess`, does one call after the other
as they come through a pipe, and ends when it has been idle or the one that began it is gone. Its
time limit is the system's alarm, which ends it whatever code it is in. Why no library does this:
docs/decisions/0014-processes-apart-are-our-own.md.
"""

import os
import pickle
import signal
import site
import subprocess
import sys
import sysconfig
import time
import traceback
from collections.abc import Callable, Sequence
from concurrent.futures import BrokenExecutor
from functools import lru_cache
from multiprocessing.connection import Connection, Pipe
from pathlib import Path
from threading import Lock
from typing import Any

IDLE = 60.0  # seconds after which a process without work ends: nobody may be left to end it
NO_LIMIT = 0.0  # how the system's alarm says it
# One thread each, for there is a process per core; what is set outside counts.
THREADS = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "NUMEXPR_NUM_THREADS")


class Died(BrokenExecutor):
    """The process ended within a call; the message says how: 'crashed (signal 11)'."""

    @property
    def too_long(self) -> bool:
        """Whether it was ended for it took longer than the call's limit."""
        return str(self) == _how(-signal.SIGALRM)


class Apart:
    """One process, for calls one after the other.

    Args:
        folder: its working folder.
        paths: where it looks for modules first.
        idle: seconds without a call after which it ends by itself.

    Raises:
        RuntimeError: it does not start.
        OSError: `folder` is not there.
    """

    def __init__(self, folder: str, paths: Sequence[str], idle: float = IDLE) -> None:
        self._idle = idle
        self._pipe, theirs = Pipe()
        environment = dict.fromkeys(THREADS, "1") | os.environ
        environment["PYTHONPATH"] = os.pathsep.join(paths)
        line = f"from {__name__} import serve; serve({theirs.fileno()}, {idle})"
        self._process = subprocess.Popen(
            [sys.executable, "-P", "-c", line],
            cwd=folder,
            env=environment,
            stdin=subprocess.DEVNULL,
            pass_fds=[theirs.fileno()],
        )
        theirs.close()
        self._used = time.monotonic()
        try:
            self._pipe.recv_bytes()  # it is there: what ends it from now on is the work
        except (EOFError, OSError):
            code = self._process.wait()
            raise RuntimeError(f"a worker process ended with code {code} as it began") from None

    def call(self, function: Callable[..., Any], arguments: tuple[Any, ...], limit: float) -> Any:
        """Return ``function(*arguments)``, done there; its exceptions are raised here.

        Args:
            function: of a module, so that it can be imported there.
            arguments: what can be pickled.
            limit: seconds, what must be loaded for the call included; or `NO_LIMIT`.

        Raises:
            Died: the process ended, or was ended after ``limit``.
        """
        try:
            self._pipe.send_bytes(pickle.dumps((limit, pickle.dumps((function, arguments)))))
            done, result = pickle.loads(self._pipe.recv_bytes())
        except (EOFError, ConnectionError):
            raise Died(_how(self._process.wait())) from None
        self._used = time.monotonic()
        if not done:
            raise result
        return result

    def ready(self) -> bool:
        """Return whether it is still there and will not end before it could be called."""
        return time.monotonic() - self._used < self._idle / 2 and self._process.poll() is None

    def end(self) -> None:
        """End it, whatever it is doing."""
        self._process.kill()
        self._process.wait()


class Team:
    """Processes apart that are used again, for calls from several threads.

    Args:
        folder, paths, idle: of its processes, as `Apart` takes them.
    """

    def __init__(self, folder: str, paths: Sequence[str], idle: float = IDLE) -> None:
        self._folder, self._paths, self._longest = folder, paths, idle
        self._all: list[Apart] = []
        self._idle: list[Apart] = []
        self._over = False
        self._lock = Lock()

    def call(
        self,
        function: Callable[..., Any],
        *arguments: Any,
        limit: float,
        fresh: bool = False,
    ) -> Any:
        """Return ``function(*arguments)``, done by one of the processes; see `Apart.call`.

        Args:
            function, arguments, limit: see `Apart.call`.
            fresh: by a process that has done nothing else, and will not.
        """
        one = self._take(fresh)
        try:
            result = one.call(function, arguments, limit)
        except Died:
            self._leave(one)
            if self._over:
                raise RuntimeError("the work was stopped") from None
            raise
        except BaseException:
            self._leave(one)
            raise
        if fresh:
            self._leave(one)
        else:
            with self._lock:
                self._idle.append(one)
        return result

    def end(self) -> None:
        """End all processes; calls that are not through fail."""
        with self._lock:
            self._over = True
            rest = list(self._all)
        for one in rest:
            one.end()

    def _take(self, fresh: bool) -> Apart:
        while not fresh:
            with self._lock:
                if not self._idle:
                    break
                one = self._idle.pop()
            if one.ready():
                return one
            self._leave(one)
        one = Apart(self._folder, self._paths, self._longest)
        with self._lock:
            self._all.append(one)
            over = self._over
        if over:
            one.end()
        return one

    def _leave(self, one: Apart) -> None:
        one.end()
        with self._lock:
            self._all.remove(one)


@lru_cache(maxsize=4)
def team(run: str, folder: str, paths: tuple[str, ...]) -> Team:
    """Return this process's team for the run of that name.

    A cluster's workers outlive a run. The next one has another name and so begins processes anew:
    they load the code as it is then.
    """
    return Team(folder, paths)


def module_paths() -> tuple[str, ...]:
    """Return where this process finds modules that its environment does not bring by itself."""
    known = sysconfig.get_paths()
    brought = [known[name] for name in ("stdlib", "platstdlib", "purelib", "platlib")]
    brought += [*site.getsitepackages(), site.getusersitepackages()]
    own = [Path(path).resolve() for path in sys.path if path]
    others = [path for path in own if not any(path.is_relative_to(one) for one in brought)]
    return tuple(dict.fromkeys(map(str, others)))


def serve(file: int, idle: float) -> None:
    """Do the calls that come through the pipe ``file``: what a process apart does.

    Args:
        file: its number.
        idle: seconds without a call after which it ends.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C reaches the whole group: it ends us
    signal.signal(signal.SIGALRM, signal.SIG_DFL)
    pipe = Connection(file)
    try:
        pipe.send_bytes(b"here")
        while pipe.poll(idle):
            limit, content = pickle.loads(pipe.recv_bytes())
            signal.setitimer(signal.ITIMER_REAL, limit)
            reply = _reply(content)
            signal.setitimer(signal.ITIMER_REAL, 0)
            pipe.send_bytes(reply)
    except (EOFError, ConnectionError):
        return  # whoever asked is gone; what was done is on the disk


def _reply(content: bytes) -> bytes:
    try:
        function, arguments = pickle.loads(content)
        return pickle.dumps((True, function(*arguments)))
    except Exception as error:
        error.add_note("".join(traceback.format_exception(error)))  # traces do not travel
        try:
            reply = pickle.dumps((False, error))
            pickle.loads(reply)
        except Exception:  # an error of a library that cannot travel: as text
            told = RuntimeError("".join(traceback.format_exception(error)))
            reply = pickle.dumps((False, told))
        return reply


def _how(code: int) -> str:
    """Return how a process with this exit code ended."""
    if code == -signal.SIGALRM:
        return "took longer than compute.block_seconds allows"
    if code == -signal.SIGKILL:
        return "was killed (signal 9), most likely because memory ran out"
    return f"crashed (signal {-code})" if code < 0 else f"ended with code {code}"
