"""A process that is killed just before the first change of each kind that it makes to its folder.

A change is something renamed or removed, or a part written by ``os.write``, of which half is
written before the kill. Python's audit events tell of them. Before something is renamed, its whole
content is there under a temporary name: so a new file or folder needs no kill of its own.

Started again and again with the same list, the process dies once of each kind, and at last of none.
"""

import os
import re
import signal
import sys
from pathlib import Path
from typing import Any

LIST = "TEST_DIES_OF_NEW_CHANGES"
CHANGES = {"os.rename", "os.remove", "os.rmdir", "os.truncate"}


def variables(died: Path) -> dict[str, str]:
    """Return the environment of a process that dies of changes that are not in the list ``died``.

    Args:
        died: a file outside the process's folder, a line per kind; the process adds to it.
    """
    return {LIST: str(died)}


def kind(event: str, path: Path) -> str:
    """Return what the changes have in common of which a process dies once.

    The event, the folder and the suffix of the file; of outputs the two upper folders. All files
    that are removed from a folder are one kind. In a hidden
    folder, where unfinished work is, it counts whether the number in the name is 0: block-000000
    and block-000001 are two kinds, block-000002 is none of its own.
    """
    parts, which = path.parent.parts, ""
    if not parts or not parts[0].startswith("."):
        parts = parts[:2]
    elif number := re.search(r"\d+", path.name):
        which = "later" if int(number[0]) else "first"
    parent = re.sub(r"[0-9a-f]{8,}|\d+", "#", "/".join(parts) or ".")
    if event == "os.remove":
        return f"{event} {parent}"
    hidden = "." if path.name.startswith(".") else ""
    return " ".join([event, parent, f"{hidden}{which}{path.suffix}"]).strip()


def install() -> None:
    """Watch this process if its environment asks for it; its folder is the current one."""
    if LIST not in os.environ:
        return
    folder, owner, write = Path.cwd(), os.getpid(), os.write
    died = os.open(os.environ.pop(LIST), os.O_RDWR | os.O_CREAT | os.O_APPEND)
    with open(died, encoding="utf-8", closefd=False) as lines:
        known = set(lines.read().splitlines())

    def is_new(event: str, place: Any) -> bool:
        if not isinstance(place, str | bytes | os.PathLike) or os.getpid() != owner:
            return False
        path = Path(os.fsdecode(place)).absolute()
        if not path.is_relative_to(folder):
            return False
        found = kind(event, path.relative_to(folder))
        if found in known:
            return False
        write(died, f"{found}\n".encode())
        return True

    def die() -> None:
        os.killpg(0, signal.SIGKILL)
        signal.pause()

    def hook(event: str, arguments: tuple[Any, ...]) -> None:
        if event not in CHANGES:
            return
        place = arguments[event == "os.rename"]
        if event in ("os.remove", "os.rmdir") and arguments[1] >= 0:  # a name in an open folder
            place = Path(f"/proc/self/fd/{arguments[1]}").readlink() / os.fsdecode(place)
        if is_new(event, place):
            die()

    def half(file: int, content: Any) -> int:
        if is_new("write", Path(f"/proc/self/fd/{file}").readlink()):
            write(file, memoryview(content)[: len(content) // 2])
            die()
        return write(file, content)

    sys.addaudithook(hook)
    os.write = half
