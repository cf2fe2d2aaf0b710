"""What is finished of an analysis, on disk: one that was stopped goes on from there.

A file with a line per video, each brought to the disk before the next video counts as finished.
Its first line says what made it: only the same model, options and program go on with it.
"""

import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Self

from deepfake_attribution.analyse.bundle.loaded import Bundle
from deepfake_attribution.analyse.files import json_line, restored
from deepfake_attribution.analyse.options import Options
from deepfake_attribution.analyse.results import VideoResult
from deepfake_attribution.core.durable import write
from deepfake_attribution.core.errors import UserError, naming
from deepfake_attribution.core.fingerprint import fingerprint, stamp

PACKAGE = Path(__file__).parents[1]
CODE = {".py", ".j2", ".css", ".js"}  # suffixes of what the program is made of


def made_by(bundle: Bundle, options: Options, crops: bool) -> dict[str, Any]:
    """Return what results depend on beside the video: the model, the options, the program.

    Args:
        bundle: the model.
        options: how it looks at videos; how many at a time changes nothing.
        crops: whether pages show faces.
    """
    chosen = {name: value for name, value in vars(options).items() if name != "workers"}
    known = bundle.known[["video", "slot", "person"]].to_csv(index=False)
    about = bundle.description
    code = [path for path in sorted(PACKAGE.rglob("*")) if path.suffix in CODE]
    return {
        "model": fingerprint(
            bundle.record.model_copy(update={"files": {}}), about.onnx, about.training, known
        ),
        "options": chosen | {"crops": crops},
        "program": fingerprint(*(path.read_bytes() for path in code)),
    }


class Journal:
    """The finished videos; they are looked up by their paths.

    Args:
        path: of the file.
        size: of what of it is whole, in bytes.
        lines: path of a video -> where in the file its line begins.
    """

    def __init__(self, path: Path, size: int, lines: dict[str, int]) -> None:
        self._path = path
        self._lines = lines
        self._file = os.open(path, os.O_RDWR)
        os.ftruncate(self._file, size)  # a line that was being written when the process was killed
        os.lseek(self._file, 0, os.SEEK_END)
        self._reading = path.open("rb")

    @classmethod
    def begin(cls, path: Path, made_by: Mapping[str, Any]) -> Self:
        """Return an empty journal, in place of one that may be there."""
        head = f"{json.dumps(made_by)}\n".encode()
        write(head, path)
        return cls(path, len(head), {})

    @classmethod
    def go_on(cls, path: Path, made_by: Mapping[str, Any]) -> Self:
        """Return the journal that is there.

        Raises:
            UserError: something else made it, or a line is damaged.
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
                        _hold(content, made_by, path)
                    else:
                        lines[content["result"]["path"]] = end
                except (ValueError, KeyError, TypeError):
                    raise UserError(
                        f"{path}, line {number}: damaged: --fresh begins the analysis anew"
                    ) from None
                end += len(line)
        if not end:
            return cls.begin(path, made_by)
        return cls(path, end, lines)

    def close(self) -> None:
        """Close the file."""
        os.close(self._file)
        self._reading.close()

    def holds(self, path: str) -> bool:
        """Return whether a video is finished, and has not changed since."""
        begins = self._lines.get(path)
        return begins is not None and self._content(begins)["stamp"] == list(stamp(Path(path)))

    def find(self, path: str) -> VideoResult:
        """Return what was said of a finished video, without crops."""
        return restored(self._content(self._lines[path])["result"])

    def line(self, path: str) -> str:
        """Return what was said of a finished video as a line of JSON."""
        return json.dumps(self._content(self._lines[path])["result"], ensure_ascii=True)

    def add(self, result: VideoResult, seen: tuple[int, int]) -> None:
        """Keep ``result``; when this returns it is on the disk.

        Args:
            result: of a video.
            seen: `stamp` of the video, from before it was looked at.

        Raises:
            OSError: the disk is full or the like.
        """
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


def _hold(found: Mapping[str, Any], wanted: Mapping[str, Any], path: Path) -> None:
    """Raise unless the same made both."""
    if found["model"] != wanted["model"]:
        what = "another model"
    elif found["options"] != wanted["options"]:
        names = [name for name in wanted["options"] if _differs(name, found, wanted)]
        told = ", ".join(
            f"{name} {found['options'].get(name)}, now {wanted['options'][name]}" for name in names
        )
        what = f"other options ({told})"
    elif found["program"] != wanted["program"]:
        what = "another version of this program"
    else:
        return
    raise UserError(
        f"{path.parent}: its results were made with {what}: name another folder with --out, or "
        "give --fresh to begin anew"
    )


def _differs(name: str, found: Mapping[str, Any], wanted: Mapping[str, Any]) -> bool:
    return bool(found["options"].get(name) != wanted["options"][name])
