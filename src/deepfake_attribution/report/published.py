"""Published figures and how they were made: the files ``protocols/*.yaml``.

Figures are in percent, as printed. Positive is real, as everywhere (`metrics`). Numbers of videos
may be derived (``decoded``); docs/protocol.md has the arithmetic of those.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field, ValidationError, model_validator

from deepfake_attribution.core.errors import UserError
from deepfake_attribution.core.params import Strict, describe, read

FOLDER = Path("protocols")
MEASURES = ("auc", "fnr", "fpr", "hter")
Percent = Annotated[float, Field(ge=0, le=100)]
Count = Annotated[int, Field(ge=0)]


class Videos(Strict):
    """How many test videos a database has."""

    real: Annotated[int, Field(ge=1)]
    fake: Annotated[int, Field(ge=1)]


class Database(Strict):
    """A test database of a publication; null: not stated.

    Attributes:
        compression: of its videos, as in our tables (``c23``, ``raw``, ``released``).
        attacks: the attacks that it joins, by our names; a single one is compared with the
            figures of this attack alone. Null also if it always has the same ones.
        videos: numbers of test videos.
    """

    compression: str | None
    attacks: list[str] | None
    videos: Videos | None


class Cell(Strict):
    """The figures of a method on a database, percent; what is not printed is left out.

    Attributes:
        auc: area under the ROC curve.
        fnr: reals called fake.
        fpr: fakes called real.
        hter: mean of the two.
        k_fnr: how many reals were called fake.
        k_fpr: how many fakes were called real.
    """

    auc: Percent | None = None
    fnr: Percent | None = None
    fpr: Percent | None = None
    hter: Percent | None = None
    k_fnr: Count | None = None
    k_fpr: Count | None = None


class Method(Strict):
    """A method of a publication: which of our approaches it is, and its figures by database."""

    ours: list[str]
    figures: dict[str, Cell]


class Table(Strict):
    """Databases that are shown together."""

    title: str
    databases: Annotated[list[str], Field(min_length=1)]


class Protocol(Strict):
    """A file of ``protocols/``; null: not stated.

    Attributes:
        source: who published the figures, and where.
        level: whether a score is of a video or of a frame.
        frames: taken of each video.
        validation_fpr: share of validation fakes that the threshold lets pass.
        trained_on: databases, by the names that the file gives them.
        training_compression: of these.
        preprocessing: how faces were found and cut out.
        decoded: whether counts and numbers of videos are derived from the percentages.
        decimals: of the percentages.
        notes: sentences that the report prints with the figures.
        tables: every database is in one of them.
        databases: by name.
        methods: by name.
    """

    source: str
    level: Literal["video", "frame"]
    frames: Annotated[int, Field(ge=1)] | None
    validation_fpr: Annotated[float, Field(gt=0, lt=1)] | None
    trained_on: Annotated[list[str], Field(min_length=1)]
    training_compression: str | None
    preprocessing: str
    decoded: bool
    decimals: Annotated[int, Field(ge=1, le=2)]
    notes: list[str]
    tables: Annotated[list[Table], Field(min_length=1)]
    databases: dict[str, Database]
    methods: Annotated[dict[str, Method], Field(min_length=1)]

    @model_validator(mode="after")
    def _consistent(self) -> "Protocol":
        shown = [name for table in self.tables for name in table.databases]
        if sorted(shown) != sorted(self.databases):
            raise ValueError("expected every one of its databases in exactly one of its tables")
        named = [name for method in self.methods.values() for name in method.ours]
        if len(set(named)) < len(named):
            raise ValueError("expected each of our approaches under one of its methods at most")
        for method, own in self.methods.items():
            for database, cell in own.figures.items():
                if database not in self.databases:
                    raise ValueError(f"methods.{method}: '{database}' is none of its databases")
                counted = cell.k_fnr is not None or cell.k_fpr is not None
                if counted and self.databases[database].videos is None:
                    raise ValueError(f"methods.{method}: {database} has counts, but no videos")
        return self

    @property
    def measures(self) -> list[str]:
        """Return the measures that it prints for at least one method."""
        cells = [cell for method in self.methods.values() for cell in method.figures.values()]
        return [name for name in MEASURES if any(getattr(cell, name) is not None for cell in cells)]

    def method_of(self, approach: str) -> str | None:
        """Return the method that our ``approach`` is, or None."""
        return next((name for name, own in self.methods.items() if approach in own.ours), None)

    def cell(self, method: str | None, database: str) -> Cell | None:
        """Return the figures of a method on a database, or None."""
        return self.methods[method].figures.get(database) if method else None


@dataclass(frozen=True)
class Publication:
    """What results are compared with: ``databases.published`` with the files that it names.

    Attributes:
        name: of the file, without its ending.
        protocol: its content.
        rows: database of the protocol -> our row (dataset or family).
    """

    name: str
    protocol: Protocol
    rows: Mapping[str, str]

    def row_of(self, database: str) -> str | None:
        """Return our row that is compared with ``database``, or None."""
        return self.rows.get(database)


def names(folder: Path = FOLDER) -> list[str]:
    """Return the names of all protocols."""
    return sorted(path.stem for path in folder.glob("*.yaml"))


def protocol(name: str, folder: Path = FOLDER) -> Protocol:
    """Return the protocol ``name``.

    Raises:
        UserError: there is no such file, or it is wrong; a line for each mistake.
    """
    path = folder / f"{name}.yaml"
    if not path.is_file():
        known = ", ".join(names(folder)) or f"none: is there a folder {folder}/ here?"
        raise UserError(f"no protocol '{name}'; there are: {known}")
    content = read(path)
    try:
        return Protocol.model_validate(content)
    except ValidationError as error:
        lines = [_line(line) for line in describe(error, {"": content}, "", Protocol)]
    raise UserError(*(f"{path}: {line}" for line in lines))


def named(
    published: Mapping[str, Mapping[str, str]], folder: Path = FOLDER
) -> Sequence[Publication]:
    """Return what section ``databases`` of params.yaml names as ``published``.

    Raises:
        UserError: as `protocol`.
    """
    return [
        Publication(name, protocol(name, folder), rows) for name, rows in published.items() if rows
    ]


def _line(line: str) -> str:
    """Return a mistake without the whole file, which the check of the whole file repeats."""
    key, found, reason = line.removeprefix(".").partition(" is not allowed: ")
    return reason if found and key.startswith(": ") else line.removeprefix(".")
