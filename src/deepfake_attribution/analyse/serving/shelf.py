"""A folder of the server whose videos and images may be picked: by name, and nothing outside it."""

from http import HTTPStatus
from pathlib import Path

from deepfake_attribution.analyse.names import shown
from deepfake_attribution.analyse.places import is_folder
from deepfake_attribution.analyse.serving.kinds import SUFFIXES
from deepfake_attribution.analyse.serving.refusals import RefusedError
from deepfake_attribution.core.errors import UserError
from deepfake_attribution.core.media_files import files_below

MOST = 5000  # names that are shown
NOT_THERE = "there is no such video in the folder (any more)"


class Shelf:
    """Videos at any depth of a folder; links that lead out of it are left out.

    Args:
        folder: which.

    Raises:
        UserError: it is no folder that can be read.
    """

    def __init__(self, folder: Path) -> None:
        if not is_folder(folder):
            raise UserError(f"--folder: {folder}: no such folder")
        self._folder = folder.resolve()
        self._paths()

    def names(self) -> list[str]:
        """Return the videos' names, relative to the folder, in order; at most `MOST`."""
        return list(self._paths())

    def find(self, name: str) -> Path:
        """Return the path of a video by one of `names`.

        Raises:
            RefusedError: it is none of them.
        """
        # Looked up among what lies there: a name never becomes a path.
        path = self._paths().get(name)
        if path is None:
            raise RefusedError(HTTPStatus.NOT_FOUND, f"{shown(name)}: {NOT_THERE}")
        return path

    def _paths(self) -> dict[str, Path]:
        found: dict[str, Path] = {}
        names = (
            name for name in files_below(self._folder) if Path(name).suffix.lower() in SUFFIXES
        )
        for name in sorted(names):
            path = (self._folder / name).resolve()
            if path.is_relative_to(self._folder) and path.is_file() and len(found) < MOST:
                found.setdefault(shown(name), path)
        return found
