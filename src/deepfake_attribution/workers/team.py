"""Separate processes that are used again, for calls from several threads."""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor, wait
from functools import lru_cache
from threading import Lock
from typing import Any

from deepfake_attribution.core.errors import UserError
from deepfake_attribution.workers.apart import IDLE, Apart, Call, Died

STOPPED = "the work was stopped"


class Team:
    """Separate processes that are used again, for calls from several threads.

    Args:
        folder, paths, idle: of its processes, see `Apart`.
        first: a call that loads libraries; each new process runs it before any other call.
    """

    def __init__(
        self, folder: str, paths: Sequence[str], idle: float = IDLE, first: Call | None = None
    ) -> None:
        self._folder, self._paths, self._longest, self._first = folder, paths, idle, first
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
            function, arguments, limit: see `Apart.call`. A new process loads its libraries first,
                outside the limit.
            fresh: by a process that has done nothing else, and will not.
        """
        one = self._take(fresh)
        try:
            result = one.call(function, arguments, limit)
        except Died:
            self._leave(one)
            if self._over:
                raise RuntimeError(STOPPED) from None
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

    def warm(self, count: int) -> None:
        """Make ``count`` processes ready for a call; those that are new load at the same time.

        Raises:
            UserError: one ended while it loaded libraries, twice.
        """
        with ThreadPoolExecutor(max(count, 1)) as pool:
            made = [pool.submit(self._take, False) for _ in range(count)]
            try:
                wait(made)
            except BaseException:  # Ctrl-C: nobody waits for libraries
                self.end()
                raise
        try:
            for one in made:
                one.result()
        except Died as death:
            raise UserError(
                f"a worker process {death}: use fewer workers if memory is short, or look for its "
                "error above"
            ) from None
        finally:
            with self._lock:
                self._idle += [one.result() for one in made if one.exception() is None]

    def end(self) -> None:
        """End all processes; unfinished calls fail."""
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
        try:
            return self._new()
        except Died:  # perhaps another process had taken the memory: once more
            if self._over:
                raise RuntimeError(STOPPED) from None
            return self._new()

    def _new(self) -> Apart:
        """Return a new process that has loaded its libraries."""
        one = Apart(self._folder, self._paths, self._longest)
        with self._lock:
            self._all.append(one)
            over = self._over
        if over:
            one.end()
        elif self._first is not None:
            try:
                one.load(self._first)
            except BaseException:
                self._leave(one)
                raise
        return one

    def _leave(self, one: Apart) -> None:
        one.end()
        with self._lock:
            self._all.remove(one)


@lru_cache(maxsize=4)
def team(run: str, folder: str, paths: tuple[str, ...], first: Call) -> Team:
    """Return this process's team for the run of that name.

    A cluster's workers outlive a run. The next run has another name and so starts new processes,
    which load the code as it is then.
    """
    return Team(folder, paths, first=first)
