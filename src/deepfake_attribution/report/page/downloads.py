"""The files next to the page that can be downloaded: tables, and pictures for a paper."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from deepfake_attribution.core import paths
from deepfake_attribution.report.page.fallbacks import Picture

TABLES = {
    "results.md": "the tables of this page in Markdown",
    "results.tex": "the tables of figures in LaTeX",
    "figures.csv": "every figure of every approach, attack, level and training seed",
    "further_thresholds.csv": "error rates at each threshold: validation's, adapted, oracle's",
    "confusion.csv": "confusion of classes: every count",
    "likelihood.csv": "Cllr, its loss and misleading evidence of each approach, with intervals",
    "evidence_maps.csv": "how far evidence maps lie inside what was changed, with intervals",
    "robustness.csv": "AUC, FNR and FPR of damaged videos, and their changes, with intervals",
    "differences.csv": "every two approaches on every database: difference, interval, p",
    "strengths.csv": "AUC and FPR of each third of the attacks' strengths, with intervals",
    "published.csv": "ours next to the published figures",
}
TABLE_TYPES = (".csv", ".md", ".tex")
KINDS = {"maps": "map", "confusion": "confusion matrix"}  # for sections with titles that omit it


@dataclass(frozen=True)
class File:
    """A file to download.

    Attributes:
        link: relative to the page.
        about: a few words about it; or empty.
    """

    link: str
    about: str = ""


@dataclass(frozen=True)
class Downloads:
    """Tables, and pictures as PDF."""

    tables: list[File]
    pictures: list[File]


def found(
    pictures: Path,
    listed: Iterable[Mapping[str, Any]],
    further: Mapping[str, Iterable[Picture]] | None = None,
) -> Downloads:
    """Return the files that exist: the tables of `TABLES` first, pictures in their order.

    Args:
        pictures: their folder, next to the page and to the folder of tables.
        listed: entries of the list of pictures: ``section``, ``title``, and ``file``, its PNG.
        further: pictures that the page itself has; their PDF files come first.
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
    own = [one for several in (further or {}).values() for one in several if one.pdf]
    return Downloads(
        tables,
        [
            *(File(one.pdf, one.title) for one in own),
            *(File(f"{pictures.name}/{name}", titles.get(name, "")) for name in shown),
        ],
    )


def _files(folder: Path) -> list[Path]:
    return [path for path in folder.iterdir() if path.is_file()] if folder.is_dir() else []


def _about(entry: Mapping[str, Any]) -> str:
    kind = KINDS.get(entry["section"], "")
    return f"{kind}: {entry['title']}" if kind else str(entry["title"])
