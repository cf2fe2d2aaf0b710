"""Videos that are released as folders of frames, and images that stand for themselves."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from deepfake_attribution.catalog.files import folder
from deepfake_attribution.core.media_files import PICTURE_SUFFIXES

BESIDE = {"landmarks", "masks"}  # what lies beside the frames


@dataclass(frozen=True)
class Entry:
    """A video: a file, a folder of frames, or one image.

    Attributes:
        clip: name of the folder or file, without suffix; of an image, of its folder.
        name: the same, and for an image in a folder the image's.
        path: relative to the root, with /.
    """

    clip: str
    name: str
    path: str


def inner(path: Path, *names: str) -> Path:
    """Return the folder below ``path`` that is reached by those of ``names`` that are there."""
    for name in names:
        if (path / name).is_dir():
            path = path / name
    return path


def films(root: Path, place: Path) -> tuple[list[Entry], list[str]]:
    """Return the videos in ``place``, by name, and the names of folders without an image.

    Args:
        root: of the dataset.
        place: folder of folders of frames, of video files, or of both.
    """
    found = folder(place)
    here = place.relative_to(root).as_posix()
    named = {Path(file).stem: f"{here}/{file}" for file in found.videos}
    empty = []
    for name in _folders(place, found.others):
        if any(_images(place / name)):
            named[name] = f"{here}/{name}"
        else:
            empty.append(name)
    return [Entry(name, name, path) for name, path in sorted(named.items())], empty


def images(root: Path, place: Path, count: int) -> tuple[list[Entry], list[str]]:
    """Return images as videos of one frame, by name, and the names of folders without an image.

    Args:
        root: of the dataset.
        place: folder of images, of folders of images, or of both.
        count: how many of each folder in ``place``, evenly spaced; 0: all. Those that lie in
            ``place`` itself are all taken.
    """
    here = place.relative_to(root).as_posix()
    found = [Entry(Path(name).stem, Path(name).stem, f"{here}/{name}") for name in _images(place)]
    empty = []
    for name in _folders(place, folder(place).others):
        inside = sorted(_images(place / name))
        found += [
            Entry(name, f"{name}/{Path(image).stem}", f"{here}/{name}/{image}")
            for image in _spread(inside, count)
        ]
        if not inside:
            empty.append(name)
    return sorted(found, key=lambda entry: entry.name), empty


def _folders(place: Path, names: Sequence[str]) -> list[str]:
    return [name for name in names if name not in BESIDE and (place / name).is_dir()]


def _images(place: Path) -> Iterator[str]:
    for name in folder(place).others:
        if Path(name).suffix.lower() in PICTURE_SUFFIXES:
            yield name


def _spread(names: list[str], count: int) -> list[str]:
    """Return ``count`` of ``names``: the middles of as many equal parts."""
    if count == 0 or len(names) <= count:
        return names
    return [names[(2 * number + 1) * len(names) // (2 * count)] for number in range(count)]
