"""Paths that a user names: a path that cannot exist is one line, or no folder, and no traceback."""

import errno
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from deepfake_attribution.core.errors import UserError

WRONG = {
    errno.ENAMETOOLONG: "the name is too long",
    errno.ENOTDIR: "leads through a file, which is no folder",
    errno.EEXIST: "a file or a broken link is in the way",
    errno.ELOOP: "a link that leads to itself",
}


@contextmanager
def usable(path: Path, option: str = "") -> Iterator[None]:
    """Turn the error of a path that cannot exist into one line.

    Args:
        path: of a folder that is opened or made in the body.
        option: that gave the path; empty for an argument.

    Raises:
        UserError: the path cannot exist. Other errors of the system stay as they are.
    """
    try:
        yield
    except (OSError, RuntimeError) as error:
        # `Path.resolve` raises a RuntimeError for a circular link
        code = error.errno if isinstance(error, OSError) else errno.ELOOP
        if code not in WRONG:
            raise
        where = f"{option}: {path}" if option else str(path)
        raise UserError(f"{where}: {WRONG[code]}; give another folder") from None


def is_folder(path: str | Path) -> bool:
    """Return whether a folder is at ``path``; `Path.is_dir` raises where nothing can be there."""
    return os.path.isdir(path)  # noqa: PTH112


def is_file(path: str | Path) -> bool:
    """Return whether a file is at ``path``; see `is_folder`."""
    return os.path.isfile(path)  # noqa: PTH113


def is_there(path: str | Path) -> bool:
    """Return whether anything is at ``path``; see `is_folder`."""
    return os.path.exists(path)  # noqa: PTH110
