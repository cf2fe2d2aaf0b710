"""Calls in a separate process, which may crash or hang without harm to the others.

A crash of a decoder ends its process, and a loop inside C code ignores exceptions, so both are only
survived from outside. A separate process is started by `subprocess` and loads its libraries before
the time of its first call begins. It runs one call after another, as they come through a pipe, and
ends when it has been idle or when its parent is gone (`apart_process`). The time limit is the
system's alarm, which ends it whatever code it is in. Why no library does this:
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
from collections.abc import Callable, Sequence
from concurrent.futures import BrokenExecutor
from multiprocessing.connection import Pipe
from pathlib import Path
from typing import Any

IDLE = 60.0  # seconds after which a process without work ends: nobody may be left to end it
NO_LIMIT = 0.0  # the system's alarm means no limit by 0
LOADING = 600.0  # seconds for libraries and models, which may be on a slow disk
# Signals that come from outside: they say nothing about the work.
OUTSIDE = (
    *(signal.SIGALRM, signal.SIGKILL, signal.SIGTERM, signal.SIGHUP, signal.SIGINT),
    *(signal.SIGQUIT, signal.SIGXCPU),
)
# One thread each, because there is a process per core; variables that are already set win.
THREADS = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "NUMEXPR_NUM_THREADS")


Call = tuple[Callable[..., Any], tuple[Any, ...]]  # a function of a module, and its arguments


class Died(BrokenExecutor):
    """The process ended within a call; the message says how: 'crashed (signal 11)'.

    Attributes:
        code: its exit code; negative: the number of a signal.
        in_work: whether it ended within the call itself; False: while it loaded libraries.
    """

    def __init__(self, how: str, code: int = 0, in_work: bool = True) -> None:
        super().__init__(how)
        self.code, self.in_work = code, in_work

    @property
    def too_long(self) -> bool:
        """Whether it was killed because the call exceeded its limit."""
        return self.in_work and self.code == -signal.SIGALRM

    @property
    def from_outside(self) -> bool:
        """Whether something other than the work ended it: a limit, another process, the system."""
        return not self.in_work or -self.code in OUTSIDE


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
        line = f"from {__name__}_process import serve; serve({theirs.fileno()}, {idle})"
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
            self._pipe.recv_bytes()  # it has started: from now on the work may end it
        except (EOFError, OSError):
            code = self._process.wait()
            raise RuntimeError(f"a worker process ended with code {code} as it began") from None

    def call(self, function: Callable[..., Any], arguments: tuple[Any, ...], limit: float) -> Any:
        """Return ``function(*arguments)``, done there; its exceptions are raised here.

        Args:
            function: of a module, so that it can be imported there.
            arguments: what can be pickled.
            limit: seconds, without the import of ``function``'s module; or `NO_LIMIT`.

        Raises:
            Died: the process ended, or was killed after ``limit``.
        """
        try:
            self._pipe.send_bytes(pickle.dumps((limit, pickle.dumps((function, arguments)))))
            done, result = pickle.loads(self._pipe.recv_bytes())
        except (EOFError, ConnectionError):
            code = self._process.wait()
            raise Died(_how(code), code) from None
        self._used = time.monotonic()
        if not done:
            raise result
        return result

    def load(self, first: Call) -> None:
        """Run a call that loads what later calls need, so that their limits do not include it.

        Raises:
            Died: the process ended; an exception of ``first`` is raised, too.
        """
        try:
            self.call(*first, LOADING)
        except Died as death:
            how = f"exceeded {LOADING:g} seconds" if death.too_long else str(death)
            raise Died(f"{how} while it loaded libraries", death.code, in_work=False) from None

    def ready(self) -> bool:
        """Return whether it is alive and will not end before it could be called."""
        return time.monotonic() - self._used < self._idle / 2 and self._process.poll() is None

    def end(self) -> None:
        """End it, whatever it is doing."""
        self._process.kill()
        self._process.wait()


def module_paths() -> tuple[str, ...]:
    """Return where this process finds modules that are not in its environment."""
    known = sysconfig.get_paths()
    brought = [known[name] for name in ("stdlib", "platstdlib", "purelib", "platlib")]
    brought += [*site.getsitepackages(), site.getusersitepackages()]
    own = [Path(path).resolve() for path in sys.path if path]
    others = [path for path in own if not any(path.is_relative_to(one) for one in brought)]
    return tuple(dict.fromkeys(map(str, others)))


def _how(code: int) -> str:
    """Return how a process with this exit code ended."""
    if code == -signal.SIGALRM:
        return "took longer than compute.block_seconds allows"
    if code == -signal.SIGKILL:
        return "was killed (signal 9), most likely because memory ran out"
    return f"crashed (signal {-code})" if code < 0 else f"ended with code {code}"
