"""The files beside the page that a reader may take along: tables, and pictures for a paper."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from deepfake_attribution.core import paths

TABLES = {
    "results.md": "the tables of this page in Markdown",
    "results.tex": "the tables of figures in LaTeX",
    "figures.csv": "every figure of every approach, attack, level and training seed",
    "confusion.csv": "who is taken for whom: every count",
    "differences.csv": "every two approaches on every database: difference, interval, p",
    "published.csv": "ours beside the published figures",
}
TABLE_TYPES = (".csv", ".md", ".tex")
KINDS = {"maps": "map", "confusion": "who is taken for whom"}  # sections whose titles do not say it


@dataclass(frozen=True)
class File:
    """A file to take along.

    Attributes:
        link: relative to the page.
        about: what it is, in a few words; or nothing.
    """

    link: str
    about: str = ""


@dataclass(frozen=True)
class Downloads:
    """Tables, and pictures as PDF."""

    tables: list[File]
    pictures: list[File]


def found(pictures: Path, listed: Iterable[Mapping[str, Any]]) -> Downloads:
    """Return the files that are there, the well-known tables first, pictures in their order.

    Args:
        pictures: their folder, beside the page; that of the tables is its neighbour.
        listed: entries of the list of pictures: ``section``, ``title``, and ``file``, its PNG.
    """
    folder = pictures.with_name(paths.report_tables().name)
    names = {path.name for path in _files(folder) if path.suffix in TABLE_TYPES}
    known = [name for name in TABLES if name in names]
    tables = [
        File(f"{folder.name}/{name}", TABLES.get(name, ""))
        for name in [*known, *sorted(names - set(known))]
    ]
    titles = {
        Path(entry["file"]).with_suffix(".pdf").name: _about(entry)
        for entry in listed
        if entry["file"]
    }
    vectors = {path.name for path in _files(pictures) if path.suffix == ".pdf"}
    ordered = [name for name in titles if name in vectors]
    shown = [*ordered, *sorted(vectors - set(ordered))]
    return Downloads(
        tables, [File(f"{pictures.name}/{name}", titles.get(name, "")) for name in shown]
    )


def _files(folder: Path) -> list[Path]:
    return [path for path in folder.iterdir() if path.is_file()] if folder.is_dir() else []


def _about(entry: Mapping[str, Any]) -> str:
    kind = KINDS.get(entry["section"], "")
    return f"{kind}: {entry['title']}" if kind else str(entry["title"])
