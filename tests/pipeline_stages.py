"""The stages of a repository as DVC's graph has them, and running them one by one without DVC.

DVC spends about a second on each stage. Here its graph is read once, and each stage's own command
runs, after the stages that it depends on.
"""

import os
import shlex
import shutil
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import networkx

from pipeline_copy import run

# DVC's and git's own, unfinished work, and what Python compiled
UNRECORDED = {".dvc", ".git", ".work", ".checkpoints", "__pycache__"}


@dataclass(frozen=True)
class Stage:
    """A stage's name, its command and what comes out, seen from the repository."""

    name: str
    words: tuple[str, ...]
    outs: tuple[Path, ...]


def name_of(stage: Any) -> str:
    """Return the name of one of DVC's stages, such as ``train@arcface``."""
    return str(stage.addressing).rpartition(":")[2]


def changed_stages(repo: Any) -> set[Any]:
    """Return DVC's stages whose own command, settings, inputs or outputs have changed."""
    with repo.lock:
        return {stage for stage in repo.index.graph if stage.changed()}


def would_run(repo: Any, changed: Collection[Any]) -> set[str]:
    """Return the stages that `dvc repro` would run, if no output came out as it was before.

    Args:
        repo: of DVC.
        changed: its stages that have changed themselves.
    """
    graph = repo.index.graph
    # What `settings` writes is always the same: nothing follows from it.
    causes = {stage for stage in changed if name_of(stage) != "settings"}
    # an edge points from a stage to the one that it depends on
    after = {later for stage in causes for later in networkx.ancestors(graph, stage)}
    return {name_of(stage) for stage in {*changed, *after}}


def in_order(repo: Any) -> list[Stage]:
    """Return the stages, each after those that it depends on."""
    folder = Path(repo.root_dir)
    return [
        Stage(
            name_of(stage),
            tuple(shlex.split(stage.cmd)),
            tuple(Path(out.fs_path).relative_to(folder) for out in stage.outs),
        )
        for stage in reversed([*networkx.topological_sort(repo.index.graph)])
    ]


def opened(folder: Path) -> Any:
    """Open DVC's repository in ``folder``; close it, or use it in a ``with``."""
    from dvc.repo import Repo

    return Repo(str(folder))


def run_one(folder: Path, stage: Stage) -> str:
    """Run a stage as DVC does: its outputs are removed before and must be there afterwards.

    Fails if the stage wrote any other file: DVC would not bring it back with an old result.
    """
    remove(folder, stage)
    before = _files(folder)
    said = run(folder, *stage.words)
    changed = [path for path, state in _files(folder).items() if before.get(path) != state]
    written = [Path(path).relative_to(folder) for path in changed]
    undeclared = [path for path in written if not {path, *path.parents} & {*stage.outs}]
    assert not undeclared, f"{stage.name} wrote {sorted(map(str, undeclared))}, no outputs of it"
    missing = [str(out) for out in stage.outs if not (folder / out).exists()]
    assert not missing, f"{stage.name} did not write {missing}"
    return said


def _files(folder: Path) -> dict[str, tuple[int, int]]:
    """Return what tells that a file was written again, without what belongs to no result."""
    found, folders = {}, [str(folder)]
    while folders:
        with os.scandir(folders.pop()) as entries:
            for entry in entries:
                if entry.name in UNRECORDED:
                    continue
                if entry.is_dir(follow_symlinks=False):
                    folders.append(entry.path)
                elif entry.is_file():
                    found[entry.path] = (entry.stat().st_ino, entry.stat().st_mtime_ns)
    return found


def remove(folder: Path, stage: Stage) -> None:
    """Remove the outputs of a stage."""
    for out in stage.outs:
        path = folder / out
        if path.is_dir():
            shutil.rmtree(path)
        else:
            path.unlink(missing_ok=True)


def run_all(folder: Path, names: Collection[str] | None = None) -> dict[str, str]:
    """Run the stages called ``names``, or all; return by name what they printed."""
    with opened(folder) as repo:
        stages = in_order(repo)
    chosen = [stage for stage in stages if names is None or stage.name in names]
    return {stage.name: run_one(folder, stage) for stage in chosen}
