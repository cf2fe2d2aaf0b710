"""Folders that are made once, whichever of pytest's processes is the first to need them."""

import fcntl
import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest


def made_once(factory: pytest.TempPathFactory, name: str, make: Callable[[Path], object]) -> Path:
    """Return the folder ``name``, which ``make`` writes once for all processes.

    Tests look at it or copy it; none of them changes it.

    Args:
        factory: of temporary folders.
        name: of the folder; nothing else in the session has it.
        make: is called with the folder, which is not there yet.
    """
    place = factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        place = place.parent  # of all processes
    folder, finished = place / name, place / f"{name}-is-finished"
    with (place / f"{name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not finished.exists():
            shutil.rmtree(folder, ignore_errors=True)  # of a process that failed
            make(folder)
            finished.touch()
    return folder
