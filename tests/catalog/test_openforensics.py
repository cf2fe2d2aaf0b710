import json
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest

from deepfake_attribution.catalog.listing import Listing
from deepfake_attribution.catalog.registry import list_videos
from deepfake_attribution.core import tables
from deepfake_attribution.core.errors import UserError
from deepfake_attribution.core.settings import Dataset
from deepfake_attribution.core.video import SCHEMA
from deepfake_attribution.frames.extraction import extract
from deepfake_attribution.frames.settings import Extract
from recipes import COMPUTE

PARTS = ("Train", "Val", "Test-Dev", "Test-Challenge")
# Of each picture its faces: forged or not, and left, top, width, height.
FACES = {
    "a.jpg": [(0, (5, 5, 40, 40)), (1, (60, 10, 20, 20)), (1, (60, 40, 10.5, 12))],
    "b.jpg": [(0, (5, 5, 10, 10)), (0, (60, 10, 20, 20))],
    "c.jpg": [],
}


def write(root: Path, *parts: str, images: str = "Images/{}") -> None:
    for part in parts:
        place = root / images.format(part)
        place.mkdir(parents=True)
        for name in FACES:
            cv2.imwrite(str(place / name), np.full((80, 100, 3), 90, np.uint8))
        (root / f"{part}_poly.json").write_text(json.dumps(content(part)))


def content(part: str) -> dict[str, Any]:
    names = [*FACES]
    return {
        "categories": [{"id": 0, "name": "Real"}, {"id": 1, "name": "Fake"}],
        "images": [
            {"id": number, "file_name": f"Images/{part}/{name}"}
            for number, name in enumerate(names)
        ],
        "annotations": [
            {"image_id": number, "category_id": kind, "bbox": box}
            for number, name in enumerate(names)
            for kind, box in FACES[name]
        ],
    }


def listing(root: Path, tests: tuple[str, ...] = ("Test-Dev",)) -> Listing:
    plain = {"adapter": "openforensics", "root": str(root), "tests": [*tests]}
    return list_videos("d", {"d": Dataset.model_validate(plain)})


def test_a_picture_is_as_its_forged_face_and_the_box_is_that_faces(tmp_path: Path) -> None:
    write(tmp_path, *PARTS)
    found = listing(tmp_path)
    videos = found.videos.set_index("video")
    assert [*videos.index] == [
        f"d/{attack}/released/{part}/{name}"
        for part in PARTS[:3]
        for attack, name in (("OpenForensics", "a"), ("real", "b"))
    ]
    assert [*found.videos["split"]] == ["train", "train", "val", "val", "test", "test"]
    assert [*found.videos["box"][:2]] == ["60 10 80 30", "60 10 80 30"]
    assert videos.loc["d/OpenForensics/released/Val/a", "path"] == "Images/Val/a.jpg"
    assert len(found.problems) == 3 and "1 without a face: c.jpg" in found.problems[0]
    assert "6 of 6 pictures show several faces: set crop.subject: marked" in found.notes[0]
    assert len(listing(tmp_path, PARTS[2:]).videos) == 8


@pytest.mark.parametrize("images", ["{0}", "{0}/{0}"])
def test_pictures_may_lie_elsewhere_and_parts_be_missing(tmp_path: Path, images: str) -> None:
    write(tmp_path, "Train", images=images)
    (tmp_path / images.format("Train") / "b.jpg").unlink()
    found = listing(tmp_path)
    assert [*found.videos["path"]] == [f"{images.format('Train')}/a.jpg"]
    lines = "\n".join(found.problems)
    assert "Train: 1 of 3 are missing: b.jpg" in lines and "no Val_poly.json" in lines


@pytest.mark.parametrize(
    "changed",
    [
        {"categories": [{"id": 0, "name": "Cat"}]},
        {"annotations": [{"image_id": 9, "category_id": 0, "bbox": [0, 0, 1, 1]}]},
        {"annotations": [{"image_id": 0, "category_id": 0, "bbox": [0, 0, 1]}]},
        {"images": None},
    ],
)
def test_a_list_of_another_form_is_refused(tmp_path: Path, changed: dict[str, Any]) -> None:
    write(tmp_path, "Train")
    path = tmp_path / "Train_poly.json"
    path.write_text(json.dumps(content("Train") | changed))
    with pytest.raises(UserError, match="not a list in COCO's form") as stop:
        listing(tmp_path)
    assert "\n" not in str(stop.value)
    path.write_text("[")
    with pytest.raises(UserError, match="not a list in COCO's form"):
        listing(tmp_path)
    path.unlink()
    with pytest.raises(UserError, match="no picture of OpenForensics"):
        listing(tmp_path)


def test_from_pictures_to_frames_with_their_boxes(tmp_path: Path) -> None:
    write(tmp_path, "Train")
    tables.write(listing(tmp_path).videos, tmp_path / "d.parquet", SCHEMA)
    settings = Extract(frames=4, format="png", quality=95, max_failed=0.0, max_seconds=60.0)
    compute = COMPUTE.model_copy(update={"workers": 1})
    extract(tmp_path / "d.parquet", tmp_path, settings, compute, tmp_path / "w", tmp_path / "f")
    rows = tables.read_rows(tmp_path / "f/index.parquet")
    assert [(row["frame"], row["status"], row["marked_by"]) for row in rows] == [
        (0, "ok", "box")
    ] * 2
    assert [row["marked"] for row in rows] == [[60, 10, 80, 30]] * 2
