"""Drawings without a script, and captions whose common sentences are shown once."""

import re
from pathlib import Path

import pandas as pd
import pytest
import small_page

from deepfake_attribution.core import paths, tables
from deepfake_attribution.report import results
from deepfake_attribution.report.page import (
    baseline_drawing,
    captions,
    counts_drawing,
    no_face_drawing,
)
from deepfake_attribution.report.page.drawings import Bar, Drawing
from deepfake_attribution.report.page.page_templates import environment


def catalog(dataset: str, *videos: tuple[str, str, str]) -> None:
    columns = ["video", "attack", "split"]
    tables.write(pd.DataFrame(videos, columns=columns), paths.catalog(dataset))


def rendered(drawing: Drawing) -> str:
    module = environment().get_template("drawing.html.j2").module
    return str(module.drawn(drawing, "about"))  # type: ignore[attr-defined]


def test_frames_without_a_face_are_a_share_of_each_class(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    catalog("one", ("a", "swap", "test"), ("b", "real", "test"), ("c", "real", "val"))
    rows = [("a", 0, 0, "ok"), ("a", 1, 0, "no_face"), ("a", 1, 1, "ok"), ("a", 2, 0, "no_face")]
    rows += [("b", 0, 0, "ok"), ("b", 1, 0, "ok"), ("c", 0, 0, "ok"), ("c", 1, 0, "unreadable")]
    columns = ["video", "slot", "person", "status"]
    tables.write(pd.DataFrame(rows, columns=columns), paths.index(paths.faces("one")))
    drawing = no_face_drawing.draw(["one"])
    ((name, bars),) = drawing.groups
    assert name == "one"
    assert [(bar.name, bar.text) for bar in bars] == [
        ("real", "25.00 (1/4)"),
        ("swap", "33.33 (1/3)"),  # another person has a face in the second frame
    ]
    assert [bar.parts[0][0] for bar in bars] == ["real", "fake"]
    assert drawing.high == pytest.approx(35)


def test_a_share_of_zero_is_marked_and_few_frames_do_not_fill_the_axis(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    catalog("one", ("a", "real", "test"))
    rows = pd.DataFrame({"video": ["a"], "slot": [0], "person": [0], "status": ["ok"]})
    tables.write(rows, paths.index(paths.faces("one")))
    drawing = no_face_drawing.draw(["one"])
    assert (drawing.low, drawing.high) == (0, 1)
    assert drawing.segments(drawing.groups[0][1][0]) == []
    html = rendered(drawing)
    assert html.count('class="nothing"') == 1 and "0.00 (0/1)" in html


def test_baseline_is_beside_chance_and_the_best_approach() -> None:
    raw = small_page.figures()
    raw = raw[raw["database"].isin(["one", "new"])]
    own = raw[raw["approach"] == "Binary"].assign(approach="NoPixels-All", auc=40.0)
    rows = results.over_seeds(pd.concat([raw, own]))
    rows = rows.assign(auc_ci_low=rows["auc"] - 5, auc_ci_high=rows["auc"] + 5)
    drawing = baseline_drawing.draw(rows)
    assert drawing and drawing.line == (50.0, "chance")
    assert [heading.partition(":")[0] for heading, _ in drawing.groups] == ["one", "new"]
    for _, (baseline, best) in drawing.groups:
        assert (baseline.name, baseline.mark, baseline.interval) == ("NoPixels-All", 40, (35, 45))
        assert best.name == "ArcFaceMod-LR"  # the AUC grows from approach to approach
    assert (drawing.low, drawing.high) == (33, 100)
    html = rendered(drawing)
    assert html.count("<circle") == 4 and html.count('class="chance"') == 4
    assert baseline_drawing.draw(results.over_seeds(raw)) is None


def test_videos_are_counted_by_what_they_are_used_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    splits = ("train", "train", "val", "test")
    catalog("one", *((f"{n}", "real", split) for n, split in enumerate(splits)))
    catalog("new", ("a", "real", "train"), ("b", "real", "test"))
    drawing = counts_drawing.draw(["new", "one"], ["one"])
    assert [(heading, [bar.text for bar in bars]) for heading, bars in drawing.groups] == [
        ("Trained on", ["2 training + 1 validation + 1 test"]),
        ("Tested on only", ["1 test"]),  # its other videos are not used
    ]
    (bar,) = drawing.groups[0][1]
    assert drawing.segments(bar) == [("train", 0, 50), ("val", 50, 25), ("test", 75, 25)]


def test_places_stay_on_the_axis_and_names_are_text() -> None:
    bar = Bar("<b>", "1 & 2", mark=7.0, kind="real", interval=(-3.0, 20.0))
    drawing = Drawing("x", "", 0.0, 10.0, [("<i>", [bar])])
    assert [drawing.place(value) for value in (-3, 2.5, 20)] == [0, 25, 100]
    html = rendered(drawing)
    assert "&lt;b&gt;" in html and "1 &amp; 2" in html and "&lt;i&gt;" in html
    assert re.search(r'x1="0.0%" x2="100.0%"', html)


def picture(group: str, caption: str, file: str = "a.png") -> dict[str, str]:
    return {"group": group, "title": "t", "caption": caption, "file": file}


def test_sentences_that_captions_share_are_shown_once() -> None:
    found = captions.grouped(
        [
            picture("A", "A point is a crop. Colour: real or fake. 3 are left out."),
            picture("A", "A point is a crop. Colour: real or fake. 5.5 are left out."),
            picture("B", "A point is a crop. Colour: class."),
            picture("B", "No map: there are too few. Add some.", file=""),
        ]
    )
    assert found["common"] == "A point is a crop."
    first, second = found["groups"]
    assert (first["name"], first["common"]) == ("A", "Colour: real or fake.")
    rest = ["3 are left out.", "5.5 are left out."]
    assert [one["caption"] for one in first["pictures"]] == rest
    assert second["common"] == ""
    assert [one["caption"] for one in second["pictures"]] == [
        "Colour: class.",
        "No map: there are too few. Add some.",
    ]


def test_a_single_picture_keeps_its_caption() -> None:
    found = captions.grouped([picture("", "One. Two.")])
    assert found["common"] == "" and found["groups"][0]["pictures"][0]["caption"] == "One. Two."
