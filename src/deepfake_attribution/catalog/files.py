"""List video files in a folder, and check that a dataset's root is the right folder."""

import difflib
import os
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from deepfake_attribution.catalog.listing import Listing
from deepfake_attribution.core.errors import UserError
from deepfake_attribution.core.listed import some
from deepfake_attribution.core.media_files import files_below, is_video

KINDS = 4  # suffixes that are counted in a line


@dataclass(frozen=True)
class Folder:
    """What lies in a folder, by name in order; hidden files do not count.

    Attributes:
        videos: names of video files.
        others: names of other files and of folders.
    """

    videos: list[str]
    others: list[str]


def folder(path: Path) -> Folder:
    """Return what lies in ``path``; nothing where it is not there.

    Raises:
        UserError: the user may not read it.
    """
    videos: list[str] = []
    others: list[str] = []
    try:
        with os.scandir(path) as entries:
            for entry in entries:
                if entry.name.startswith("."):
                    continue
                one = is_video(entry.name) and not entry.is_dir()
                (videos if one else others).append(entry.name)
    except (FileNotFoundError, NotADirectoryError):
        return Folder([], [])
    except PermissionError:
        raise UserError(f"{path}: this user may not read it") from None
    return Folder(sorted(videos), sorted(others))


def below(root: Path) -> list[str]:
    """Return the paths of all video files at any depth below ``root``, relative to it, in order."""
    return sorted(path for path in files_below(root) if is_video(path))


def unused(listing: Listing, root: Path) -> tuple[str, ...]:
    """Return a line about the files below ``root`` that ``listing`` does not use.

    What is in a folder that is itself a video is left to the extraction.
    """
    used = {*listing.videos["path"], *listing.videos.get("mask", ()), *listing.lists}
    rest = [
        path for path in files_below(root) if path not in used and used.isdisjoint(_folders(path))
    ]
    if not rest:
        return ()
    kinds = Counter(PurePosixPath(path).suffix.lower() or "without suffix" for path in rest)
    counts = ", ".join(f"{count} {kind}" for kind, count in kinds.most_common(KINDS))
    counts += ", and other kinds" if len(kinds) > KINDS else ""
    return (f"not used: {len(rest)} files below {root} ({counts}): {some(rest)}",)


def _folders(path: str) -> Iterator[str]:
    """Yield the folders that a file is in, the innermost first."""
    while path := path.rpartition("/")[0]:
        yield path


def without_suffix(path: str) -> str:
    """Return a path without the suffix of its last part; as `PurePath.with_suffix`, but quick."""
    place, slash, name = path.rpartition("/")
    stem, _, end = name.rpartition(".")
    return f"{place}{slash}{stem}" if stem and end else path


def check_root(dataset: str, root: Path, inside: Sequence[str], kind: str) -> None:
    """Check that ``root`` is a folder and contains all of ``inside``.

    Raises:
        UserError: says what is there instead, and where a folder of that form lies.
    """
    where = f"datasets.{dataset}.root: {root}"
    if not root.is_dir():
        raise UserError(f"{where} is not a folder: set it to where {kind} lies")
    missing = [name for name in inside if not (root / name).is_dir()]
    if not missing:
        return
    near = [root.parent, *(path for path in sorted(root.iterdir()) if path.is_dir())]
    right = next((path for path in near if all((path / name).is_dir() for name in inside)), None)
    hint = f"; {right} has: set the root to it" if right else f": set it to where {kind} lies"
    there = sorted(path.name for path in root.iterdir() if not path.name.startswith("."))
    content = ", ".join(there[:5]) + (", ..." if len(there) > 5 else "") if there else "nothing"
    raise UserError(
        f"{where} is not the root of {kind}: it has no {' and no '.join(missing)} (it holds "
        f"{content}){hint}"
    )


def misnamed(place: Path, file: str, example: str, forms: Iterable[re.Pattern[str]]) -> UserError:
    """Return the error for a file whose name does not have the form of its folder's names.

    Args:
        place: the folder.
        file: its name.
        example: a name of the right form.
        forms: of the names of all folders of the dataset.
    """
    swapped = any(form.fullmatch(Path(file).stem) for form in forms)
    hint = "were two folders swapped?" if swapped else "rename it, or move it out"
    return UserError(f"{place}: {file}: not a name that belongs there, such as {example}: {hint}")


def absent(path: Path, attack: str, setting: str = "") -> str:
    """Return a line about a missing folder of a class, with a folder of a similar name if any."""
    near = difflib.get_close_matches(path.name, folder(path.parent).others, n=1)
    hint = f"; there is a folder '{near[0]}': is it meant?" if near else ""
    remedy = f": get it, or take it out of {setting}" if setting else ""
    return f"{path}: not there, so there is no class {attack}{remedy}{hint}"


def strangers(found: Folder, path: Path) -> list[str]:
    """Return a line about entries of a folder of videos that are not videos."""
    if not found.others:
        return []
    return [f"{path}: {len(found.others)} entries are not videos: {some(found.others)}"]
