"""Files and folders that are whole or not there, whenever the process is killed or power fails."""

import fcntl
import os
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from deepfake_attribution.core.errors import UserError, naming

PATIENCE = 10.0  # seconds; loading processes see within 5 that the one they load for was killed


def flush(path: Path) -> None:
    """Bring a file, or the names in a folder, from the system's memory to the disk."""
    file = os.open(path, os.O_RDONLY)
    try:
        with naming(path):
            os.fsync(file)
    finally:
        os.close(file)


def put(temporary: Path, path: Path) -> None:
    """Give a finished file its name; after a power cut it is the old file or the whole new one.

    Raises:
        OSError: the disk is full or the names cannot be written.
    """
    flush(temporary)
    temporary.replace(path)
    flush(path.parent)


def write(content: bytes | memoryview, path: Path) -> None:
    """Write a whole file under a temporary name and give it its own; raises as `put`."""
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(f".{path.name}.tmp")
    with naming(path):
        temporary.write_bytes(content)
    put(temporary, path)


def discard(folder: Path) -> None:
    """Remove a folder of unfinished work, if it is there.

    It loses its name first: a removal that is killed half way leaves nothing that looks like
    finished parts.
    """
    rest = folder.with_name(f".{folder.name}.discarded")
    shutil.rmtree(rest, ignore_errors=True)
    if folder.exists():
        folder.replace(rest)
        shutil.rmtree(rest)


@contextmanager
def claim(folder: Path) -> Iterator[None]:
    """Keep other processes out of a folder of unfinished work while the body runs.

    A stage can outlive a killed `dvc repro`, and the next one then starts it a second time. The
    system gives the claim up with the process, however it ends.

    Raises:
        UserError: another process has it.
    """
    path = folder.with_name(f".{folder.name}.lock")
    path.parent.mkdir(parents=True, exist_ok=True)
    file = os.open(path, os.O_RDWR | os.O_CREAT, 0o644)
    try:
        _lock(file, folder)
        os.ftruncate(file, 0)
        os.pwrite(file, str(os.getpid()).encode(), 0)
        yield
    finally:
        os.close(file)


def _lock(file: int, folder: Path) -> None:
    until = time.monotonic() + PATIENCE
    while True:
        try:
            return fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() < until:
                time.sleep(0.1)
                continue
        raise UserError(
            f"{folder}: another process (number {os.pread(file, 20, 0).decode()}), started "
            "earlier, still works there: wait until it has ended, or end it, and start again"
        )
