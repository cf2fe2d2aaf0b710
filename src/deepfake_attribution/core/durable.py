"""Files and folders that are complete or absent, even if a process is killed or power fails."""

import fcntl
import os
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from deepfake_attribution.core.errors import UserError, naming

PATIENCE = 10.0  # seconds; loading processes notice within 5 that their parent was killed


def flush(path: Path) -> None:
    """Force a file, or the names in a folder, from memory to the disk."""
    file = os.open(path, os.O_RDONLY)
    try:
        with naming(path):
            os.fsync(file)
    finally:
        os.close(file)


def put(temporary: Path, path: Path) -> None:
    """Rename a finished file; after a power cut ``path`` is the old file or the whole new one.

    Raises:
        OSError: the disk is full or the names cannot be written.
    """
    flush(temporary)
    temporary.replace(path)
    flush(path.parent)


def write(content: bytes | memoryview, path: Path) -> None:
    """Write a whole file under a temporary name, then rename it; raises as `put`."""
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(f".{path.name}.tmp")
    with naming(path):
        temporary.write_bytes(content)
    put(temporary, path)


def discard(folder: Path) -> None:
    """Remove a folder of unfinished work, if it is there.

    It is renamed first, so that a removal killed half way leaves nothing that looks like finished
    work.
    """
    discarded = folder.with_name(f".{folder.name}.discarded")
    shutil.rmtree(discarded, ignore_errors=True)
    if folder.exists():
        folder.replace(discarded)
        shutil.rmtree(discarded)


@contextmanager
def claim(folder: Path, shown: Path | None = None) -> Iterator[None]:
    """Keep other processes out of a folder of unfinished work while the body runs.

    A stage can outlive a killed `dvc repro`, and the next one then starts it a second time. The
    system releases the claim when the process ends, for whatever reason.

    Args:
        folder: the lock is a file next to it.
        shown: what the message names instead.

    Raises:
        UserError: another process has it.
    """
    path = folder.with_name(f".{folder.name}.lock")
    path.parent.mkdir(parents=True, exist_ok=True)
    file = os.open(path, os.O_RDWR | os.O_CREAT, 0o644)
    try:
        _lock(file, shown or folder)
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
            "earlier, is still working there: wait until it has ended, or stop it, and start again"
        )
