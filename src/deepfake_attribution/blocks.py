"""Work by blocks of videos: finished blocks outlive a stopped stage and are packed at the end.

Each block is written apart, in a folder outside DVC's outputs, by whatever process took it; then
the blocks are packed into shards in their order. So the bytes do not depend on the number of
workers, nor on how often the stage was stopped and started again.

A block bears its name when it is whole and on the disk. The index of the result is removed before
its shards are written and comes back last: a folder with an index is complete.
"""

import os
import shutil
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import pyarrow as pa
from joblib import Parallel, cpu_count, delayed
from rich.console import Console
from rich.progress import track

from deepfake_attribution import tables
from deepfake_attribution.durable import flush
from deepfake_attribution.shards import ShardReader, ShardWriter

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


Produce = Callable[[Any], Iterator[Row]]


def process(
    blocks: Sequence[Any],
    produce: Produce,
    schema: pa.Schema,
    work: Path,
    out: Path,
    workers: int,
    title: str,
) -> list[dict[str, Any]]:
    """Run ``produce`` on every block and pack what it yields into shards and an index in ``out``.

    Args:
        blocks: what ``produce`` takes; must be the same, in the same order, after a restart.
        produce: yields the rows of one block, in order; called in worker processes.
        schema: columns of the index, without `POINTER`'s.
        work: folder for finished blocks; its name must change with settings, data and code. The
            caller discards it when it has what it needs.
        out: folder for ``shard-*.tar`` and ``index.parquet``.
        workers: processes; 0: one per core.
        title: what to call the work in the progress bar.

    Returns:
        The rows of the index.

    Raises:
        BrokenExecutor: a worker process was killed; the finished blocks are kept.
    """
    work.mkdir(parents=True, exist_ok=True)
    _clear(work, ".block-*.tmp")  # of processes that were killed
    folders = [work / f"block-{number:06d}" for number in range(len(blocks))]
    pairs = zip(blocks, folders, strict=True)
    todo = [(block, folder) for block, folder in pairs if not folder.exists()]
    jobs = min(workers or cpu_count(), max(len(todo), 1))
    calls = (delayed(_write_block)(produce, block, folder, schema) for block, folder in todo)
    results = Parallel(n_jobs=jobs, return_as="generator_unordered", batch_size=1)(calls)
    console = Console(stderr=True)
    quiet = not console.is_terminal
    for _ in track(results, title, total=len(todo), console=console, disable=quiet):
        pass
    return _pack(folders, out, schema)


def _write_block(produce: Produce, block: Any, folder: Path, schema: pa.Schema) -> None:
    temporary = folder.with_name(f".{folder.name}.{os.getpid()}.tmp")
    shutil.rmtree(temporary, ignore_errors=True)
    with ShardWriter(temporary) as writer:
        rows = [_place(row, writer) for row in produce(block)]
    tables.write_rows(rows, temporary / INDEX, pa.schema([*schema, *POINTER]))
    flush(temporary / INDEX)
    flush(temporary)
    try:
        temporary.replace(folder)
    except OSError:
        # A worker that outlived a killed stage finished the same block meanwhile.
        if not folder.exists():
            raise
        shutil.rmtree(temporary)
    flush(folder.parent)


def _clear(folder: Path, pattern: str) -> None:
    for path in folder.glob(pattern):
        shutil.rmtree(path) if path.is_dir() else path.unlink()


def _pack(folders: Sequence[Path], out: Path, schema: pa.Schema) -> list[dict[str, Any]]:
    """Copy the members of all blocks, in order, into the shards of ``out``."""
    rows = []
    # DVC empties `out` before a stage; a stage that is run by hand finds what was there.
    for pattern in (INDEX, f".{INDEX}.*.tmp", "shard-*.tar", ".shard-*.tmp"):
        _clear(out, pattern)
    with ShardWriter(out) as writer:
        for folder in folders:
            reader = ShardReader(folder)
            for values in tables.read_rows(folder / INDEX):
                pointer = {name: values.pop(name) for name in POINTER.names}
                content = b""
                if pointer["member"]:
                    content = reader.read(pointer["shard"], pointer["offset"], pointer["length"])
                rows.append(_place(Row(values, pointer["member"] or "", content), writer))
            reader.close()
    tables.write_rows(rows, out / INDEX, pa.schema([*schema, *POINTER]))
    flush(out / INDEX)
    flush(out)
    return rows


def _place(row: Row, writer: ShardWriter) -> dict[str, Any]:
    if not row.member:
        return row.values | dict.fromkeys(POINTER.names)
    return row.values | {"member": row.member} | asdict(writer.add(row.member, row.content))
