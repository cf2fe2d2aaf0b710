"""Tar shards: many small files in a few large ones, with random access.

A shard is a plain tar (``tar tf`` lists it). Where a member's bytes lie is kept by the caller, in
an index: reading is one ``os.pread`` and needs no tar library.
"""

import hashlib
import os
import tarfile
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Self

from deepfake_attribution.core.errors import naming

BLOCK = 512  # tar's unit: headers and contents are padded to it


@dataclass(frozen=True)
class Member:
    """Where a member's bytes lie: file name of the shard, offset and length in bytes, hash."""

    shard: str
    offset: int
    length: int
    hash: str


def digest(content: bytes) -> str:
    """Return the 128-bit BLAKE2b hash of ``content`` in hex."""
    return hashlib.blake2b(content, digest_size=16).hexdigest()


class ShardWriter:
    """Appends members to ``<folder>/shard-00000.tar`` and on, starting a new file at ``limit``.

    Headers hold no time, user or host: the same members give the same bytes. A shard has a
    temporary name until it is complete, so an exception never leaves an incomplete shard under
    its final name.

    Args:
        folder: made if it is not there.
        limit: bytes after which the next member goes to a new shard.
    """

    def __init__(self, folder: Path, limit: int = 200_000_000) -> None:
        self.folder = folder
        self.limit = limit
        self._count = 0
        self._size = 0
        self._file: int | None = None
        folder.mkdir(parents=True, exist_ok=True)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if kind is None:
            self.close()
        elif self._file is not None:
            os.close(self._file)
            self._temporary().unlink(missing_ok=True)

    def add(self, name: str, content: bytes) -> Member:
        """Append ``content`` as member ``name`` (a relative path) and return where it lies."""
        if self._file is not None and self._size >= self.limit:
            self._finish()
        if self._file is None:
            self._file = os.open(self._temporary(), os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o644)
            self._size = 0
        header = tarfile.TarInfo(name)
        header.size = len(content)
        head = header.tobuf(format=tarfile.PAX_FORMAT)
        offset = self._size + len(head)
        self._write(head + content + b"\0" * (-len(content) % BLOCK))
        return Member(self._name(), offset, len(content), digest(content))

    def close(self) -> None:
        """Complete the shard that is open, if any."""
        if self._file is not None:
            self._finish()

    def _name(self) -> str:
        return f"shard-{self._count:05d}.tar"

    def _temporary(self) -> Path:
        return self.folder / f".{self._name()}.tmp"

    def _write(self, content: bytes) -> None:
        assert self._file is not None
        view = memoryview(content)
        with naming(self.folder / self._name()):
            while view:
                written = os.write(self._file, view)
                self._size += written
                view = view[written:]

    def _finish(self) -> None:
        assert self._file is not None
        self._write(b"\0" * (2 * BLOCK))  # the end-of-archive mark
        with naming(self.folder / self._name()):
            os.fsync(self._file)
            file, self._file = self._file, None
            os.close(file)
        self._temporary().replace(self.folder / self._name())
        self._count += 1


class ShardReader:
    """Random access to the members of the shards in ``folder``.

    Files are opened on first use and never shared between processes: a reader can be handed to
    worker processes, each of which opens its own. An open shard remains the same file, even after
    another file takes its name.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._files: dict[str, tuple[int, int]] = {}  # descriptor, stamp
        self._owner = os.getpid()

    def __getstate__(self) -> dict[str, Path]:
        return {"folder": self.folder}

    def __setstate__(self, state: dict[str, Path]) -> None:
        self.__init__(state["folder"])  # type: ignore[misc]

    def read(self, shard: str, offset: int, length: int) -> bytes:
        """Return ``length`` bytes at ``offset`` of the file ``shard``.

        Raises:
            OSError: the shard is missing or shorter than its index says.
        """
        if self._owner != os.getpid():  # after a fork: the parent's descriptors are not ours
            self._files, self._owner = {}, os.getpid()
        if shard not in self._files:
            file = os.open(self.folder / shard, os.O_RDONLY)
            self._files[shard] = file, _stamp(file)
        content = os.pread(self._files[shard][0], length, offset)
        if len(content) != length:
            raise OSError(f"{self.folder / shard} is shorter than its index says: made again?")
        return content

    def stamp(self, shard: str) -> int:
        """Return a number of 64 bits for the file that this process reads ``shard`` from.

        Another file, or the same one written to before it was opened, has another number. The
        number is 0, which no file has, until this process has read from ``shard``.
        """
        if self._owner != os.getpid() or shard not in self._files:
            return 0
        return self._files[shard][1]

    def close(self) -> None:
        """Close every file that this process opened."""
        if self._owner == os.getpid():
            for file, _ in self._files.values():
                os.close(file)
        self._files = {}


def _stamp(file: int) -> int:
    """Return a number for what the descriptor ``file`` is open on: the same in every process."""
    about = os.fstat(file)
    return hash((about.st_dev, about.st_ino, about.st_size, about.st_mtime_ns)) | 1
