"""A hash of settings, data and code: unfinished work is only resumed with the same ones."""

import hashlib
from pathlib import Path

from pydantic import BaseModel


def fingerprint(*parts: object) -> str:
    """Return 24 hex digits that change when a part changes.

    Args:
        parts: settings (pydantic models), strings, numbers, bytes, or lists of these.
    """
    state = hashlib.blake2b(digest_size=12)
    for part in parts:
        if isinstance(part, BaseModel):
            part = part.model_dump_json()
        content = part if isinstance(part, bytes) else repr(part).encode()
        state.update(len(content).to_bytes(8, "big") + content)
    return state.hexdigest()


def sha256(path: Path) -> str:
    """Return the SHA-256 of a file's bytes in hex, as ``sha256sum`` prints it.

    Raises:
        OSError: it cannot be read.
    """
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def stamp(path: Path) -> tuple[int, int]:
    """Return size in bytes and modification time in ns of a file; (-1, -1) if not there.

    Of a folder: the sum of sizes and the latest modification of itself and its entries.
    """
    try:
        seen = [path, *path.iterdir()] if path.is_dir() else [path]
        stats = [one.stat() for one in seen]
    except OSError:
        return (-1, -1)
    return (sum(stat.st_size for stat in stats), max(stat.st_mtime_ns for stat in stats))
