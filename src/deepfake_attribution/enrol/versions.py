"""Versions of a bundle: a new one keeps the replaced files, and undoing puts them back.

A version is written next to the bundle, opened as its users open it, and renamed: a process that is
killed leaves the older bundle whole.
"""

import hashlib
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pandas as pd

from deepfake_attribution.analyse.bundle import exporting, files, gallery
from deepfake_attribution.analyse.bundle.card import card
from deepfake_attribution.analyse.bundle.loaded import Bundle
from deepfake_attribution.analyse.bundle.opening import open_bundle, read_record
from deepfake_attribution.analyse.bundle.record import CARD, ENROLLED, HISTORY, Record
from deepfake_attribution.analyse.places import is_folder, usable
from deepfake_attribution.classify import classifier_files
from deepfake_attribution.core import durable, tables
from deepfake_attribution.core.errors import UserError
from deepfake_attribution.core.fingerprint import sha256
from deepfake_attribution.model.description import ONNX


@contextmanager
def claimed(folder: Path) -> Iterator[Path]:
    """Yield the real path of the folder; no other process can write a version meanwhile.

    A bundle that was between its two names when a process was killed gets its name back.

    Raises:
        UserError: there cannot be a bundle, or another process is writing a version.
    """
    with usable(folder, "--model"):
        place = folder.resolve()  # the bundle itself is replaced, not a link to it
    if not place.name:
        raise UserError(f"--model: {folder}: the root folder; give the folder of a bundle")
    if not is_folder(place.parent):
        raise UserError(f"--model: {folder}: no such folder; give the folder of a bundle")
    with durable.claim(_lock(place), folder):
        older = exporting.older_place(place)
        with usable(folder, "--model"):
            if older.is_dir() and not place.exists():
                older.replace(place)
        yield place


def _lock(folder: Path) -> Path:
    """Return what is claimed for a bundle: not next to it, because a lock file would stay there."""
    digest = hashlib.sha256(str(folder).encode("utf-8", "surrogateescape")).hexdigest()[:16]
    return Path(tempfile.gettempdir()) / f"deepfake-attribution-enrol-{os.getuid()}-{digest}"


def write(folder: Path, bundle: Bundle, enrolled: pd.DataFrame) -> None:
    """Replace a bundle by its next version, completely or not at all.

    Args:
        folder: of the bundle, from `claimed`.
        bundle: the next version.
        enrolled: all enrolled crops: rows of `gallery.ENROLLED_SCHEMA`.

    Raises:
        UserError: the folder is no bundle, or the next version does not open.
    """
    older = read_record(folder)

    def make(place: Path) -> None:
        kept = place / HISTORY / str(older.version)
        kept.mkdir(parents=True)
        for name in files.replaced(older):
            (place / name).replace(kept / name)
        tables.write(enrolled, place / ENROLLED, gallery.ENROLLED_SCHEMA)
        if bundle.classifier is not None:
            classifier_files.save(bundle.classifier, place)
        mapped = int(bundle.known["x"].notna().sum())
        durable.write(card(bundle.record, bundle.description, mapped).encode(), place / CARD)
        exporting.seal(bundle.record, ONNX in older.files, place)

    _replace(folder, make)


def undo(folder: Path) -> str:
    """Put the version before back, byte for byte; return the name of the attack that leaves.

    Args:
        folder: of the bundle, from `claimed`.

    Raises:
        UserError: nothing was enrolled, or the folder is damaged.
    """
    now = open_bundle(folder).record  # so that a damaged history is found before anything changes
    if not now.enrolled:
        raise UserError(
            f"{folder}: nothing is enrolled in this bundle, so there is nothing to undo"
        )
    before = now.version - 1

    def make(place: Path) -> None:
        for name in files.replaced(now):
            (place / name).unlink()
        kept = place / HISTORY / str(before)
        for path in sorted(kept.iterdir()):
            path.replace(place / path.name)
        kept.rmdir()
        if before == 1:
            (place / HISTORY).rmdir()

    _replace(folder, make)
    return now.enrolled[-1].name


def history(folder: Path) -> list[tuple[int, str, Record]]:
    """Return number, hash of the sums and record of each version of a bundle, the oldest first.

    Raises:
        UserError: it is no bundle, or a file of it is damaged.
    """
    now = open_bundle(folder).record
    found = []
    for number in range(1, now.version):
        kept = folder / HISTORY / str(number)
        found.append((number, sha256(kept / files.SUMS), read_record(kept)))
    return [*found, (now.version, sha256(folder / files.SUMS), now)]


def _replace(folder: Path, make: Callable[[Path], None]) -> None:
    """Put a changed copy in the place of a bundle; what is not changed is copied.

    Args:
        folder: of the bundle.
        make: changes the copy.
    """
    temporary = folder.with_name(f".{folder.name}.tmp")
    durable.discard(temporary)  # of a process that was killed
    try:
        shutil.copytree(folder, temporary)
        make(temporary)
        for path in temporary.rglob("*"):
            durable.flush(path)
        open_bundle(temporary)
        exporting.put(temporary, folder)
    finally:
        durable.discard(temporary)
