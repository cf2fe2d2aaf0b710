"""Any videos, sorted into folders by hand: for quick use. A manifest can describe more.

<root>/real/...           at any depth; a folder of images is a video
<root>/<attack>/...
"""

import os
import re
from collections.abc import Mapping
from pathlib import Path, PurePosixPath
from typing import Literal

from pydantic import Field

from deepfake_attribution.catalog.files import check_root
from deepfake_attribution.catalog.listing import Listing, Video, table
from deepfake_attribution.catalog.manifest import NOT_NAMES
from deepfake_attribution.catalog.shares import Shares, three_ways
from deepfake_attribution.core.errors import UserError
from deepfake_attribution.core.listed import some
from deepfake_attribution.core.media_files import is_picture, is_video
from deepfake_attribution.core.settings import Dataset
from deepfake_attribution.core.video import REAL


class Settings(Shares):
    """``root``: folder that holds a folder for each class.

    Files of one name (``real/a.mp4``, ``swap/a.mp4``) are one clip and stay together.
    """

    adapter: Literal["folder"]
    root: str = Field(min_length=1)


def list_videos(name: str, settings: Settings, datasets: Mapping[str, Dataset]) -> Listing:
    """Return the videos below each class's folder, classes and paths in order.

    Raises:
        UserError: there is no such folder, it holds no folder with a video, or a folder's name
            cannot be a class.
    """
    root = Path(settings.root)
    check_root(name, root, [], "the folder of classes")
    found: list[tuple[str, str, str]] = []  # class, clip, path
    problems: list[str] = []
    loose = []
    for entry in sorted(root.iterdir()):
        if entry.name.startswith("."):
            continue
        if not entry.is_dir():
            loose.append(entry.name)
            continue
        _check_class(entry)
        paths = _videos(entry)
        if not paths:
            problems.append(f"{entry}: no video there")
        for path in paths:
            clip = PurePosixPath(path)
            stem = clip.with_suffix("") if is_video(path) else clip
            found.append((entry.name, stem.as_posix(), f"{entry.name}/{path}"))
    if not found:
        raise UserError(
            f"datasets.{name}.root: {root} has no video in a folder of a class: expected "
            "real/... and <attack>/..."
        )
    if loose:
        problems.append(f"{root}: {len(loose)} files are in no class's folder: {some(loose)}")
    split_of = three_ways({clip for _, clip, _ in found}, settings)
    videos = [
        Video(
            *(clip, path, attack, split_of[clip], "", ""),
            source=path if attack == REAL else "",
            footage=(f"{name}/{clip}",),
        )
        for attack, clip, path in found
    ]
    return Listing(table(name, "", videos), {}, (*problems,))


def _check_class(folder: Path) -> None:
    name = folder.name
    if not re.fullmatch(r"\w[\w.+-]*", name):
        raise UserError(f"{folder}: the folder's name is the class: letters, digits and _ . + -")
    if name != REAL and name.lower() in NOT_NAMES:
        raise UserError(f"{folder}: call it 'real' if it holds real videos, else after the attack")


def _videos(folder: Path) -> list[str]:
    """Return the video files, and the folders of images, below ``folder``, relative to it."""
    found = []
    for place, folders, names in os.walk(folder):
        folders[:] = [name for name in folders if not name.startswith(".")]
        shown = [name for name in names if not name.startswith(".")]
        here = Path(place).relative_to(folder).as_posix()
        files = [name for name in shown if is_video(name)]
        found += [name if here == "." else f"{here}/{name}" for name in files]
        if here != "." and not files and any(is_picture(Path(place) / name) for name in shown):
            found.append(here)
    return sorted(found)
