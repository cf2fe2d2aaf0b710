"""The part of the page with the interactive maps: its data, thumbnails, scripts and styles."""

import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pandas as pd

from deepfake_attribution.core import paths, tables
from deepfake_attribution.core.durable import write as write_file
from deepfake_attribution.core.errors import UserError
from deepfake_attribution.figures.predictions import approach_of
from deepfake_attribution.figures.style import Classes
from deepfake_attribution.heads.registry import about as about_head
from deepfake_attribution.heads.registry import chosen
from deepfake_attribution.report.page import (
    assets,
    map_data,
    map_evidence,
    picture_list,
    script_data,
    sprites,
)

HERE = Path(__file__).parent
TEMPLATE = "map.html.j2"  # takes what `write` returns as `map`
# In this order, after page.js and plotly: each may use what those before it define.
SCRIPTS = (
    *("map-data.js", "map-address.js", "map-faces.js", "map-filters.js", "map-pan.js"),
    *("map-plot.js", "map-card.js", "map-panel.js", "map-find.js", "map-compact.js", "map.js"),
)
CROPS = "map-crops"  # what all maps share


def write(
    folder: Path,
    pictures: Path,
    classes: Classes,
    seed: int,
    evidence: Sequence[dict[str, Any]] = (),
) -> dict[str, Any]:
    """Write what the maps need into ``folder`` and return what `TEMPLATE` takes as ``map``.

    Files: scripts and styles, ``data/map-crops.js``, ``data/map-HEAD-NAME.js`` for each map,
    ``sprites/HASH.jpg``, ``evidence/HASH.jpg``. The page itself lies beside ``folder``, and loads
    data and pictures when they are first looked at.

    Args:
        folder: reports/page.
        pictures: folder of the pictures and their list.
        classes: their order, colours and markers.
        seed: the training seed that the maps are of.
        evidence: pictures of evidence maps, rows of `evidence_maps.files.DRAWN`.

    Returns:
        ``styles`` and ``scripts`` (names of files in ``folder``, scripts to be loaded in this
        order), ``crops`` and ``maps`` (see `_entry`), ``absent`` (title and reason of each map
        that could not be made).

    Raises:
        UserError: a table or a picture's entry is missing, or a crop is not where it should be.
    """
    for name in (*assets.MAP_STYLES, *SCRIPTS):
        write_file((HERE / name).read_bytes(), folder / name)
    found, absent = _maps(pictures)
    for old in (folder / "data").glob("map-*.js"):
        old.unlink()
    entries = []
    if found:
        crops = map_data.crops_of([points for _, _, points, _ in found])
        sheets = sprites.write_sheets(crops.rows, folder / "sprites")
        _put(folder, CROPS, map_data.packed_crops(crops, sheets, classes))
        for head, about, points, picture in found:
            packed = map_data.packed_map(head, about, points, crops, classes, seed)
            approach = approach_of(about_head(head).title, about["predictions"])
            videos = crops.videos["video"]
            packed["evidence"] = map_evidence.packed(
                approach, evidence, videos, folder / "evidence"
            )
            entry = _entry(head, about, picture, folder, pictures)
            _put(folder, entry["name"], packed)
            entries.append(entry)
    return {
        "styles": list(assets.MAP_STYLES),
        "scripts": list(SCRIPTS),
        "crops": CROPS,
        "sprites": f"{folder.name}/sprites/",
        "maps": entries,
        "absent": absent,
    }


def _entry(
    head: str, about: dict[str, Any], picture: dict[str, str], folder: Path, pictures: Path
) -> dict[str, str]:
    """Return a map as the page lists it; addresses are relative to the page."""
    name = f"map-{head}-{about['map']}"
    return {
        "id": f"{head}/{about['map']}",  # in links
        "group": picture["group"],
        "label": f"{approach_of(about_head(head).title, about['predictions'])}: {_label(about)}",
        "title": picture["title"],
        "caption": picture["caption"],
        "name": name,
        "picture": Path(os.path.relpath(pictures / picture["file"], folder.parent)).as_posix(),
    }


def _label(about: dict[str, Any]) -> str:
    names = list(about["datasets"])
    return names[0] if len(names) == 1 else f"all trained on ({', '.join(names)})"


def _put(folder: Path, name: str, value: dict[str, Any]) -> None:
    write_file(script_data.script(name, value), folder / "data" / f"{name}.js")


Found = list[tuple[str, dict[str, Any], pd.DataFrame, dict[str, str]]]


def _maps(pictures: Path) -> tuple[Found, list[dict[str, str]]]:
    """Return every map (head, about, points, picture), and title and reason of those not made."""
    listed = [entry for entry in picture_list.read(pictures) if entry["section"] == "maps"]
    found: Found = []
    for head in chosen():
        points = tables.read(paths.map_points(head))
        for about in tables.read_rows(paths.maps(head)):
            if about["reason"]:
                continue
            file = f"tsne-{head}-{about['map']}.png"
            picture = next((each for each in listed if each["file"] == file), None)
            if picture is None:
                raise UserError(
                    f"{pictures / paths.PICTURE_LIST}: does not list {file}; "
                    "`dvc repro --force --single-item figures` makes it anew"
                )
            own = points[points["map"] == about["map"]].reset_index(drop=True)
            found.append((head, about, own, picture))
    absent = [
        {"title": each["title"], "caption": each["caption"]} for each in listed if not each["file"]
    ]
    return found, absent
