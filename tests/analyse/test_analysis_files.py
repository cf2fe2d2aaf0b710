import csv
import io
import json
from dataclasses import replace

import pytest

import fake_analysis as fake
from deepfake_attribution.analyse import files
from deepfake_attribution.analyse.results import Neighbour, VideoResult

FIRST = ["path", "status", "verdict", "p_real", "attack", "faces"]


def without_crops(result: VideoResult) -> VideoResult:
    frames = tuple(replace(frame, crop=None) for frame in result.frames)
    return replace(result, frames=frames)


def test_a_line_of_json_begins_with_what_is_asked_for_most() -> None:
    line = files.json_line(fake.result("ä\n.mp4", 0.75, 0.25))
    assert "\n" not in line and line.isascii()
    plain = json.loads(line)
    assert list(plain)[:6] == FIRST
    assert [plain[name] for name in FIRST] == ["ä\n.mp4", "ok", "fake", 0.25, "swap", 4]
    assert [person["verdict"] for person in plain["people"]] == ["real", "fake"]
    assert len(plain["frames"]) == 8 and "crop" not in plain["frames"][0]


@pytest.mark.parametrize("scores", [(0.75,), (0.1, 0.7), ()])
def test_a_line_gives_the_result_back(scores: tuple[float, ...]) -> None:
    result = without_crops(fake.result("\udcff.mp4", *scores))
    result = replace(result, notes=("mirrored", "it has 2 video tracks"))
    plain = json.loads(files.json_line(result))
    assert files.restored(plain) == result
    del plain["notes"]  # a line of an older version
    assert files.restored(plain) == replace(result, notes=())


def table(*rows: tuple[VideoResult, dict[str, str]], further: tuple[str, ...] = ()) -> list[dict]:
    text = files.csv_text(rows, fake.CLASSES, further)
    return list(csv.DictReader(io.StringIO(text)))


def test_csv_has_a_row_for_each_person_and_for_nobody() -> None:
    rows = table(
        (fake.result("a, b.mp4", 0.75, 0.25), {"case": "7", "verdict": "mine"}),
        (fake.result("c.mp4", reason='nobody "there"'), {}),
        further=("case", "verdict"),
    )
    assert [(row["path"], row["person"], row["decides"]) for row in rows] == [
        *(("a, b.mp4", "0", "no"), ("a, b.mp4", "1", "yes"), ("c.mp4", "0", "yes")),
    ]
    assert [row["verdict"] for row in rows] == ["real", "fake", ""]  # ours, not the list's
    assert [row["case"] for row in rows] == ["7", "7", ""]
    assert [row["class_swap"] for row in rows] == ["0.1875", "0.5625", ""]
    assert rows[2]["reason"] == 'nobody "there"' and rows[2]["p_real"] == ""
    assert list(rows[0])[-1] == "case" and list(rows[0]).count("verdict") == 1


def test_notes_are_a_column() -> None:
    noted = replace(fake.result("a.mp4", 0.75, 0.25), notes=("mirrored", "it has 2 video tracks"))
    rows = table((noted, {}), (fake.result("b.mp4", 0.5), {}))
    both = "mirrored; it has 2 video tracks"
    assert [row["notes"] for row in rows] == [both, both, ""]


def test_csv_holds_no_formula_in_its_header_and_in_names_of_a_model() -> None:
    result = fake.result("a.mp4", 0.25)
    near = Neighbour("=video", "=near", "one", 0.5)
    person = replace(
        result.video, attack="=swap", predicted="@swap", unit="degrees", neighbours=(near,)
    )
    result = replace(result, video=person, people=(person,), notes=("=1+1", "mirrored"))
    (row,) = table((result, {"=1+1": "7"}), further=("=1+1",))
    assert "=1+1" not in row and row["'=1+1"] == "7"
    assert [row[name] for name in ("attack", "predicted", "nearest_video", "nearest_attack")] == [
        *("'=swap", "'@swap", "'=video", "'=near"),
    ]
    assert row["notes"] == "'=1+1; mirrored"


def test_csv_holds_no_formula() -> None:
    about = {"a": "=1+1", "b": "-2.5", "c": "@x", "d": "-x"}
    (row,) = table((fake.result("=cmd.mp4", reason="+x"), about), further=(*about,))
    assert [row[name] for name in ("path", "reason", *about)] == [
        *("./=cmd.mp4", "'+x", "'=1+1", "-2.5", "'@x", "'-x"),
    ]
