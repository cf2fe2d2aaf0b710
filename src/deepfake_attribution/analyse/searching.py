"""Searches folders, at any depth, for video files and for folders of images (a video each)."""

import glob
import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from deepfake_attribution.analyse.amounts import counted
from deepfake_attribution.analyse.names import natural
from deepfake_attribution.analyse.places import is_there
from deepfake_attribution.analyse.result_files import MARK, OWN
from deepfake_attribution.core.errors import UserError
from deepfake_attribution.core.media_files import is_picture, is_video


@dataclass
class Held:
    """The contents of a folder.

    Attributes:
        videos: paths, in natural order.
        others: files that do not have the name of a video.
        results: folders with nothing in them but results that `analyse` wrote.
        closed: folders that could not be read, and why.
    """

    videos: list[str] = field(default_factory=list)
    others: list[str] = field(default_factory=list)
    results: list[str] = field(default_factory=list)
    closed: list[tuple[str, str]] = field(default_factory=list)


def search(folder: Path) -> Held:
    """Return the contents of ``folder``; hidden files are ignored, links to folders are followed.

    A folder with images, without a video file and without a folder with a video is one video. In a
    folder that an analysis wrote to, the results are left out.
    """
    held = Held()
    _search(folder, held, frozenset())
    held.videos.sort(key=natural)
    held.others.sort(key=natural)
    return held


def check_is_one(path: Path) -> None:
    """Check that ``path`` is one video: a file, a folder of images, or nothing.

    Raises:
        UserError: it is a folder of videos.
    """
    held = search(path) if path.is_dir() else Held()
    if held.videos and held.videos != [str(path)]:
        raise UserError(
            f"{path}: a folder with {counted(len(held.videos), 'video')}, not a video; name each "
            "(`each` takes several), or give the folder to `deepfake-attribution analyse`"
        )


def match(pattern: str) -> Held | None:
    """Return the contents of all files and folders that match ``pattern``; None if none does.

    Matching files are videos by their names, or because the pattern itself ends in a suffix.
    Matching folders are searched. Results of an analysis are left out.

    Args:
        pattern: as for `glob`.
    """
    found = sorted(glob.glob(pattern, recursive=True))  # noqa: PTH207 (it may be absolute)
    matches, results = _without_results(found)
    folders = [path for path in matches if Path(path).is_dir()]
    suffix = Path(pattern).suffix
    named = bool(suffix) and not glob.has_magic(suffix)
    held = Held(results=results)
    for path in set(matches) - set(folders):
        (held.videos if named or is_video(path) else held.others).append(path)
    for folder in _outermost(folders):
        _search(Path(folder), held, frozenset())
    held.videos = sorted(set(held.videos), key=natural)
    held.results = list(dict.fromkeys(held.results))
    taken = set(held.videos)
    held.others = [
        path
        for path in sorted(set(held.others) - taken, key=natural)
        if str(Path(path).parent) not in taken or not is_picture(Path(path))  # an image of one
    ]
    return held if matches or results else None


def _without_results(paths: Sequence[str]) -> tuple[list[str], list[str]]:
    """Return paths that are no results, and the folders of which only results match."""
    kept, with_results, with_others = [], dict[str, None](), set[str]()
    is_marked = cache(lambda folder: is_there(folder / MARK))
    for path in paths:
        marked = [folder for folder in _above(Path(path)) if is_marked(folder)]
        ours = [folder for folder in marked if Path(path).relative_to(folder).parts[0] in OWN]
        with_results |= dict.fromkeys(map(str, ours))
        if not ours:
            kept.append(path)
            with_others |= {*map(str, marked)}
    return kept, [folder for folder in with_results if folder not in with_others]


def _above(path: Path) -> Iterator[Path]:
    """Yield the folders that hold ``path``, but for those that it leaves again by ``..``."""
    for folder in path.parents:
        if ".." not in path.relative_to(folder).parts:
            yield folder


def _outermost(folders: Sequence[str]) -> list[str]:
    """Return the folders that are in none of the others, which are searched with them."""
    every = {Path(folder) for folder in folders}
    return [folder for folder in folders if every.isdisjoint(Path(folder).parents)]


def _search(folder: Path, held: Held, above: frozenset[str]) -> None:
    """Add the contents of ``folder`` to ``held``.

    Args:
        folder: is searched.
        held: is changed.
        above: the real paths of the folders above it: a link to one of them is not followed.
    """
    real = os.path.realpath(folder)
    if real in above:
        return
    try:
        with os.scandir(folder) as entries:
            found = sorted((entry.name, _is_folder(entry)) for entry in entries)
    except OSError as error:
        held.closed.append((str(folder), error.strerror or str(error)))
        return
    is_marked = any(name == MARK for name, _ in found)
    if is_marked:
        found = [one for one in found if one[0] not in OWN]
    found = [one for one in found if not one[0].startswith(".")]
    files = [name for name, is_folder in found if not is_folder]
    before, others = len(held.videos), len(held.others)
    held.videos += [str(folder / name) for name in files if is_video(name)]
    for name, is_folder in found:
        if is_folder:
            _search(folder / name, held, above | {real})
    rest = [name for name in files if not is_video(name)]
    if len(held.videos) == before and any(is_picture(folder / name) for name in rest):
        held.videos.append(str(folder))
        rest = [name for name in rest if not is_picture(folder / name)]
    held.others += [str(folder / name) for name in rest]
    if is_marked and (len(held.videos), len(held.others)) == (before, others):
        held.results.append(str(folder))


def _is_folder(entry: os.DirEntry[str]) -> bool:
    try:
        return entry.is_dir()
    except OSError:  # a circular link
        return False
