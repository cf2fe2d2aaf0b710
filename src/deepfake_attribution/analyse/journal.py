"""The finished videos of an analysis, on disk, so that a stopped analysis can be resumed.

A file with a line per video; each line is flushed to disk before the next video counts as finished.
Its first line records the model, the options and the program: only the same ones can resume it. A
video whose process was killed or exceeded the time limit is not in it, so the next run tries again.
"""

import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Self

from deepfake_attribution.analyse.bundle.loaded import Bundle
from deepfake_attribution.analyse.files import json_line, restored
from deepfake_attribution.analyse.options import Options
from deepfake_attribution.analyse.results import NOT_FINISHED, VideoResult
from deepfake_attribution.core.code import PACKAGE, hash_of
from deepfake_attribution.core.durable import write
from deepfake_attribution.core.errors import UserError, naming
from deepfake_attribution.core.fingerprint import fingerprint, stamp

NO_MATTER = ("workers", "max_seconds")  # options that no stored result depends on


def made_by(bundle: Bundle, options: Options, crops: bool) -> dict[str, Any]:
    """Return everything except the video that results depend on: model, options, program.

    Args:
        bundle: the model.
        options: how videos are analysed; `NO_MATTER` are left out.
        crops: whether pages show faces.
    """
    chosen = {name: value for name, value in vars(options).items() if name not in NO_MATTER}
    known = bundle.known[["video", "slot", "person"]].to_csv(index=False)
    about = bundle.description
    namer = bundle.namer.description if bundle.namer else None
    further = (namer.onnx, namer.training) if namer else ()
    return {
        "model": fingerprint(
            bundle.record.model_copy(update={"files": {}}),
            about.onnx,
            about.training,
            known,
            *further,
        ),
        "options": chosen | {"crops": crops},
        "program": hash_of(PACKAGE),
    }


class Journal:
    """The finished videos, by path.

    Args:
        path: of the file.
        size: bytes of its complete lines.
        lines: path of a video -> offset of its line in the file.
    """

    def __init__(self, path: Path, size: int, lines: dict[str, int]) -> None:
        self._path = path
        self._lines = lines
        self._unfinished: dict[str, VideoResult] = {}  # of this run only
        self._file = os.open(path, os.O_RDWR)
        os.ftruncate(self._file, size)  # remove an incomplete line of a killed process
        os.lseek(self._file, 0, os.SEEK_END)
        self._reading = path.open("rb")

    @classmethod
    def begin(cls, path: Path, made_by: Mapping[str, Any]) -> Self:
        """Return an empty journal; an existing one is replaced."""
        head = f"{json.dumps(made_by)}\n".encode()
        write(head, path)
        return cls(path, len(head), {})

    @classmethod
    def go_on(cls, path: Path, made_by: Mapping[str, Any]) -> Self:
        """Return the existing journal.

        Raises:
            UserError: it was made with something else, or a line is damaged.
        """
        lines: dict[str, int] = {}
        end = 0
        with path.open("rb") as file:
            for number, line in enumerate(file, start=1):
                if not line.endswith(b"\n"):
                    break
                try:
                    content = json.loads(line)
                    if number == 1:
                        _check_same(content, made_by, path)
                    else:
                        lines[content["result"]["path"]] = end
                except (ValueError, KeyError, TypeError):
                    raise UserError(
                        f"{path}, line {number}: damaged; --fresh starts the analysis again"
                    ) from None
                end += len(line)
        if not end:
            return cls.begin(path, made_by)
        return cls(path, end, lines)

    def check_is_there(self) -> None:
        """Check that the file is still in its folder: results without it cannot be resumed.

        Raises:
            UserError: it, or the folder, was removed or replaced.
        """
        own = os.fstat(self._file)
        try:
            there = self._path.stat()
        except FileNotFoundError:
            there = None
        if there is None or not os.path.samestat(own, there):
            raise UserError(
                f"{self._path.parent}: it or its {self._path.name} was removed while the analysis "
                "ran, so its results are lost; start again"
            )

    def close(self) -> None:
        """Close the file."""
        os.close(self._file)
        self._reading.close()

    def holds(self, path: str) -> bool:
        """Return whether a video is finished, and has not changed since."""
        begins = self._lines.get(path)
        return begins is not None and self._content(begins)["stamp"] == list(stamp(Path(path)))

    def others(self, paths: set[str]) -> int:
        """Return how many finished videos are not among ``paths``."""
        return len(self._lines.keys() - paths)

    def find(self, path: str) -> VideoResult:
        """Return the result of a video, without crops."""
        if path in self._unfinished:
            return self._unfinished[path]
        return restored(self._content(self._lines[path])["result"])

    def line(self, path: str) -> str:
        """Return the result of a video as a line of JSON."""
        if path in self._unfinished:
            return json_line(self._unfinished[path])
        return json.dumps(self._content(self._lines[path])["result"], ensure_ascii=True)

    def add(self, result: VideoResult, seen: tuple[int, int]) -> None:
        """Store ``result``; when this returns it is on disk, unless its status is `NOT_FINISHED`.

        Args:
            result: of a video.
            seen: `stamp` of the video, from before it was analysed.

        Raises:
            OSError: for example, the disk is full.
        """
        if result.status == NOT_FINISHED:
            self._unfinished[result.path] = result
            self._lines.pop(result.path, None)
            return
        head = json.dumps({"stamp": list(seen)})[:-1]
        line = f'{head}, "result": {json_line(result)}}}\n'.encode("ascii")
        begins = os.lseek(self._file, 0, os.SEEK_END)
        with naming(self._path):
            left = memoryview(line)
            while left:
                left = left[os.write(self._file, left) :]
            os.fsync(self._file)
        self._lines[result.path] = begins

    def _content(self, begins: int) -> dict[str, Any]:
        self._reading.seek(begins)
        return json.loads(self._reading.readline())


def _check_same(found: Mapping[str, Any], wanted: Mapping[str, Any], path: Path) -> None:
    """Raise unless model, options and program are the same."""
    if found["model"] != wanted["model"]:
        what = "another model"
    elif found["options"] != wanted["options"]:
        names = [name for name in wanted["options"] if _differs(name, found, wanted)]
        changes = ", ".join(
            f"{name} {found['options'].get(name)}, now {wanted['options'][name]}" for name in names
        )
        what = f"other options ({changes})"
    elif found["program"] != wanted["program"]:
        what = "another version of this program"
    else:
        return
    raise UserError(
        f"{path.parent}: its results were made with {what}; name another folder with --out, or "
        "give --fresh to discard them"
    )


def _differs(name: str, found: Mapping[str, Any], wanted: Mapping[str, Any]) -> bool:
    return bool(found["options"].get(name) != wanted["options"][name])
