"""The one error that users see, and how a command ends with it."""

import errno
import os
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import BrokenExecutor
from contextlib import contextmanager
from pathlib import Path

FULL = {errno.ENOSPC, errno.EDQUOT}
FORBIDDEN = {errno.EACCES, errno.EPERM, errno.EROFS}
FEWER = "lower compute.workers in params.yaml (it changes no result)"


class UserError(Exception):
    """Something the user can fix: one line says what is wrong, where, and what to do.

    Its arguments are the lines: one, or several where several mistakes were found at once.
    """

    def __str__(self) -> str:
        return "\n".join(map(str, self.args))


def run(main: Callable[[], None]) -> None:
    """Call ``main``; an error that the user can fix becomes a line on stderr and exit code 1.

    That is a `UserError`, or a limit of the machine: a full disk, a forbidden path, too little
    memory, or a worker process that the system killed. Every other exception is a bug of ours and
    keeps its traceback.
    """
    try:
        main()
    except UserError as error:
        lines = list(map(str, error.args))
    except (OSError, MemoryError, BrokenExecutor) as error:
        lines = [_refused(error)]
        if not lines[0]:
            raise
    else:
        return
    sys.exit("error: " + "\n  ".join(" ".join(line.split()) for line in lines))


@contextmanager
def naming(path: Path) -> Iterator[None]:
    """Add ``path`` to an `OSError` that names no file, such as one of a write to an open file."""
    try:
        yield
    except OSError as error:
        if error.errno is None or error.filename is not None:
            raise
        raise OSError(error.errno, os.strerror(error.errno), str(path)) from error


def _refused(error: BaseException) -> str:
    """Return which limit of the machine was hit and what to do; empty for any other error."""
    if isinstance(error, BrokenExecutor):
        return (
            f"{_command()}: the system killed a worker process, most likely because memory ran "
            f"out: {FEWER}, and start again: a stage goes on from its finished blocks"
        )
    if isinstance(error, MemoryError):
        detail = f" ({error})" if str(error) else ""
        return f"{_command()}: not enough memory{detail}: {FEWER}, and start again"
    assert isinstance(error, OSError)
    where = error.filename or f"{Path.cwd()}, or the folder of temporary files"
    if error.errno in FULL:
        return (
            f"{where}: {os.strerror(error.errno)}: the disk that holds it is full: make room "
            "there and start again: a stage goes on from its finished blocks"
        )
    if error.errno in FORBIDDEN:
        return (
            f"{where}: {os.strerror(error.errno)}: let this user read and write there, or work in "
            "another folder"
        )
    return ""


def _command() -> str:
    """Return which stage or command this process is, for example ``extract my_videos``."""
    return " ".join([Path(sys.argv[0]).stem, *sys.argv[1:2]])
