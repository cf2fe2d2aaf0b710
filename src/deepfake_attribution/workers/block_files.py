"""The files of work by blocks: one folder per block, then all packed into shards in order.

A block gets its final name once it is complete and on the disk. The index of the result is removed
before its shards are written, and is written last: a folder with an index is complete.
"""

import os
import platform
import shutil
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from deepfake_attribution.core import tables
from deepfake_attribution.core.durable import discard, flush
from deepfake_attribution.core.errors import UserError, naming
from deepfake_attribution.core.shards import ShardReader, ShardWriter, digest

INDEX = "index.parquet"
POINTER = pa.schema(  # where a row's bytes lie; null where it has none
    [
        ("member", pa.string()),
        ("shard", pa.string()),
        ("offset", pa.int64()),
        ("length", pa.int64()),
        ("hash", pa.string()),
    ]
)


@dataclass(frozen=True)
class Row:
    """One row of an index, and the bytes that belong to it, if any.

    Attributes:
        values: the row's columns, without those of `POINTER`.
        member: name in the shard; empty for a row without bytes.
        content: the bytes.
    """

    values: dict[str, Any]
    member: str = ""
    content: bytes = field(default=b"", repr=False)


@dataclass(frozen=True)
class Kind:
    """What is made of blocks; it is pickled, so its functions are a module's or partials of these.

    Attributes:
        produce: yields the rows of one block, in order.
        lost: yields the rows of one video of a block, which killed every process that tried it;
            takes the video and how they ended, for example ``crashed (signal 11)``.
        schema: columns of the index, without `POINTER`'s.
        needs: folders that ``produce`` reads from. If one is gone, or is empty like the mount point
            of a disk that is not mounted, the work stops: its videos would seem to be missing.
    """

    produce: Callable[[Any], Iterator[Row]]
    lost: Callable[[Any, str], Iterator[Row]]
    schema: pa.Schema
    needs: tuple[Path, ...] = ()


def write(kind: Kind, block: Any, folder: Path) -> None:
    """Write the rows of ``block`` and their bytes to ``folder``.

    Raises:
        UserError: a folder of ``kind.needs``, or the one above ``folder``, is gone.
        OSError: the disk is full or the like; ``folder`` is not there then.
    """
    _write(kind, lambda: kind.produce(block), folder)


def write_lost(kind: Kind, video: Any, reason: str, folder: Path) -> None:
    """Write the rows of a video that cannot be worked on; raises as `write`."""
    _write(kind, lambda: kind.lost(video, reason), folder)


def join(kind: Kind, parts: Sequence[Path], folder: Path) -> None:
    """Write a block out of its videos' own folders, as `write` would have; raises as `write`."""
    _write(kind, lambda: (row for part in parts for row in read(part)), folder)


def read(folder: Path) -> Iterator[Row]:
    """Yield the rows of a block, bytes included.

    Raises:
        UserError: they differ from what was written. The block is removed.
    """
    reader = ShardReader(folder)
    for values in tables.read_rows(folder / INDEX):
        pointer = {name: values.pop(name) for name in POINTER.names}
        if not pointer["member"]:
            yield Row(values)
            continue
        content = _verified(reader, pointer)
        if content is None:
            reader.close()
            discard(folder)
            raise UserError(
                f"{folder / pointer['shard']}: damaged since it was written, so this block was "
                "removed: check that disk and start again: only this block is made again"
            )
        yield Row(values, pointer["member"], content)
    reader.close()


def pack(folders: Sequence[Path], out: Path, schema: pa.Schema) -> tables.Rows:
    """Copy the members of all blocks, in order, into the shards of ``out``; return the rows.

    Raises:
        UserError: a block is damaged.
    """
    whole = pa.schema([*schema, *POINTER])
    # DVC empties `out` before a stage; a stage that is run by hand finds what was there.
    for pattern in (INDEX, f".{INDEX}.*.tmp", "shard-*.tar", ".shard-*.tmp"):
        clear(out, pattern)
    with ShardWriter(out) as writer:
        parts = [_copied(folder, writer, whole) for folder in folders]
    # In one piece, so that the file does not depend on the size of a block.
    table = pa.concat_tables([whole.empty_table(), *parts]).combine_chunks()
    tables.write_arrow(table, out / INDEX)
    flush(out / INDEX)
    flush(out)
    return tables.Rows(table)


def _copied(folder: Path, writer: ShardWriter, schema: pa.Schema) -> pa.Table:
    """Copy the members of a block; return its rows: as Arrow, because all dicts would fill memory.

    Raises:
        UserError: the block is damaged.
    """
    return pa.Table.from_pylist([_place(row, writer) for row in read(folder)], schema=schema)


def clear(folder: Path, pattern: str) -> None:
    """Remove the files and folders in ``folder`` whose names match."""
    for path in folder.glob(pattern):
        shutil.rmtree(path) if path.is_dir() else path.unlink()


def _write(kind: Kind, rows: Callable[[], Iterator[Row]], folder: Path) -> None:
    # Two machines can have a process of the same number.
    owner = f"{platform.node()}.{os.getpid()}"
    temporary = folder.with_name(f".{folder.name}.{owner}.tmp")
    with _present(kind.needs, folder.parent):
        shutil.rmtree(temporary, ignore_errors=True)
        temporary.mkdir()  # not the folders above it: these may be gone only for a while
        with ShardWriter(temporary) as writer:
            placed = [_place(row, writer) for row in rows()]
        # Not with `tables`: it would create the parent folders again where a share is gone.
        index = pa.Table.from_pylist(placed, schema=pa.schema([*kind.schema, *POINTER]))
        with naming(temporary / INDEX):
            pq.write_table(index, temporary / INDEX, compression="zstd")
        flush(temporary / INDEX)
        flush(temporary)
    with _present(kind.needs, folder.parent):
        try:
            temporary.replace(folder)
        except OSError:
            # A worker that outlived a killed stage finished the same block meanwhile.
            if not folder.exists():
                raise
            shutil.rmtree(temporary)
        flush(folder.parent)


def _verified(reader: ShardReader, pointer: dict[str, Any]) -> bytes | None:
    """Return the bytes that a row points at; None if they differ from what was written."""
    try:
        content = reader.read(pointer["shard"], pointer["offset"], pointer["length"])
    except FileNotFoundError:
        return None
    except OSError as error:
        if error.errno is not None:  # an error of the disk, not a file that is too short
            raise
        return None
    return content if digest(content) == pointer["hash"] else None


@contextmanager
def _present(needs: Sequence[Path], work: Path) -> Iterator[None]:
    """Check that the folders are there: before the body, after it and if it fails.

    Raises:
        UserError: one is not.
    """
    _check_folders(needs, work)
    try:
        yield
    except OSError:
        _check_folders(needs, work)
        raise
    _check_folders(needs, work)


def _check_folders(needs: Sequence[Path], work: Path) -> None:
    for folder in (*needs, work):
        try:
            is_there = next(folder.iterdir(), None) is not None or folder == work
        except OSError:
            is_there = False
        if not is_there:
            raise UserError(
                f"{folder.absolute()}: this folder is gone, or empty (seen from "
                f"{platform.node()}): restore it, or mount its disk or shared folder, and start "
                "again: a stage goes on from its finished blocks"
            )


def _place(row: Row, writer: ShardWriter) -> dict[str, Any]:
    if not row.member:
        return row.values | dict.fromkeys(POINTER.names)
    return row.values | {"member": row.member} | asdict(writer.add(row.member, row.content))
