"""Frames without a face: how many, why, and the crops to look at first."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import cv2
import pandas as pd

from deepfake_attribution.core import images, paths, tables
from deepfake_attribution.core.durable import write
from deepfake_attribution.core.errors import UserError
from deepfake_attribution.report.content import Part, Section, Table

WIDTH = 1200  # pixels of a sheet on the page at most
QUALITY = 80
COUNTS = {
    "videos": "videos",
    "videos_without_face": "without any face",
    "frames": "frames asked for",
    "with_face": "with a face",
    "without_face": "without a face",
    "not_read": "not read",
    "several_faces": "with several faces",
    "jumps": "jumps of the face",
}


@dataclass(frozen=True)
class Sheet:
    """The doubtful crops of a dataset, as a picture of the page.

    Attributes:
        dataset: its name.
        file: relative to the page.
        width, height: pixels.
    """

    dataset: str
    file: str
    width: int
    height: int


def section(datasets: Sequence[str]) -> Section:
    """Return counts of frames with and without a face, and the reasons, of all datasets.

    Raises:
        UserError: a dataset's faces have no report or no index.
    """
    counts = pd.DataFrame([_counts(name) for name in datasets])
    reasons = pd.concat([_reasons(name) for name in datasets], ignore_index=True)
    text = [
        "A frame without a face has no score. A video without any face has no score either; the "
        "coverage next to every figure is the share of videos with a score."
    ]
    tables_ = [Table("", counts), Table("Why frames have no crop", reasons)]
    return Section("Frames without a face", "no-face", text, [Part("", tables_)])


def sheets(datasets: Sequence[str], page: Path) -> list[Sheet]:
    """Write the sheets of doubtful crops as JPEG below the page's folder and return them.

    Args:
        datasets: names; the sheet of the n-th is numbered n.
        page: the folder of the page's files; the page itself is next to it.
    """
    made = []
    for number, name in enumerate(datasets):
        picture = cv2.imread(str(paths.faces(name) / "doubtful.png"))
        if picture is None:
            continue  # no crop of this dataset is doubtful, so there is no sheet
        share = min(1.0, WIDTH / picture.shape[1])
        small = cv2.resize(picture, None, fx=share, fy=share, interpolation=cv2.INTER_AREA)
        content = images.encode(cv2.cvtColor(small, cv2.COLOR_BGR2RGB), "jpeg", QUALITY)
        file = page / "sheets" / f"doubtful-{number}.jpg"
        write(content, file)
        height, width = small.shape[:2]
        made.append(Sheet(name, f"{page.name}/sheets/{file.name}", width, height))
    return made


def _counts(dataset: str) -> dict[str, object]:
    path = paths.faces(dataset) / "report.json"
    try:
        report = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise UserError(f"{path}: no such file; `dvc repro crop@{dataset}` makes it") from None
    except ValueError as error:
        raise UserError(
            f"{path}: damaged ({error}): `dvc repro --force --single-item crop@{dataset}` makes it "
            "anew"
        ) from None
    return {"dataset": dataset} | {title: report[name] for name, title in COUNTS.items()}


def _reasons(dataset: str) -> pd.DataFrame:
    """Return ``dataset``, ``status``, ``reason``, ``frames``: the most frequent first."""
    columns = ["video", "slot", "person", "status", "reason"]
    rows = tables.read(paths.index(paths.faces(dataset)), columns)
    seen = rows.loc[rows["status"] == "ok", ["video", "slot"]].drop_duplicates()
    asked = rows[rows["person"] == 0].merge(seen, how="left", indicator="with")
    without = asked[asked["with"] == "left_only"].fillna({"reason": ""})
    found = without.groupby(["status", "reason"]).size().reset_index(name="frames")
    found = found.sort_values(["frames", "status", "reason"], ascending=[False, True, True])
    return found.assign(dataset=dataset)[["dataset", "status", "reason", "frames"]]
