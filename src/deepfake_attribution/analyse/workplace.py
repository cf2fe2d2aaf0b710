"""A folder of temporary files, removed with its process or when the next one starts."""

import fcntl
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

MARK = "in-use"  # locked while the process lives


@contextmanager
def workplace(name: str) -> Iterator[Path]:
    """Return a new folder that other users cannot read, and remove it at the end.

    Folders of killed processes are removed, too.

    Args:
        name: of the kind of work, part of the folder's name.
    """
    prefix = f"deepfake-attribution-{name}-"
    _clear_after_the_dead(Path(tempfile.gettempdir()), prefix)
    folder = Path(tempfile.mkdtemp(prefix=prefix))
    with (folder / MARK).open("w") as mark:
        fcntl.flock(mark, fcntl.LOCK_EX)
        try:
            yield folder
        finally:
            shutil.rmtree(folder, ignore_errors=True)


def _clear_after_the_dead(place: Path, prefix: str) -> None:
    for folder in place.glob(f"{prefix}*"):
        try:
            if folder.is_symlink() or folder.stat().st_uid != os.geteuid():
                continue
            with (folder / MARK).open() as mark:
                fcntl.flock(mark, fcntl.LOCK_EX | fcntl.LOCK_NB)
                shutil.rmtree(folder, ignore_errors=True)
        except OSError:
            continue  # in use, being created, or just removed by another process
