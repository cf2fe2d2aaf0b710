import json
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pandas as pd
import pytest
from ruamel.yaml import YAML
from test_report_overlap import OVERLAPS
from test_report_results import row

from deepfake_attribution.core import paths
from deepfake_attribution.core.errors import UserError
from deepfake_attribution.report import results, wording
from deepfake_attribution.report.content import Run
from deepfake_attribution.report.page import assets, document, made_from
from deepfake_attribution.report.page.document import Content
from published_files import beside

ROOT = Path(__file__).parents[2]
ODD = "A & B <i>c</i>"  # a family's name is the user's
FIGURES = results.over_seeds(
    pd.DataFrame(
        [
            row(approach, database, attack, level=level, auc=auc)
            for approach, auc in (("Binary", 81.234), ("ArcFaceMod-NN", np.nan))
            for database in ("one", ODD)
            for attack in ("all", "swap")
            for level in ("video", "frame")
        ]
    )
)
ACCURACY = pd.DataFrame(
    [("Attribution", "one", 30, 30, 24, 80.0)],
    columns=["approach", "database", "n", "n_known", "correct", "accuracy"],
)
RUN = Run(FIGURES, ACCURACY, ["one"], [wording.DEMO], 0.1)
VOID = {"meta", "img", "br", "link", "input", "wbr"}


class Reader(HTMLParser):
    """Collects what a page holds, and that every element is closed in order."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.text: list[str] = []
        self.tables: list[list[list[str]]] = []
        self.matrices: list[list[list[str]]] = []  # of the first screen
        self.filled = self.tables

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)
        if tag == "table":
            self.filled = self.matrices if ("class", "matrix") in attrs else self.tables
            self.filled.append([])
        if tag == "tr":
            self.filled[-1].append([])
        if tag in ("td", "th"):
            self.filled[-1][-1].append("")

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if "style" not in self.open:
            self.text.append(data)
        if {"td", "th"} & set(self.open):
            self.filled[-1][-1][-1] += data


@pytest.fixture
def pictures(tmp_path: Path) -> Path:
    folder = tmp_path / "pictures"
    folder.mkdir()
    shown = [("maps", "Binary", "m1.png"), ("maps", "Binary", "m2.png"), ("faces", "", "f.png")]
    entries = []
    for number, (section, group, file) in enumerate(shown):
        cv2.imwrite(str(folder / file), np.full((4, 4, 3), 50 * number, np.uint8))
        entries.append({"section": section, "group": group, "file": file})
    entries.append({"section": "maps", "group": "TripletLoss", "file": ""})
    for number, entry in enumerate(entries):
        entry |= {"title": f"title {number}", "caption": f"caption <{number}>"}
    (folder / paths.PICTURE_LIST).write_text(json.dumps(entries))
    return folder


def rendered(pictures: Path, **changes: Any) -> str:
    return document.render(Content(replace(RUN, **changes)), pictures)


def read(text: str) -> Reader:
    reader = Reader()
    reader.feed(text)
    reader.close()
    assert reader.open == []
    return reader


def test_page_is_whole_html_with_the_demo_remark_above_every_figure(pictures: Path) -> None:
    text = "".join(read(rendered(pictures)).text)
    assert text.index(wording.DEMO.title) < text.index("81.23")
    assert wording.DEMO.text in text and "Positive is real" in text
    without = rendered(pictures, remarks=[])
    assert wording.DEMO.title not in without


def test_cells_equal_the_tables(pictures: Path) -> None:
    tables = read(rendered(pictures)).tables
    assert len(tables) == 2 + 4 + 5
    for table, (database, level) in zip(
        tables[2:6],
        [(name, level) for name in ("one", ODD) for level in ("video", "frame")],
        strict=True,
    ):
        expected = results.of_database(FIGURES, database, level)
        assert table[0] == list(expected.columns)
        assert table[1:] == [[str(cell) for cell in row] for row in expected.to_numpy()]
    attacks, auc, hter, thresholds, accuracy = tables[6:]
    assert attacks[1][:4] == ["one", "real (FNR)", "1.12 (2/178)", "1.12 (2/178)"]
    assert attacks[2][:4] == ["one", "swap", "26.76 (91/340)", "26.76 (91/340)"]
    assert auc[1][2:6] == ["81.23", "-", "178", "340"]
    assert hter[1][2:4] == ["13.94", "13.94"]
    assert accuracy[1][:4] == ["one", "-", "80.00 (24/30)", "c23"]
    assert thresholds[1:3] == [
        ["Binary", f"{level}s", "0.2500", f"validation {level}s, out-of-fold scores", "1"]
        for level in ("video", "frame")
    ]


def test_published_table_has_a_body_for_each_approach(pictures: Path) -> None:
    text = rendered(
        pictures, published=beside({"Celeb-DF": "one", "Google": ODD}, videos=(178, 340))
    )
    table, test_sets = read(text).tables[-4:-2]
    assert table[0] == ["percent", "Celeb-DF"] and table[1] == ["ours", "published", "difference"]
    assert table[2:5] == [
        ["Binary", ""],
        ["AUC", "81.23", "98.56", "-17.33"],
        ["FNR", "1.12 (2/178)", "1.12 (2/178)", "0.00"],
    ]
    assert table[7] == ["ArcFaceMod-NN", ""] and table[8] == ["AUC", "-", "-", "-"]
    assert test_sets[1][:4] == ["Celeb-DF", "one", "178", "340"]


def test_overlaps_have_a_section_of_their_own(pictures: Path) -> None:
    text = rendered(pictures, overlaps=OVERLAPS)
    assert "2 identities of 40 test videos are also in" in "".join(read(text).text)
    assert 'href="#overlaps"' in text and 'id="overlaps"' in text


def test_every_table_scrolls_in_a_box_of_its_own_on_a_phone(pictures: Path) -> None:
    text = rendered(pictures, published=beside({"Celeb-DF": "one"}))
    assert text.count('<div class="scroll" ') == len(read(text).tables)
    style = (assets.HERE / "page.css").read_text()
    assert 'name="viewport"' in text and "prefers-color-scheme: dark" in style


def test_names_are_text_whatever_they_hold(pictures: Path) -> None:
    text = rendered(pictures)
    assert "A &amp; B &lt;i&gt;c&lt;/i&gt;" in text and "<i>" not in text
    assert "caption &lt;0&gt;" in text


def test_nothing_is_loaded_from_elsewhere_and_no_script_stands_inside(pictures: Path) -> None:
    text = rendered(pictures)
    assert "http://" not in text and "https://" not in text and "@import" not in text
    reader = read(text)
    assert not {tag for tag, _ in reader.tags} & {"iframe", "object", "embed"}
    own = {
        f"page/{name}" for name in (*assets.STYLES, assets.SHADES, *assets.SCRIPTS, assets.LIBRARY)
    }
    loaded = [
        attributes[name]
        for tag, attributes in reader.tags
        for name in ("src", "href")
        if name in attributes and tag != "a"
    ]
    assert own < set(loaded)
    assert {str(name).split("/")[0] for name in loaded} == {"page", "pictures", "data:,"}
    assert all("src" in attributes for tag, attributes in reader.tags if tag == "script")
    assert not any(name.startswith("on") for _, attributes in reader.tags for name in attributes)


def test_every_entry_of_the_contents_leads_somewhere(pictures: Path) -> None:
    tags = read(rendered(pictures)).tags
    targets = [attributes["href"] for tag, attributes in tags if tag == "a"]
    ids = [attributes["id"] for _, attributes in tags if "id" in attributes]
    assert len(ids) == len(set(ids))
    anchors = {f"#{each}" for each in ids}
    assert len(targets) == len(set(targets)) == 8 and set(targets) <= anchors


def test_pictures_stand_beside_with_size_title_and_caption_and_absent_ones_say_why(
    pictures: Path,
) -> None:
    reader = read(rendered(pictures))
    images = [attributes for tag, attributes in reader.tags if tag == "img"]
    assert [image["alt"] for image in images] == ["title 0", "title 1", "title 2"]
    assert [image["src"] for image in images] == [f"pictures/{n}.png" for n in ("m1", "m2", "f")]
    assert {(image["width"], image["height"]) for image in images} == {("4", "4")}
    assert "caption <3>" in "".join(reader.text)
    # the summary, how to read, five sections with tables, two frame levels, and Binary's second map
    assert sum(tag == "details" for tag, _ in reader.tags) == 10


def test_files_that_are_there_are_linked_in_a_section_of_their_own(pictures: Path) -> None:
    assert 'id="files"' not in rendered(pictures)
    tables = pictures.with_name("tables")
    tables.mkdir()
    for path in (
        *(tables / name for name in ("results.md", "figures.csv", "my own.csv", "log.txt")),
        *(pictures / name for name in ("m1.pdf", "other.pdf")),
    ):
        path.write_bytes(b"")
    reader = read(rendered(pictures))
    links = [attributes["href"] for tag, attributes in reader.tags if tag == "a"]
    assert [link for link in links if link and "/" in link] == [
        *("tables/results.md", "tables/figures.csv", "tables/my%20own.csv"),
        *("pictures/m1.pdf", "pictures/other.pdf"),
    ]
    assert "#files" in links
    text = "".join(reader.text)
    assert "pictures/m1.pdf: map: title 0" in text and "tables/results.md: the tables" in text


def test_same_input_gives_the_same_page(pictures: Path) -> None:
    assert rendered(pictures) == rendered(pictures)


def test_missing_or_broken_pictures_are_one_line(pictures: Path) -> None:
    (pictures / "f.png").unlink()
    with pytest.raises(UserError, match=r"f\.png: no such picture; `dvc repro"):
        rendered(pictures)
    (pictures / paths.PICTURE_LIST).write_text("[")
    with pytest.raises(UserError, match=r"pictures\.json: not the list"):
        rendered(pictures)
    (pictures / paths.PICTURE_LIST).unlink()
    with pytest.raises(UserError, match=r"pictures\.json: no such file"):
        rendered(pictures)


def test_page_without_accuracy_says_none(pictures: Path) -> None:
    none = ACCURACY.assign(n_known=0)
    text = rendered(pictures, accuracy=none)
    assert read(text).tables[10][1] == ["None."]


def test_stage_depends_on_all_that_is_copied_and_on_every_setting() -> None:
    stage = YAML(typ="safe").load(ROOT / "dvc.yaml")["stages"]["report"]
    assert any(assets.HERE.is_relative_to(ROOT / dep) for dep in stage["deps"])
    scripts = {path.name for path in assets.HERE.glob("*.js") if path.name[:3] != "map"}
    assert scripts == set(assets.SCRIPTS)
    settings = YAML(typ="safe").load(ROOT / "params.yaml")
    heads = {about["loss"] for about in settings["heads"].values()}  # shown as trained
    assert set(stage["params"]) == set(settings) - set(made_from.NOT_SHOWN) - heads


def test_run_without_databases_renders(pictures: Path) -> None:
    (pictures / paths.PICTURE_LIST).write_text("[]")
    none = FIGURES[FIGURES["database"] == "gone"]
    reader = read(rendered(pictures, figures=none, accuracy=ACCURACY.iloc[:0]))
    assert not any(tag == "img" for tag, _ in reader.tags)
