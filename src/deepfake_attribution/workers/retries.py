"""A block of videos that crashes or hangs costs its own time, and in the end only the bad video.

The block is tried once more. Then each of its videos is tried alone, in a new process: those that
end their process again are listed as lost, and all others are used. So a temporary fault does not
change the result: a video that always crashes is always listed, one that crashed once is not.
"""

import pickle
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from deepfake_attribution.workers import block_files
from deepfake_attribution.workers.apart import NO_LIMIT, Died
from deepfake_attribution.workers.block_files import Kind
from deepfake_attribution.workers.team import Team, team


@dataclass(frozen=True)
class Run:
    """What all blocks of a run have in common; small, for it travels with each of them.

    Attributes:
        name: of this run alone.
        folder: where its paths start.
        paths: where its modules are looked for first.
        kind: a pickled `Kind`, opened only in the process apart: that loads a stage's libraries.
        limit: seconds for a block, and for a video alone, without the time to load libraries.
    """

    name: str
    folder: str
    paths: tuple[str, ...]
    kind: bytes
    limit: float

    def team(self) -> Team:
        """Return this process's team for this run; a new process loads the stage's libraries."""
        return team(self.name, self.folder, self.paths, (_kind, (self.kind,)))


def finish(run: Run, block: bytes, videos: int, folder: Path) -> list[str]:
    """Write a block to ``folder``, whatever it does to the processes that try.

    Args:
        run: see there.
        block: pickled sequence of videos.
        videos: how many they are.
        folder: of the block, seen from ``run.folder``. Beside it are those of single videos, if it
            comes to that.

    Returns:
        A line for each process that ended.

    Raises:
        UserError, OSError: as `block_files.write`.
        Died: a process ended that only copied what others had made.
    """
    place = Path(run.folder)
    # A cluster gives a block again if it loses a machine that had finished it.
    if (place / folder).exists():
        return []
    lines: list[str] = []
    for then in ("it is tried again", "its videos are tried one by one"):
        try:
            run.team().call(_write, run.kind, block, folder, limit=run.limit)
        except Died as death:
            lines.append(f"{folder.name}: its process {death}: {then}")
        else:
            return lines
    parts = [folder.with_name(f"{folder.name}-{number:03d}") for number in range(videos)]
    for number, part in enumerate(parts):
        if not (place / part).exists():
            lines += _alone(run, block, number, part)
    run.team().call(_join, run.kind, parts, folder, limit=NO_LIMIT)
    return lines


def _alone(run: Run, block: bytes, number: int, part: Path) -> list[str]:
    try:
        run.team().call(_write_one, run.kind, block, number, part, limit=run.limit, fresh=True)
    except Died as death:
        reason = str(death)
        run.team().call(_write_lost, run.kind, block, number, reason, part, limit=NO_LIMIT)
        return [f"{part.name}: its process {reason}: this video is listed as unreadable"]
    return []


def _write(kind: bytes, block: bytes, folder: Path) -> None:
    block_files.write(_kind(kind), pickle.loads(block), folder)


def _write_one(kind: bytes, block: bytes, number: int, folder: Path) -> None:
    videos: Sequence[Any] = pickle.loads(block)
    block_files.write(_kind(kind), videos[number : number + 1], folder)


def _write_lost(kind: bytes, block: bytes, number: int, reason: str, folder: Path) -> None:
    block_files.write_lost(_kind(kind), pickle.loads(block)[number], reason, folder)


def _join(kind: bytes, parts: Sequence[Path], folder: Path) -> None:
    block_files.join(_kind(kind), parts, folder)


def _kind(content: bytes) -> Kind:
    kind: Kind = pickle.loads(content)
    return kind
