"""The page: tables and pictures in one HTML file that needs no network and no script."""

import base64
import json
from collections.abc import Sequence
from itertools import groupby
from pathlib import Path
from typing import Any

import pandas as pd

from deepfake_attribution import paths
from deepfake_attribution.errors import UserError
from deepfake_attribution.report import results, wording
from deepfake_attribution.report.wording import Remark

TEMPLATE = "page.html.j2"
# Sections of the list of pictures, in the order of the page, and their headings.
SECTIONS = {
    "faces": "Faces",
    "roc": "ROC curves",
    "maps": "Maps of the embeddings",
    "confusion": "Which class videos are given",
    "training": "Training",
}


def render(
    figures: pd.DataFrame,
    accuracy: pd.DataFrame,
    training: Sequence[str],
    remarks: Sequence[Remark],
    rate: float,
    pictures: Path,
) -> str:
    """Return the page.

    Args:
        figures: `results.collect` ("figures").
        accuracy: `results.collect` ("accuracy").
        training: datasets of the superset.
        remarks: what stands at the top.
        rate: share of validation fakes that the threshold lets pass.
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
    databases = list(figures["database"].unique())
    return environment.get_template(TEMPLATE).render(
        remarks=remarks,
        reading=wording.reading(rate),
        own_class=wording.OWN_CLASS,
        parts=_parts(figures, training),
        counts=results.counts(figures, databases),
        attacks=results.by_attack(figures, databases).fillna("-"),
        accuracy=results.accuracies(accuracy).fillna("-"),
        thresholds=results.thresholds(figures),
        sections=_sections(pictures),
    )


def _parts(figures: pd.DataFrame, training: Sequence[str]) -> list[dict[str, Any]]:
    """Return the tables of figures: title, anchor, and the table of each level."""
    seen, others = results.parted(figures, training)
    parts = [(wording.TRAINED, "trained", seen), (wording.OTHERS, "others", others)]
    return [
        {
            "title": title,
            "anchor": anchor,
            "levels": [_level(figures, names, level) for level in ("video", "frame")],
        }
        for title, anchor, names in parts
        if names
    ]


def _level(figures: pd.DataFrame, databases: Sequence[str], level: str) -> dict[str, Any]:
    sizes = {name: results.size(figures, name, level) for name in databases}
    return {"name": level, "table": results.by_measure(figures, databases, level), "sizes": sizes}


def _sections(folder: Path) -> list[dict[str, Any]]:
    """Return the pictures by section and group, each as a data URI; a group folds but its first."""
    listed = _list(folder)
    for picture in listed:
        picture["uri"] = _uri(folder / picture["file"]) if picture["file"] else ""
    sections = []
    for name, heading in SECTIONS.items():
        own = [picture for picture in listed if picture["section"] == name]
        groups = [list(group) for _, group in groupby(own, key=lambda picture: picture["group"])]
        if own:
            sections.append({"anchor": name, "heading": heading, "groups": groups})
    return sections


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
