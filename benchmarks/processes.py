"""What a program costs: CPU time and memory of it and of all processes that it starts."""

import os
import resource
import signal
import subprocess
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Used:
    """What one program took.

    Attributes:
        seconds: that passed.
        cpu: seconds, user and system, of all its processes.
        own, largest_other, total: peak of resident memory, in MB: of its own process, of the
            largest of the others, and of all together. Pages that they share count in each.
    """

    seconds: float
    cpu: float
    own: float
    largest_other: float
    total: float


def used(
    command: Sequence[str],
    place: Path,
    environment: Mapping[str, str],
    enough: Callable[[], bool] | None = None,
) -> Used:
    """Run a program in the folder ``place``, without showing its output.

    Args:
        command: the program and its arguments.
        place: its working folder.
        environment: its variables.
        enough: kill it and all that it started, by SIGKILL, as soon as this is true.

    Raises:
        CalledProcessError: it failed, or ended before it was killed.
    """
    cpu, begun = _cpu(), time.perf_counter()
    process = subprocess.Popen(
        command, cwd=place, env=environment, start_new_session=True, stdout=subprocess.DEVNULL
    )
    peaks = [0.0, 0.0, 0.0]
    over = threading.Event()
    watch = threading.Thread(target=_watch, args=(process.pid, peaks, over))
    watch.start()
    while enough and process.poll() is None:
        if enough():
            os.killpg(process.pid, signal.SIGKILL)
            break
        time.sleep(0.02)
    code = process.wait()
    seconds = time.perf_counter() - begun
    over.set()
    watch.join()
    if code != (-signal.SIGKILL if enough else 0):
        raise subprocess.CalledProcessError(code, command)
    return Used(seconds, _cpu() - cpu, *peaks)


def _cpu() -> float:
    """Return the CPU seconds of all processes that this one, or a child of it, waited for."""
    spent = resource.getrusage(resource.RUSAGE_CHILDREN)
    return spent.ru_utime + spent.ru_stime


def _watch(group: int, peaks: list[float], over: threading.Event) -> None:
    """Keep the peaks of memory of a group: of its first process, of the largest other, of all."""
    while not over.wait(0.1):
        sizes = _sizes(group)
        others = [size for number, size in sizes.items() if number != group]
        seen = (sizes.get(group, 0.0), max(others, default=0.0), sum(sizes.values()))
        peaks[:] = map(max, peaks, seen)


def _sizes(group: int) -> dict[int, float]:
    """Return the resident memory in MB of each process of a group, by its number."""
    page = os.sysconf("SC_PAGE_SIZE") / 1e6
    sizes = {}
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            fields = (folder / "stat").read_text().rpartition(")")[2].split()
            if int(fields[2]) == group:
                resident = int((folder / "statm").read_text().split()[1])
                sizes[int(folder.name)] = resident * page
        except OSError:  # it ended meanwhile
            continue
    return sizes
