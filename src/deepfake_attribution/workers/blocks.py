"""Work by blocks of videos: finished blocks outlive a stopped stage and are packed at the end.

Each block is written to a folder of its own outside DVC's outputs, by any process; then the blocks
are packed into shards in their order. So the bytes do not depend on the number of workers or
machines, nor on how often the stage was stopped and started again.
"""

import pickle
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Protocol
from uuid import uuid4

from rich.console import Console

from deepfake_attribution.core.errors import UserError
from deepfake_attribution.core.progress import progress
from deepfake_attribution.core.settings import Compute
from deepfake_attribution.core.tables import Rows
from deepfake_attribution.workers import block_files
from deepfake_attribution.workers.apart import module_paths
from deepfake_attribution.workers.block_files import INDEX, POINTER, Kind, Row
from deepfake_attribution.workers.engines import spread
from deepfake_attribution.workers.retries import Run, finish

__all__ = ["INDEX", "POINTER", "Blocks", "Kind", "Row", "process"]
SHARED = 120.0  # seconds until files of another machine must be visible: longer than NFS caches


class Blocks(Protocol):
    """Blocks of videos; a list of lists, or something that makes each block when it is asked."""

    def __len__(self) -> int: ...

    def __getitem__(self, number: int, /) -> Sequence[Any]: ...


def process(
    blocks: Blocks,
    kind: Kind,
    work: Path,
    out: Path,
    compute: Compute,
    title: str,
) -> Rows:
    """Make rows of every block and pack them and their bytes into shards and an index in ``out``.

    With ``compute.workers: 1`` on this machine, all is done in this process: easy to debug, but a
    crash ends the stage. Otherwise `retries` runs each block in another process.

    Args:
        blocks: of videos; must be the same, in the same order, after a restart.
        kind: what is made of them.
        work: folder for finished blocks; its name must change with settings, data and code. The
            caller discards it when it has what it needs.
        out: folder for ``shard-*.tar`` and ``index.parquet``.
        compute: how the work is spread.
        title: what to call the work where its progress is shown.

    Returns:
        The rows of the index.

    Raises:
        UserError: the cluster, or a folder that is needed, is not there; the finished blocks are
            kept.
    """
    work.mkdir(parents=True, exist_ok=True)
    block_files.clear(work, ".block-*.tmp")  # of processes that were killed
    folders = [work / f"block-{number:06d}" for number in range(len(blocks))]
    todo = [number for number, folder in enumerate(folders) if not folder.exists()]
    console = Console(stderr=True)
    if compute.engine == "local" and compute.workers == 1:
        for number in progress(todo, title, len(todo), console):
            block_files.write(kind, blocks[number], folders[number])
    else:
        name = uuid4().hex
        run = Run(name, str(Path.cwd()), module_paths(), pickle.dumps(kind), compute.block_seconds)
        team = run.team()  # made before there are threads, so that all of them have this one
        calls = [(run, *_packed(blocks[number]), folders[number]) for number in todo]
        results = spread(finish, calls, compute)
        try:
            for lines in progress(results, title, len(todo), console):
                for line in lines:
                    console.print(line, markup=False, highlight=False, soft_wrap=True)
        finally:
            team.end()
        _await([folders[number] for number in todo])
    return block_files.pack(folders, out, kind.schema)


def _packed(block: Sequence[Any]) -> tuple[bytes, int]:
    """Return a pickled block, and how many videos it has."""
    return pickle.dumps(block), len(block)


def _await(folders: Sequence[Path]) -> None:
    """Wait until blocks that other machines finished are visible here.

    Raises:
        UserError: they are not.
    """
    until = time.monotonic() + SHARED
    for folder in folders:
        while not folder.exists():
            if time.monotonic() > until:
                raise UserError(
                    f"{folder.absolute()}: a worker finished it, but it is not there: the folder "
                    "must be the same one, shared, on all machines of the cluster"
                )
            list(folder.parent.iterdir())  # makes a shared folder refresh its listing
            time.sleep(0.1)
