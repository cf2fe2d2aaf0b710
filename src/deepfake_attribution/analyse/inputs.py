"""The inputs of ``analyse``: finds the videos of files, folders, patterns and lists.

Nothing is ignored silently: an input that is no video has a row with the reason, and other files
of a folder are counted in a remark.
"""

import glob
import os
import stat
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TextIO

from deepfake_attribution.analyse import lists, stills
from deepfake_attribution.analyse.amounts import counted
from deepfake_attribution.analyse.lists import COLUMN, LIST, STDIN
from deepfake_attribution.analyse.names import natural, shown
from deepfake_attribution.analyse.places import is_folder
from deepfake_attribution.analyse.searching import Held, match, search
from deepfake_attribution.core.errors import UserError
from deepfake_attribution.core.listed import first_lines, some
from deepfake_attribution.frames.beginnings import HEAD, why_no_video

NAMED = 5  # inputs that are not analysed, beside others that are; the rest is counted
FRAMES = "its images are taken for the frames of one video; to analyse each, name them: '*.jpg'"
MISSING, NO_VIDEO, UNREADABLE = "missing", "no_video", "unreadable"


@dataclass(frozen=True)
class Input:
    """One row of the results.

    Attributes:
        path: of a video or a still image; or the argument, if it leads to no video.
        status: why it is not analysed; empty for a video.
        reason: the same as a sentence.
        about: further columns of the list that names it.
    """

    path: str
    status: str = ""
    reason: str = ""
    about: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Found:
    """The inputs of an analysis.

    Attributes:
        inputs: in the order given; inside a folder in natural order. No file is in it twice.
        remarks: lines about everything that has no row.
        columns: further columns of lists, in their order.
    """

    inputs: tuple[Input, ...]
    remarks: tuple[str, ...] = ()
    columns: tuple[str, ...] = ()


def refusals(found: Found) -> list[str]:
    """Return a line for each of the first inputs that are not analysed, and how many more.

    Where none is analysed, all have a line: no table follows.
    """
    lines = [
        f"{shown(one.path)}: {shown(one.reason)}: it is not analysed"
        for one in found.inputs
        if one.status
    ]
    return first_lines(lines, NAMED) if any_video(found) else lines


def any_video(found: Found) -> bool:
    """Return whether anything is to be analysed."""
    return not all(one.status for one in found.inputs)


def find(given: Sequence[str], stdin: TextIO | None = None, out: Path | None = None) -> Found:
    """Return the videos that the arguments name.

    Args:
        given: files; folders, which are searched; patterns; ``@list.csv``, or any ``.csv``, with a
            column ``path``; another ``@list`` or ``-`` (standard input), with a path in each line.
            Paths in a list are relative to the list's folder.
        stdin: None: standard input of the process.
        out: the folder that the results go to.

    Raises:
        UserError: a list cannot be read, standard input is given twice, or ``out`` is a folder of
            images that is an input.
    """
    lists.check_once(given)
    finder = _Finder()
    for argument in given:
        finder.add(argument, stdin)
    if out and is_folder(out):
        _check_no_video(out, finder.inputs)
    return Found((*finder.inputs,), (*finder.remarks,), (*finder.columns,))


def _check_no_video(out: Path, inputs: Sequence[Input]) -> None:
    """Raise if the folder of the results is a folder of images that is analysed as one video.

    Results in it would change its hash, and it would be analysed again each time.
    """
    real = os.path.realpath(out)
    if any(not one.status and os.path.realpath(one.path) == real for one in inputs):
        raise UserError(
            f"--out: {out}: its images are analysed as one video; give a separate folder for the "
            "results"
        )


class _Finder:
    """Collects inputs."""

    def __init__(self) -> None:
        self.inputs: list[Input] = []
        self.remarks: list[str] = []
        self.columns: dict[str, None] = {}
        self._seen: dict[str, str] = {}  # real path -> path as first given

    def add(self, argument: str, stdin: TextIO | None) -> None:
        """Add the inputs of one argument."""
        there = os.path.lexists(argument) if _can_be_a_path(argument) else False
        if argument == STDIN:
            self._add_lines(lists.from_standard_input(stdin), Path(), "standard input")
        elif argument.startswith(LIST) and not there:
            self._add_list(Path(argument.removeprefix(LIST)))
        elif argument.lower().endswith(".csv") and not is_folder(argument):
            self._add_list(Path(argument))
        elif there or not glob.has_magic(argument):
            self._add_all(argument, self._of_path(argument))
        else:
            self._add_all(argument, self._of_pattern(argument))

    def _add_list(self, path: Path) -> None:
        if path.suffix.lower() == ".csv":
            table = lists.table(path)
            further = [str(name) for name in table.columns if name != COLUMN]
            self.columns |= dict.fromkeys(further)
            rows = zip(table.index, table.to_dict("records"), strict=True)
            self._add_rows(((f"row {number}", row) for number, row in rows), path.parent, str(path))
            return
        self._add_lines(lists.lines(path), path.parent, str(path))

    def _add_lines(self, lines: Sequence[str], folder: Path, where: str) -> None:
        rows = (
            (f"line {number}", {COLUMN: line.rstrip("\r")})
            for number, line in enumerate(lines, start=1)
        )
        self._add_rows(((at, row) for at, row in rows if row[COLUMN].strip()), folder, where)

    def _add_rows(
        self, rows: Iterable[tuple[str, Mapping[str, str]]], folder: Path, where: str
    ) -> None:
        twice, empty = [], True
        for at, row in rows:
            empty = False
            about = {name: value for name, value in row.items() if name != COLUMN}
            if not row[COLUMN]:
                reason = f"{where}, {at} names no path"
                self.inputs.append(Input(f"{where}, {at}", MISSING, reason, about))
                continue
            path = str(folder / row[COLUMN])
            new, old = self._unseen(self._of_path(path), about)
            self.inputs += new
            twice += [f"{at} ({shown(one)})" for one in old]
        if empty:
            self.inputs.append(Input(where, NO_VIDEO, "the list is empty"))
        if twice:
            self.remarks.append(f"{shown(where)}: named before, analysed once: {some(twice)}")

    def _add_all(self, argument: str, found: Iterable[Input]) -> None:
        new, old = self._unseen(found, {})
        self.inputs += new
        if old:
            names = "" if old == [argument] else f": {some([shown(one) for one in old])}"
            self.remarks.append(f"{shown(argument)}: named before, analysed once{names}")

    def _unseen(
        self, found: Iterable[Input], about: Mapping[str, str]
    ) -> tuple[list[Input], list[str]]:
        """Return the inputs that were not named before, with ``about``; and the paths that were."""
        new, old = [], []
        for one in found:
            there = one.status not in (MISSING, NO_VIDEO)
            real = os.path.realpath(one.path) if there else one.path
            if real in self._seen:
                old.append(one.path)
                continue
            self._seen[real] = one.path
            new.append(Input(one.path, one.status, one.reason, about))
        return new, old

    def _of_path(self, path: str) -> Iterator[Input]:
        if not _can_be_a_path(path):
            yield Input(path, MISSING, "no file can have this name")
        elif is_folder(path):
            yield from self._of_folder(path)
        else:  # a file with any name
            yield _of_file(path)

    def _of_folder(self, path: str) -> Iterator[Input]:
        held = search(Path(path))
        yield from map(_of_file, held.videos)
        if held.videos == [str(Path(path))]:
            self.remarks.append(f"{shown(path)}: {FRAMES}")
        yield from (_closed(*one) for one in held.closed)
        if not held.videos and not held.closed:
            yield Input(path, NO_VIDEO, _nothing(held))
        else:
            self._remark(path, held.others, held.results)

    def _of_pattern(self, pattern: str) -> Iterator[Input]:
        held = match(pattern)
        if held is None:
            yield Input(pattern, MISSING, "nothing matches this pattern")
            return
        found = [*map(_of_file, held.videos), *(_closed(*one) for one in held.closed)]
        yield from sorted(found, key=lambda one: natural(one.path))
        if found:
            self._remark(pattern, held.others, held.results)
        else:
            yield Input(pattern, NO_VIDEO, _nothing(held))

    def _remark(self, given: str, others: Sequence[str], results: Sequence[str]) -> None:
        if others:
            names = some([shown(Path(path).name) for path in others])
            do = "does" if len(others) == 1 else "do"
            self.remarks.append(
                f"{shown(given)}: {counted(len(others), 'file')} {do} not have the name of a "
                f"video: {names}"
            )
        for folder in results:
            self.remarks.append(f"{shown(folder)}: contains only results of an analysis")


def _of_file(path: str) -> Input:
    """Return the input of a file, a video or a still image, or of a folder of images.

    What is surely no video is known by its beginning, so no model is loaded for it.
    """
    try:
        kind = Path(path).stat().st_mode
        if stat.S_ISDIR(kind):
            return Input(path)
        if not stat.S_ISREG(kind):  # a pipe would be waited for
            return Input(path, UNREADABLE, "neither a file nor a folder")
        with Path(path).open("rb") as file:
            head = file.read(HEAD)
        reason = "" if stills.begins_like_one(head, path) else why_no_video(head)
        if stills.is_of_another_kind(head):
            reason = stills.OF_ANOTHER_KIND
    except FileNotFoundError:
        return Input(path, MISSING, "no such file")
    except OSError as error:
        return Input(path, UNREADABLE, error.strerror or str(error))
    return Input(path, UNREADABLE, reason) if reason else Input(path)


def _closed(folder: str, why: str) -> Input:
    return Input(folder, UNREADABLE, f"the folder cannot be read: {why}")


def _nothing(held: Held) -> str:
    """Return why there is no video in a folder, or among the matches of a pattern."""
    if held.results:
        return "it contains results of an analysis, and no video"
    if held.others:
        names = some([shown(Path(path).name) for path in held.others])
        if len(held.others) == 1:
            return f"its only file does not have the name of a video ({names})"
        return f"none of {len(held.others)} files has the name of a video ({names})"
    return "the folder is empty"


def _can_be_a_path(text: str) -> bool:
    try:
        os.lstat(text)
    except ValueError:  # a zero byte
        return False
    except OSError:
        pass
    return bool(text)
