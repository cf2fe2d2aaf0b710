"""The results folder of an analysis: a page per video while it runs, then tables and the list.

Pages, documents for an examiner's file (`examination`) and the journal are written as videos are
finished, the rest when the analysis ends or is stopped. Every file is complete or does not exist.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from deepfake_attribution.analyse.bundle.loaded import Bundle
from deepfake_attribution.analyse.examination import writing
from deepfake_attribution.analyse.files import csv_text, json_line
from deepfake_attribution.analyse.inputs import Found, Input
from deepfake_attribution.analyse.journal import Journal, made_by
from deepfake_attribution.analyse.names import page_name
from deepfake_attribution.analyse.options import Options
from deepfake_attribution.analyse.pages import pictures
from deepfake_attribution.analyse.places import is_file, usable
from deepfake_attribution.analyse.result_files import (
    DOCUMENTS,
    FACES,
    LINES,
    MARK,
    OWN,
    PAGE,
    PAGES,
    TABLE,
)
from deepfake_attribution.analyse.results import VideoResult
from deepfake_attribution.core.durable import claim, discard, put, write
from deepfake_attribution.core.errors import UserError, naming

if TYPE_CHECKING:  # it loads the pictures' library, which only pages need
    from deepfake_attribution.analyse.pages.pages import Pages, Row


@dataclass
class ResultsFolder:
    """The results in one folder; `opened` returns one.

    Attributes:
        path: of the folder.
        bundle: the model.
        pages: writes its pages.
        crops: whether faces are stored.
        journal: the finished videos.
    """

    path: Path
    bundle: Bundle
    pages: "Pages"
    crops: bool
    journal: Journal

    def holds(self, path: str) -> bool:
        """Return whether a video is finished, and has not changed since."""
        if not self.journal.holds(path):
            return False
        return (self.path / _page(path)).exists() and writing.are_there(self._document(path))

    def kept(self, path: str) -> VideoResult:
        """Return the result of a finished video, without crops."""
        return self.journal.find(path)

    def add(self, result: VideoResult, seen: tuple[int, int]) -> None:
        """Write the page and the document of a video and store its result permanently.

        Args:
            result: with crops.
            seen: `fingerprint.stamp` of the video, from before it was analysed.

        Raises:
            UserError: the folder was removed since it was opened.
        """
        self.journal.check_is_there()
        face = pictures.face(result) if self.crops else None
        if face is not None:
            write(face, self.path / _face(result.path))
        page = self.pages.video(result, back=f"../{PAGE}")
        write(page.encode("utf-8"), self.path / _page(result.path))
        writing.write_all(result, self.bundle, self._document(result.path), self.crops)
        self.journal.add(result, seen)

    def finish(
        self, done: Sequence[tuple[Input, VideoResult]], found: Found, notes: Sequence[str]
    ) -> None:
        """Write the tables, the list, and documents of files that are no video.

        Args:
            done: inputs with their results, without crops and frames; in their order.
            found: all inputs.
            notes: lines above the list.

        Raises:
            UserError: the folder was removed since it was opened.
        """
        self.journal.check_is_there()
        self._write_lines(done)
        for one, result in done:
            if one.status and is_file(result.path):
                writing.write_all(result, self.bundle, self._document(result.path), self.crops)
        rows = ((result, one.about) for one, result in done)
        table = csv_text(rows, self.bundle.record.every_class, found.columns)
        write(table.encode("utf-8", "surrogateescape"), self.path / TABLE)
        listed = [row for one, result in done for row in self._rows(one, result)]
        page = self.pages.listing(listed, notes, found.remarks)
        write(page.encode("utf-8"), self.path / PAGE)

    def _write_lines(self, done: Sequence[tuple[Input, VideoResult]]) -> None:
        temporary = self.path / f".{LINES}.tmp"
        with naming(temporary), temporary.open("w", encoding="ascii") as file:
            for one, result in done:
                file.write(self.line(one, result) + "\n")
        put(temporary, self.path / LINES)

    def line(self, one: Input, result: VideoResult) -> str:
        """Return the result of an input as a line of JSON."""
        return json_line(result) if one.status else self.journal.line(result.path)

    def _rows(self, one: Input, result: VideoResult) -> "Iterator[Row]":
        from deepfake_attribution.analyse.pages.pages import Row

        page = "" if one.status else _page(result.path)
        document = f"{DOCUMENTS}/{page_name(result.path)}"
        if not writing.are_there(self.path / document):
            document = ""  # there was no such file
        for person in result.people or (result.video,):
            decides = person.person == result.video.person
            face = _face(result.path)
            there = decides and not one.status and (self.path / face).exists()
            yield Row(result, person, page, face if there else "", document)

    def _document(self, path: str) -> Path:
        """Return where the files of a document are, without suffix."""
        return self.path / DOCUMENTS / page_name(path)


@contextmanager
def opened(
    path: Path, bundle: Bundle, options: Options, crops: bool, fresh: bool
) -> Iterator[ResultsFolder]:
    """Return the folder of results at ``path``, for this process alone.

    Args:
        path: created if it does not exist.
        bundle: the model.
        options: how videos are analysed.
        crops: whether faces are stored.
        fresh: discard existing results.

    Raises:
        UserError: the path cannot exist, it contains other files, another process uses it, or its
            results were made with a different model, options or program.
    """
    from deepfake_attribution.analyse.pages.pages import Pages

    with usable(path, "--out"):
        _check_ours(path)
        path.mkdir(parents=True, exist_ok=True)
    with claim(path / MARK.removeprefix("."), shown=path):
        made = made_by(bundle, options, crops)
        if fresh:
            _clear(path)
        there = (path / MARK).exists()
        journal = Journal.go_on(path / MARK, made) if there else Journal.begin(path / MARK, made)
        try:
            yield ResultsFolder(path, bundle, Pages(bundle, crops), crops, journal)
        finally:
            journal.close()


def _check_ours(path: Path) -> None:
    if path.exists() and not path.is_dir():
        raise UserError(f"--out: {path}: a file; give a folder for the results")
    foreign = [name for name in OWN if (path / name).exists()]
    if foreign and not (path / MARK).exists():
        raise UserError(
            f"--out: {path}: contains {', '.join(foreign)}, which no analysis wrote; give a "
            "separate folder for the results"
        )


def _clear(path: Path) -> None:
    """Remove the files of an analysis; the journal last, because it marks them as such."""
    for name in (PAGES, FACES, DOCUMENTS):
        discard(path / name)
    for name in (PAGE, LINES, TABLE, MARK):
        (path / name).unlink(missing_ok=True)


def _page(path: str) -> str:
    return f"{PAGES}/{page_name(path)}.html"


def _face(path: str) -> str:
    return f"{FACES}/{page_name(path)}.jpg"
