"""The page: tables and pictures in one HTML file that needs no network and no script."""

import base64
import json
from itertools import groupby
from pathlib import Path
from typing import Any

from deepfake_attribution import paths
from deepfake_attribution.errors import UserError
from deepfake_attribution.report import wording
from deepfake_attribution.report.content import Run, sections

TEMPLATE = "page.html.j2"
# Sections of the list of pictures, in the order of the page, and their headings.
SECTIONS = {
    "faces": "Faces",
    "roc": "ROC curves",
    "maps": "Maps of the embeddings",
    "confusion": "Which class videos are given",
    "training": "Training",
}


def render(run: Run, pictures: Path) -> str:
    """Return the page: what must be known first, every section of `content`, the pictures.

    Args:
        run: what is reported on.
        pictures: folder of the pictures and their list.

    Raises:
        UserError: the list of pictures, or one of them, is not there.
    """
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    environment = Environment(
        loader=FileSystemLoader(Path(__file__).parent),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    return environment.get_template(TEMPLATE).render(
        remarks=run.remarks,
        said=[wording.reading(run.rate, run.degraded), wording.BESIDE],
        sections=sections(run),
        galleries=_galleries(pictures),
    )


def _galleries(folder: Path) -> list[dict[str, Any]]:
    """Return the pictures by section and group, each as a data URI; a group folds but its first."""
    listed = _list(folder)
    for picture in listed:
        picture["uri"] = _uri(folder / picture["file"]) if picture["file"] else ""
    galleries = []
    for name, heading in SECTIONS.items():
        own = [picture for picture in listed if picture["section"] == name]
        groups = [list(group) for _, group in groupby(own, key=lambda picture: picture["group"])]
        if own:
            galleries.append({"anchor": name, "heading": heading, "groups": groups})
    return galleries


def _list(folder: Path) -> list[dict[str, str]]:
    path = folder / paths.PICTURE_LIST
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise UserError(f"{path}: no such file; `dvc repro figures` makes it") from None
    except ValueError as error:
        raise UserError(
            f"{path}: not the list that the stage 'figures' writes ({error}): "
            "`dvc repro --force --single-item figures` makes it anew"
        ) from None


def _uri(path: Path) -> str:
    try:
        content = path.read_bytes()
    except FileNotFoundError:
        raise UserError(
            f"{path}: no such picture; `dvc repro --force --single-item figures` makes it anew"
        ) from None
    return "data:image/png;base64," + base64.b64encode(content).decode("ascii")
