"""The facts of the file that is examined: size, hash, and what its container says."""

import hashlib
import os
from pathlib import Path

from deepfake_attribution.analyse import stills
from deepfake_attribution.analyse.examination import container
from deepfake_attribution.analyse.examination.facts import Kind, Source
from deepfake_attribution.core.fingerprint import sha256


def read(path: Path) -> Source:
    """Return everything that can be read of a file or a folder of images.

    FFmpeg parses the file, which can crash a process: call it in one that may end.
    """
    found = hashed(path)
    if found.kind not in ("video", "image"):
        return found
    try:
        return found.model_copy(update={"container": container.read(path)})
    except ValueError as error:
        return found.model_copy(update={"problem": found.problem or str(error)})


def hashed(path: Path) -> Source:
    """Return size and hash alone; nothing is parsed."""
    try:
        if path.is_dir():
            return _folder(path)
        if not path.is_file():
            return Source(kind="none", problem="no such file")
        size, digest = path.stat().st_size, sha256(path)
    except OSError as error:
        reason = os.strerror(error.errno) if error.errno else str(error)
        return Source(kind="none", problem=reason)
    kind: Kind = "image" if stills.is_one(path) else "video"
    return Source(kind=kind, bytes=size, sha256=digest, files=1)


def _folder(path: Path) -> Source:
    """Return the facts of the files in a folder, not of those below it."""
    state, size, count = hashlib.sha256(), 0, 0
    for one in sorted(path.iterdir(), key=lambda one: os.fsencode(one.name)):
        if one.is_file():
            state.update(f"{sha256(one)}  ".encode() + os.fsencode(one.name) + b"\n")
            size, count = size + one.stat().st_size, count + 1
    return Source(kind="folder", bytes=size, sha256=state.hexdigest(), files=count)
