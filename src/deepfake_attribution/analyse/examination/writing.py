"""Writes the document of a video: PDF, HTML and JSON beside each other."""

import json
from collections.abc import Iterator
from pathlib import Path

from deepfake_attribution.analyse import words
from deepfake_attribution.analyse.bundle.loaded import Bundle
from deepfake_attribution.analyse.examination.content import Examination
from deepfake_attribution.analyse.examination.gathering import examination
from deepfake_attribution.analyse.examination.page import page
from deepfake_attribution.analyse.examination.sheet import Sheet, sheet
from deepfake_attribution.analyse.results import VideoResult
from deepfake_attribution.core.durable import write

PDF, HTML, JSON = ".pdf", ".html", ".json"
SUFFIXES = (PDF, HTML, JSON)


def text(content: Examination) -> str:
    """Return a document's content as JSON, which `schema` describes."""
    return json.dumps(content.model_dump(mode="json"), indent=1, ensure_ascii=True) + "\n"


def as_pdf(shown: Sheet) -> bytes:
    """Return the document as PDF."""
    from deepfake_attribution.analyse.examination.pdf import pdf  # loads its library

    return pdf(shown)


def documents(
    result: VideoResult, bundle: Bundle, name: str, pictures: bool = True
) -> Iterator[tuple[str, bytes]]:
    """Yield the suffix and the content of each file of the document of a video.

    Args:
        result: with crops and pictures of frames.
        bundle: the model.
        name: of the files, without suffix.
        pictures: whether faces are shown.
    """
    content = examination(result, bundle)
    banner = words.banner(bundle.record)
    shown = sheet(content, result, banner, f"{name}{JSON}", pictures)
    for suffix in SUFFIXES:
        yield suffix, _file(content, shown, suffix)


def one(result: VideoResult, bundle: Bundle, name: str, suffix: str) -> bytes:
    """Return one file of the document of a video, with pictures; see `documents`."""
    content = examination(result, bundle)
    banner = words.banner(bundle.record)
    return _file(content, sheet(content, result, banner, f"{name}{JSON}"), suffix)


def _file(content: Examination, shown: Sheet, suffix: str) -> bytes:
    if suffix == JSON:
        return text(content).encode("ascii")
    return page(shown).encode("utf-8") if suffix == HTML else as_pdf(shown)


def write_all(result: VideoResult, bundle: Bundle, start: Path, pictures: bool = True) -> None:
    """Write the document of a video; each file is complete or does not exist.

    Args:
        result, bundle, pictures: as for `documents`.
        start: path of the files without suffix.
    """
    for suffix, content in documents(result, bundle, start.name, pictures):
        write(content, start.with_name(start.name + suffix))


def are_there(start: Path) -> bool:
    """Return whether all files of a document exist."""
    return all(start.with_name(start.name + suffix).exists() for suffix in SUFFIXES)
