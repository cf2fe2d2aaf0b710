"""Pages stand alone, hold all that is said, and take names for text."""

import re
from base64 import b64encode
from dataclasses import replace
from hashlib import sha256
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest

import browser
import fake_analysis as fake
from deepfake_attribution.analyse.pages.pages import Pages, Row, video_page
from deepfake_attribution.analyse.pages.pictures import hidden
from deepfake_attribution.analyse.pages.scatter import MARKS, Scatter
from deepfake_attribution.analyse.pages.timeline import Scale, chart, gauge, scale
from deepfake_attribution.analyse.results import Frame

EVIL = "in/<script>alert(1)</script> \"&' {{ 7 * 7 }}.mp4"


class Elements(HTMLParser):
    """All elements of a page, and its text."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, Any]]] = []
        self.text = ""
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.text += data

    def of(self, tag: str) -> list[dict[str, Any]]:
        return [attributes for name, attributes in self.found if name == tag]


CLIPBOARD = """() => Object.defineProperty(navigator, "clipboard", {
  value: { writeText: async (text) => { window.copied = text; } }, configurable: true })"""


def copy(page: Any, form: str) -> None:
    page.locator(".copy > summary").click()
    page.get_by_role("button", name=form, exact=True).click()
    page.get_by_text(f"copied as {form}").wait_for()


def listing(*results: Any, remarks: tuple[str, ...] = ()) -> str:
    rows = [Row(one, said) for one in results for said in one.people or (one.video,)]
    return Pages(fake.bundle()).listing(rows, ["told"], remarks)


def test_page_of_a_video_holds_what_is_said_of_it() -> None:
    page = Elements(video_page(fake.result("in/a.mp4", 0.25), fake.bundle()))
    for text in (
        *("▲ fake", "P(real) 0.250 over 4 frames", "threshold 0.500", "0.188 to 0.312"),
        *("one/swap/-", "1.25", "3.50 s", "56 %", "25 % of the known videos"),
        *("Trained on 20 videos of one", "15 of 30 fake videos passed as real"),
        "A method that the model was not trained on may pass as real",
    ):
        assert text in page.text
    assert len([one for one in page.of("img") if one["src"].startswith("data:image/jpeg")]) == 4
    assert len([one for one in page.of("a") if one.get("class") == "dot fake"]) == 4


@pytest.mark.parametrize("scores", [(0.75,), (0.25, 0.75), ()])
def test_page_of_a_video_asks_for_nothing(scores: tuple[float, ...]) -> None:
    page = video_page(fake.result("a.mp4", *scores, reason="nobody"), fake.bundle())
    elements = Elements(page)
    names = {one["id"] for _, one in elements.found if "id" in one}
    for tag, attributes in elements.found:
        assert tag not in ("iframe", "object", "form")
        assert tag != "script" or not attributes  # in the page itself
        assert "style" not in attributes  # the server's policy would ignore it
        for address in (attributes.get("src"), attributes.get("href")):
            if address is not None and address.startswith("#"):
                assert address[1:] in names
            elif address is not None:
                assert address.startswith("data:")
    assert not re.search(r"url\((?!#)|@import|https?://", page)
    policy = next(one["content"] for one in elements.of("meta") if "http-equiv" in one)
    digests = re.findall(r"'sha256-(.+?)'", policy)
    scripts = re.findall(r"<script>(.+?)</script>", page, re.DOTALL)
    assert digests == [b64encode(sha256(one.encode()).digest()).decode() for one in scripts]


def test_names_are_text() -> None:
    result = fake.result(EVIL, 0.25, reason=EVIL)
    lost = replace(result.frames[0], status="unreadable", reason=EVIL, score=None, crop=None)
    result = replace(result, frames=(lost, *result.frames[1:]))
    for page in (video_page(result, fake.bundle()), listing(result, remarks=(EVIL,))):
        assert "<script>alert" not in page and "49.mp4" not in page
        assert "<script>alert(1)" in Elements(page).text
        assert "{{ 7 * 7 }}" in page
    odd = Elements(listing(fake.result("\udcff\x1b[2J.mp4", 0.25)))
    assert "\ufffd\\x1b[2J.mp4" in odd.text


def test_without_crops_no_face_is_shown() -> None:
    page = Pages(fake.bundle(), crops=False).video(fake.result("a.mp4", 0.25))
    assert not Elements(page).of("img") and "0.50 s" in page


def test_each_person_has_a_part_and_the_deciding_one_comes_first() -> None:
    page = video_page(fake.result("a.mp4", 0.75, 0.25), fake.bundle())
    assert re.findall(r'<h2 id="person-(\d)"', page) == ["1", "0"]
    assert "A video is as real as its least real person: here person 2." in page
    assert len(re.findall(r'class="(?:map-shape )?star"', page)) == 3  # two people, and the legend


def test_page_without_a_face_lists_every_frame_with_its_reason() -> None:
    page = Elements(video_page(fake.result("a.mp4", reason="too dark"), fake.bundle()))
    assert page.text.count("too dark") == 1 + len(fake.TIMES)
    assert "No verdict, no face: too dark." in page.text
    assert not page.of("svg")  # no place on the map


def test_model_without_a_map_has_none() -> None:
    bundle = fake.bundle()
    bundle = replace(bundle, known=bundle.known.assign(x=None, y=None))
    assert "Place on the map" not in video_page(fake.result("a.mp4", 0.25), bundle)


def test_scale_of_decision_values_holds_all_of_them_and_the_threshold() -> None:
    result = fake.result("a.mp4", -1.0, 3.0)
    result = replace(result, score_kind="decision", threshold=-2.0)
    line = scale(result)
    assert (line.low, line.high) == pytest.approx((-2.4, 3.4))  # 8 % of 5 at both ends
    assert scale(fake.result("a.mp4", 0.75)) == Scale(0.0, 1.0)
    lonely = replace(fake.result("a.mp4"), score_kind="decision", threshold=2.0)
    assert scale(lonely) == Scale(1.0, 3.0)


def test_places_on_the_scale_and_in_time() -> None:
    result = fake.result("a.mp4", 0.75)
    found = gauge(result.video, result, None)
    assert found is not None
    assert (found["at"], found["low"], found["width"], found["limit"]) == (75, 68.75, 12.5, 50)
    drawn = chart(0, result, hidden)
    assert [dot["left"] for dot in drawn["dots"]] == [2.0, 34.0, 66.0, 98.0]
    assert {dot["top"] for dot in drawn["dots"]} == {25.0}
    assert (drawn["unsure_height"], {dot["side"] for dot in drawn["dots"]}) == (0, {"real"})
    lost = Frame(0, None, None, 0, "unreadable", "")
    timeless = replace(result, frames=(lost, *result.frames[1:]))
    assert chart(0, timeless, hidden)["gaps"] == [
        {"left": 2.0, "about": "frame asked for 1: not readable"}
    ]


def test_map_keeps_every_class_and_stays_small() -> None:
    bundle = fake.bundle()
    known = bundle.known.loc[bundle.known.index.repeat(1000)].reset_index(drop=True)
    drawn = Scatter(replace(bundle, known=known))
    assert (drawn.total, drawn.shown) == (6000, MARKS)
    counts = {group["name"]: group["marks"] for group in drawn.groups}
    assert list(counts) == ["real", "blur", "swap", "morph"]
    assert counts["real"] == counts["blur"] and abs(counts["swap"] - MARKS / 6) <= 1
    assert drawn.groups[-1]["label"] == "morph (not trained on)"
    small = Scatter(bundle)
    # x from 0 to 5 and y from 1 to -4: as wide as high, inside an edge of 40
    assert small.places([fake.said(0.25)]) == [{"x": 500, "y": 408, "person": 1}]
    assert [ring["x"] for ring in small.rings(fake.said(0.25).neighbours)] == [776]


@pytest.mark.slow
def test_list_is_sorted_and_filtered_by_the_scripts_in_it(chromium: Any, tmp_path: Path) -> None:
    results = [fake.result(f"clips/{name}.mp4", name / 20) for name in range(1, 20)]
    results.append(fake.result("clips/none.mp4", reason="nobody there"))
    path = tmp_path / "index.html"
    path.write_text(listing(*results), encoding="utf-8")
    with browser.opened(chromium, path) as page:
        rows = page.locator("tbody tr:visible")
        assert rows.count() == 20
        page.get_by_label("Filter rows").fill("nobody")
        assert rows.count() == 1
        page.get_by_label("Filter rows").fill("")
        page.get_by_role("button", name="P(real)").press("Enter")
        assert "0.950" in rows.first.inner_text() and "none.mp4" in rows.last.inner_text()
        page.evaluate(CLIPBOARD)
        page.get_by_label("Filter rows").fill("nobody")
        copy(page, "CSV")
        heading, row = page.evaluate("window.copied").splitlines()
        assert heading.startswith("Video,Verdict,P(real),log10 LR,Attack,")
        assert row.startswith("none.mp4,")  # their common folder is above the table
        assert "no face: nobody there" in row


@pytest.mark.slow
def test_tables_of_a_video_are_copied_and_sorted(chromium: Any, tmp_path: Path) -> None:
    path = tmp_path / "a.html"
    result = fake.result("a.mp4", reason="too dark")
    path.write_text(video_page(result, fake.bundle()), encoding="utf-8")
    with browser.opened(chromium, path) as page:
        page.evaluate(CLIPBOARD)
        page.get_by_role("button", name="Frame asked for").click()
        assert page.locator("tbody tr").first.inner_text().startswith("4 number 75")
        copy(page, "Markdown")
        lines = page.evaluate("window.copied").splitlines()
        assert lines[0] == "| Frame asked for | Why there is no face |"
        assert lines[2].endswith("| no face: too dark |") and len(lines) == 2 + len(fake.TIMES)


@pytest.mark.slow
@pytest.mark.parametrize("size", [browser.DESKTOP, browser.PHONE])
@pytest.mark.parametrize("dark", [False, True])
def test_pages_open_from_disk(
    chromium: Any, tmp_path: Path, size: tuple[int, int], dark: bool
) -> None:
    name = "a_name_" + 30 * "without_end" + ".mp4"
    for number, scores in enumerate([(0.25,), (0.75, 0.25), ()]):
        result = fake.result(name, *scores, reason="nobody")
        path = tmp_path / f"{number}.html"
        path.write_text(video_page(result, fake.bundle()), encoding="utf-8")
        with browser.opened(chromium, path, size=size, dark=dark) as page:
            assert not browser.scrolls_sideways(page)
            if scores:
                page.locator(".dot").nth(1).press("Enter")
                assert page.locator("li:target").count() == 1
                width = "(face) => face.getBoundingClientRect().width"
                face, next_one = page.locator("li:target img"), page.locator(".strip img").nth(2)
                assert face.evaluate(width) > 2 * next_one.evaluate(width)
                page.get_by_role("link", name="smaller").press("Enter")
                assert page.locator("li:target").count() == 0
                page.get_by_role("link", name="Face at 2.50 s").first.press("Enter")
                assert page.locator("li:target").inner_text().count("2.50 s") == 1
    path.write_text(listing(fake.result(name, 0.25)), encoding="utf-8")
    with browser.opened(chromium, path, size=size, dark=dark) as page:
        assert not browser.scrolls_sideways(page)


def test_page_says_what_was_done_to_the_pictures() -> None:
    result = fake.result("a.mp4", 0.25)
    assert "Note:" not in video_page(result, fake.bundle())
    noted = replace(result, notes=("its pixels are 64:45", "it has <2> video tracks"))
    page = video_page(noted, fake.bundle())
    assert "Note: its pixels are 64:45." in page and "Note: it has &lt;2&gt; video tracks." in page
