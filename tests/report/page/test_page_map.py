"""The data and thumbnails of the interactive maps."""

import base64
import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import map_project
from chosen_heads import write_heads
from deepfake_attribution.core import images, paths, tables
from deepfake_attribution.core.errors import UserError
from deepfake_attribution.figures import style
from deepfake_attribution.report.page import map_columns, map_part, map_symbols, sprites


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    write_heads()
    map_project.build(40)
    return tmp_path


def write() -> dict[str, Any]:
    return map_part.write(paths.REPORTS / "page", paths.pictures(), map_project.CLASSES, 1)


def put(name: str) -> dict[str, Any]:
    text = (paths.REPORTS / "page" / "data" / f"{name}.js").read_text()
    head, tail = f'window.page.put("{name}",', ");\n"
    assert text.startswith(head) and text.endswith(tail)
    return json.loads(text[len(head) : -len(tail)])


def unpacked(column: dict[str, str]) -> np.ndarray:
    kinds = {name: kind for kind, name in map_columns.KINDS.items()}
    return np.frombuffer(base64.b64decode(column["bytes"]), f"<{kinds[column['kind']]}")


def test_points_have_their_place_class_score_and_neighbours(project: Path) -> None:
    write()
    made, crops = put("map-arcface-combined"), put("map-crops")
    expected = map_project.points(40)
    videos = np.array(crops["videos"])[unpacked(crops["video"])]
    crop = unpacked(made["crop"])
    assert (videos[crop] == expected["video"]).all()
    assert (unpacked(crops["slot"])[crop] == expected["slot"]).all()
    assert (unpacked(crops["frame"])[crop] == 8 * expected["slot"]).all()
    place = made["x"]["from"] + unpacked(made["x"]["steps"]) * made["x"]["step"]
    assert np.abs(place - expected["x"]).max() <= made["x"]["step"]
    names = [each["name"] for each in made["predictions"]]
    assert (np.array(names)[unpacked(made["predicted"])] == expected["predicted"]).all()
    score = map_project.score(expected)
    score[0] = np.nan
    np.testing.assert_allclose(unpacked(made["score"]), score, rtol=1e-6)
    assert made["threshold"] == 0.5 and made["by"] == "class"
    said = np.where(np.isnan(score), 2, score > 0.5)
    assert (unpacked(made["above"]) == said).all()
    assert unpacked(made["near"]).tolist() == np.concatenate([*expected["neighbours"]]).tolist()
    assert (unpacked(made["near_count"]) == 3).all()


def test_map_of_binary_goes_by_its_threshold(project: Path) -> None:
    write()
    made = put("map-binary-combined")
    assert made["by"] == "threshold"
    names = [each["name"] for each in made["predictions"]]
    assert sorted(names) == ["fake", "real"]


def test_choice_names_the_classifier_that_colours_the_map(project: Path) -> None:
    labels = [each["label"] for each in write()["maps"]]
    pooled = "all trained on (one, two)"
    assert labels == [
        *(f"Binary: {pooled}", f"Attribution: {pooled}"),
        *(f"TripletLoss-NN: {pooled}", f"ArcFaceMod-NN: {pooled}"),
    ]


def test_each_crop_lies_once_on_a_sheet_where_its_number_says(project: Path) -> None:
    write()
    crops = put("map-crops")
    sheets = [
        images.decode((paths.REPORTS / "page" / "sprites" / name).read_bytes())
        for name in crops["sheets"]
    ]
    per_sheet = sprites.ACROSS * sprites.DOWN
    assert len(sheets) == 2 and len(unpacked(crops["slot"])) == 600
    rows = {(v, s): n for n, v, s in map_project.crops(40)[["video", "slot"]].itertuples()}
    for number in (0, 31, 32, 511, 512, 599):
        down, along = divmod(number % per_sheet, sprites.ACROSS)
        side = sprites.SIDE
        left, top = side * along, side * down
        cell = sheets[number // per_sheet][top : top + side, left : left + side]
        video = crops["videos"][unpacked(crops["video"])[number]]
        shade = map_project.shade(rows[video, unpacked(crops["slot"])[number]])
        assert abs(float(cell.mean()) - shade - 7.5) < 2


def test_frames_without_a_face_are_told(project: Path) -> None:
    write()
    crops = put("map-crops")
    lost = {crops["videos"][int(number)]: frames for number, frames in crops["lost"].items()}
    first = ("one/real/c23/clip-00000", "two/mouth/c23/clip-00001")
    assert lost == {video: [[15, "nobody is seen"]] for video in first}


def test_maps_that_were_not_made_are_listed_with_their_reason(project: Path) -> None:
    map_project.build(40, ("binary",))
    part = write()
    assert [each["id"] for each in part["maps"]] == ["binary/combined"]
    assert [each["title"] for each in part["absent"]] == [
        *("Attribution on one + two", "T-NN on one + two", "A-NN on one + two")
    ]


def test_no_map_at_all(project: Path) -> None:
    map_project.build(40, ())
    part = write()
    assert part["maps"] == [] and len(part["absent"]) == 4


def test_same_bytes_again_and_nothing_old_stays(project: Path) -> None:
    write()
    folder = paths.REPORTS / "page"
    before = {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    (folder / "sprites" / "old.jpg").touch()
    (folder / "data" / "map-old.js").touch()
    write()
    assert {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()} == before


def test_crop_that_is_not_indexed_is_named(project: Path) -> None:
    index = tables.read(paths.index(paths.faces("two")))
    tables.write(index[index["slot"] != 4], paths.index(paths.faces("two")))
    with pytest.raises(UserError, match=r"faces/two/index\.parquet: lists no crop of two/.*slot 4"):
        write()


def test_every_marker_of_the_pictures_has_a_symbol_and_an_outline() -> None:
    markers = [style.REAL_MARKER, *style.ATTACK_MARKERS]
    assert len({map_symbols.symbol(marker) for marker in markers}) == len(markers)
    assert len({map_symbols.outline(marker) for marker in markers}) == len(markers)
    assert map_symbols.outline("s").startswith("M-1.00 1.00L1.00 1.00L1.00 -1.00")


@pytest.mark.parametrize(("largest", "kind"), [(255, "Uint8Array"), (256, "Uint16Array")])
def test_numbers_take_the_smallest_type(largest: int, kind: str) -> None:
    column = map_columns.whole(np.array([0, largest]))
    assert column["kind"] == kind and unpacked(column).tolist() == [0, largest]
