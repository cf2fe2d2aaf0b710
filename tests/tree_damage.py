"""Ways in which a dataset on a disk goes wrong; each raises if there is too little to damage."""

import os
import shutil
from pathlib import Path


def drop(root: Path, glob: str, n: int) -> list[Path]:
    """Remove the first ``n`` files or folders that match; return what they were."""
    gone = _first(root, glob, n)
    for path in gone:
        shutil.rmtree(path) if path.is_dir() else path.unlink()
    return gone


def empty(root: Path, glob: str, n: int) -> list[Path]:
    """Leave nothing in the first ``n`` files that match, as a broken download does."""
    return _overwrite(root, glob, n, b"")


def garble(root: Path, glob: str, n: int) -> list[Path]:
    """Write text into the first ``n`` files that match, as a server's error page does."""
    return _overwrite(root, glob, n, b"<html><body>404 Not Found</body></html>\n")


def cut(root: Path, glob: str, n: int) -> list[Path]:
    """Keep half of each of the first ``n`` files that match, as an ended download does."""
    changed = _first(root, glob, n)
    for path in changed:
        os.truncate(path, path.stat().st_size // 2)
    return changed


def copy_over(source: Path, target: Path) -> None:
    """Make ``target``, there or not, a copy of ``source``: one content under two names."""
    target.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(source, target)


def stray(root: Path, path: str) -> Path:
    """Add an empty file that no dataset has."""
    added = root / path
    if added.exists():
        raise ValueError(f"{added} is there already")
    added.parent.mkdir(parents=True, exist_ok=True)
    added.touch()
    return added


def shorten_list(path: Path, n: int) -> None:
    """Remove the last ``n`` lines of a list."""
    lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
    if len(lines) <= n:
        raise ValueError(f"{path} has {len(lines)} lines only")
    path.write_text("".join(lines[: len(lines) - n]), encoding="utf-8")


def flip_labels(path: Path) -> None:
    """Write 0 for 1 and 1 for 0 at the beginning of every line of a list."""
    turned = {"0": "1", "1": "0"}
    lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
    path.write_text("".join(turned[line[0]] + line[1:] for line in lines), encoding="utf-8")


def swap_folders(one: Path, other: Path) -> None:
    """Give each of two folders the other's name."""
    between = one.with_name(f"{one.name}.between")
    one.rename(between)
    other.rename(one)
    between.rename(other)


def mix_compression(videos: Path, compression: str, n: int) -> list[Path]:
    """Move the first ``n`` files of ``.../c23/videos`` to ``.../<compression>/videos``."""
    folder = videos.parent.with_name(compression) / videos.name
    folder.mkdir(parents=True, exist_ok=True)
    return [path.rename(folder / path.name) for path in _first(videos, "*", n)]


def _overwrite(root: Path, glob: str, n: int, content: bytes) -> list[Path]:
    changed = _first(root, glob, n)
    for path in changed:
        path.write_bytes(content)
    return changed


def _first(root: Path, glob: str, n: int) -> list[Path]:
    found = sorted(root.glob(glob))
    if len(found) < n:
        raise ValueError(f"{root}/{glob}: {len(found)} match, not {n}")
    return found[:n]
