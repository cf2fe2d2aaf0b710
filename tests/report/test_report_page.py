import json
from html.parser import HTMLParser
from pathlib import Path

import cv2
import numpy as np
import pandas as pd
import pytest
from ruamel.yaml import YAML
from test_report_results import row

from deepfake_attribution.errors import UserError
from deepfake_attribution.report import page, results, wording

ROOT = Path(__file__).parents[2]
ODD = "A & B <i>c</i>"  # a family's name is the user's
FIGURES = pd.DataFrame(
    [
        row(approach, database, attack, level=level, auc=auc)
        for approach, auc in (("Binary", 81.234), ("ArcFaceMod-NN", np.nan))
        for database in ("one", ODD)
        for attack in ("all", "swap")
        for level in ("video", "frame")
    ]
)
ACCURACY = pd.DataFrame(
    [("Attribution", "one", 30, 30, 24, 80.0)],
    columns=["approach", "database", "n", "n_known", "correct", "accuracy"],
)
VOID = {"meta", "img", "br"}


class Reader(HTMLParser):
    """Collects what a page holds, and that every element is closed in order."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.text: list[str] = []
        self.tables: list[list[list[str]]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)
        if tag == "table":
            self.tables.append([])
        if tag == "tr":
            self.tables[-1].append([])
        if tag in ("td", "th"):
            self.tables[-1][-1].append("")

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if "style" not in self.open:
            self.text.append(data)
        if self.open and self.open[-1] in ("td", "th"):
            self.tables[-1][-1][-1] += data


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
    (folder / page.LIST).write_text(json.dumps(entries))
    return folder


def rendered(pictures: Path) -> str:
    return page.render(FIGURES, ACCURACY, ["one"], [wording.DEMO], 0.1, pictures)


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
    without = page.render(FIGURES, ACCURACY, ["one"], [], 0.1, pictures)
    assert wording.DEMO.title not in without


def test_cells_equal_the_tables(pictures: Path) -> None:
    tables = read(rendered(pictures)).tables
    assert len(tables) == 4 + 4
    for table, (database, level) in zip(
        tables[:4],
        [(name, level) for name in ("one", ODD) for level in ("video", "frame")],
        strict=True,
    ):
        expected = results.by_measure(FIGURES, [database], level)
        size = "videos" if level == "video" else "crops"
        assert table[0][0] == "approach" and table[0][1].startswith(database)
        assert f"178 real, 340 fake {size}" in rendered(pictures)
        assert table[1] == ["AUC", "FNR", "FPR", "HTER"]
        assert table[2:] == [[name, *cells] for name, *cells in expected.reset_index().to_numpy()]
    counts, attacks, accuracy, thresholds = tables[4:]
    assert counts[1][:5] == ["one", "c23", "178", "340", "3"]
    assert attacks[1] == [ODD, "swap", "26.76 (91/340)", "26.76 (91/340)"]
    assert accuracy[1] == ["Attribution", "80.00 (24/30)"]
    assert thresholds[1] == ["Binary", "0.2500", "validation videos, out-of-fold scores"]


def test_names_are_text_whatever_they_hold(pictures: Path) -> None:
    text = rendered(pictures)
    assert "A &amp; B &lt;i&gt;c&lt;/i&gt;" in text and "<i>" not in text
    assert "caption &lt;0&gt;" in text


def test_nothing_is_loaded_from_elsewhere_and_no_script_runs(pictures: Path) -> None:
    text = rendered(pictures)
    assert "http://" not in text and "https://" not in text and "@import" not in text
    reader = read(text)
    assert not {tag for tag, _ in reader.tags} & {"script", "link", "iframe", "object", "embed"}
    for tag, attributes in reader.tags:
        for name in ("src", "href"):
            assert (attributes.get(name) or "#").startswith(("#", "data:image/png;base64,")), tag
    assert not any(name.startswith("on") for _, attributes in reader.tags for name in attributes)


def test_every_entry_of_the_contents_leads_somewhere(pictures: Path) -> None:
    tags = read(rendered(pictures)).tags
    targets = [attributes["href"] for tag, attributes in tags if tag == "a"]
    anchors = {"#" + attributes["id"] for _, attributes in tags if "id" in attributes}
    assert len(targets) == 8 and set(targets) == anchors


def test_pictures_are_inside_with_title_and_caption_and_absent_ones_say_why(pictures: Path) -> None:
    reader = read(rendered(pictures))
    images = [attributes for tag, attributes in reader.tags if tag == "img"]
    assert [image["alt"] for image in images] == ["title 2", "title 0", "title 1"]
    assert len({image["src"] for image in images}) == 3
    assert "caption <3>" in "".join(reader.text)
    assert sum(tag == "details" for tag, _ in reader.tags) == 1  # the second map of Binary


def test_same_input_gives_the_same_page(pictures: Path) -> None:
    assert rendered(pictures) == rendered(pictures)


def test_missing_or_broken_pictures_are_one_line(pictures: Path) -> None:
    (pictures / "f.png").unlink()
    with pytest.raises(UserError, match=r"f\.png: no such picture; `dvc repro"):
        rendered(pictures)
    (pictures / page.LIST).write_text("[")
    with pytest.raises(UserError, match=r"pictures\.json: not the list"):
        rendered(pictures)
    (pictures / page.LIST).unlink()
    with pytest.raises(UserError, match=r"pictures\.json: no such file"):
        rendered(pictures)


def test_page_without_accuracy_says_none(pictures: Path) -> None:
    none = ACCURACY.assign(n_known=0)
    text = page.render(FIGURES, none, ["one"], [], 0.1, pictures)
    assert read(text).tables[6][1] == ["None."]


def test_stage_depends_on_its_template() -> None:
    stage = YAML(typ="safe").load(ROOT / "dvc.yaml")["stages"]["report"]
    assert f"src/deepfake_attribution/report/{page.TEMPLATE}" in stage["deps"]
