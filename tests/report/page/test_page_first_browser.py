"""The first screen in a real browser: it fits, switches, explains, needs no script."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import first_page
import pytest

from browser import PHONE, opened, scrolls_sideways, started
from deepfake_attribution.report.page import assets

pytestmark = pytest.mark.slow
SCREEN = (1280, 800)
PARTS = ("h1", ".matrices", ".map-frame", ".first-faces")


@pytest.fixture(scope="module")
def page_file(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(tmp_path_factory.mktemp("first"))
        yield first_page.build(first_page.run(), assets.library().read_bytes()).resolve()


@pytest.fixture(scope="module")
def chromium() -> Iterator[Any]:
    with started() as running:
        yield running


def drawn(page: Any) -> None:
    page.wait_for_function("document.querySelector('.map-count').textContent.includes('points')")


def shown(page: Any) -> str:
    """Return the measure of the one matrix that is visible."""
    visible = page.locator(".measure:visible")
    assert visible.count() == 1
    return visible.get_attribute("data-measure")


@pytest.mark.parametrize("dark", [False, True])
def test_everything_is_above_the_fold(chromium: Any, page_file: Path, dark: bool) -> None:
    with opened(chromium, page_file, size=SCREEN, dark=dark) as page:
        drawn(page)
        boxes = [page.locator(name).bounding_box() for name in PARTS]
        assert all(box["y"] >= 0 and box["y"] + box["height"] <= SCREEN[1] for box in boxes)
        assert boxes[2]["x"] > boxes[1]["x"] + boxes[1]["width"]  # the map is beside the matrix
        assert not page.locator(".map-filters").is_visible() and not scrolls_sideways(page)
        assert page.locator(".matrix-box").first.evaluate(
            "(box) => box.scrollWidth <= box.clientWidth"
        )


@pytest.mark.parametrize("count", [5, 6])
def test_matrix_of_many_databases_is_whole_and_the_map_below_it(
    chromium: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, count: int
) -> None:
    monkeypatch.chdir(tmp_path)
    names = ("demo_selection", "demo_unseen", "own_videos", "demo_a", "demo_b", "one")[-count:]
    reported = first_page.run(figures=first_page.figures(names))
    wide = first_page.build(reported, assets.library().read_bytes()).resolve()
    with opened(chromium, wide, size=SCREEN) as page:
        drawn(page)
        matrix, below = (page.locator(name).bounding_box() for name in (".matrices", ".map-frame"))
        assert below["y"] > matrix["y"] + matrix["height"] and not scrolls_sideways(page)
        assert page.locator(".matrix-box").first.evaluate(
            "(box) => box.scrollWidth <= box.clientWidth"
        )


def test_phone_has_one_column_in_the_same_order(chromium: Any, page_file: Path) -> None:
    with opened(chromium, page_file, size=PHONE, touch=True) as page:
        drawn(page)
        tops = [page.locator(name).bounding_box()["y"] for name in PARTS]
        assert tops == sorted(tops) and not scrolls_sideways(page)
        box = page.locator(".matrix-box:visible")
        name = box.locator("tbody th").first
        assert page.locator(".measure:visible .sideways").is_visible()  # it goes on to the right
        before = name.bounding_box()["x"]
        box.evaluate("(box) => { box.scrollLeft = 200; }")
        assert box.evaluate("(box) => box.scrollLeft") > 0
        box.evaluate("(box) => { box.scrollLeft = box.scrollWidth; }")
        page.locator(".measure:visible .sideways").wait_for(state="hidden")
        assert abs(name.bounding_box()["x"] - before) < 3  # the approaches stay


def test_switch_by_mouse_and_keyboard(chromium: Any, page_file: Path) -> None:
    with opened(chromium, page_file, size=SCREEN) as page:
        assert shown(page) == "auc"
        page.locator("label[for=show-hter]").click()
        assert shown(page) == "hter"
        page.keyboard.press("ArrowRight")
        assert shown(page) == "eer"
        assert page.locator(".measure:visible .matrix-legend .best").count() == 1
        page.keyboard.press("ArrowRight")
        assert shown(page) == "fnr"
        assert page.locator(".measure:visible .matrix-legend .best").count() == 0


def test_measures_are_explained_by_hover_and_by_keyboard(chromium: Any, page_file: Path) -> None:
    with opened(chromium, page_file, size=SCREEN) as page:
        tip = page.get_by_role("tooltip")
        assert not tip.is_visible()
        page.locator("label[for=show-fnr] .term").hover()
        assert "share of real videos called fake. Positive is real." in tip.inner_text()
        page.mouse.move(5, 5)
        assert not tip.is_visible()
        page.locator("h1 .term").first.focus()  # as by the keyboard
        page.keyboard.press("Shift+Tab")
        page.keyboard.press("Tab")
        assert "AUC: area under the ROC curve" in tip.inner_text()
        assert page.locator("h1 .term").first.get_attribute("aria-describedby") == "tip"
        page.keyboard.press("Escape")
        assert not tip.is_visible()
        page.locator("#show-auc").focus()
        page.keyboard.press("ArrowRight")
        assert "HTER: half total error rate" in tip.inner_text()
        # a heading that sorts takes the focus itself
        page.locator("details.summed-up > summary").click()
        heading = page.locator("#summary ~ details thead button", has_text="AUC").first
        assert heading.locator(".term").get_attribute("tabindex") is None
        heading.locator(".term").first.hover()
        assert "AUC" in tip.inner_text()


def test_map_opens_with_its_filters_and_gets_small_again(chromium: Any, page_file: Path) -> None:
    with opened(chromium, page_file, size=SCREEN) as page:
        drawn(page)
        small = page.locator(".map-frame").bounding_box()
        page.get_by_role("button", name="Open the map with its filters").click()
        assert page.locator(".map-filters").is_visible()
        wide = page.locator(".map-frame").bounding_box()
        assert wide["width"] > 1.4 * small["width"]
        page.wait_for_function(
            "document.querySelector('.map-plot .main-svg').clientWidth > 600"
        )  # the plot follows
        # it begins near the top of the window, with legend and panel beside it
        assert wide["y"] < 160 and wide["y"] + wide["height"] < SCREEN[1]
        panel = page.locator(".map-panel").bounding_box()
        assert panel["x"] > wide["x"] + wide["width"] and not scrolls_sideways(page)
        page.get_by_role("button", name="Make the map small again").click()
        assert not page.locator(".map-filters").is_visible()


def test_escape_closes_a_point_and_then_the_map(chromium: Any, page_file: Path) -> None:
    with opened(chromium, page_file, size=SCREEN, fragment="#map=binary/combined") as page:
        drawn(page)
        page.locator(".map-plot").focus()
        page.keyboard.press("ArrowRight")
        page.keyboard.press("Enter")
        assert page.locator(".map-frames").is_visible()
        page.locator(".map-plot").focus()
        page.keyboard.press("Escape")
        assert not page.locator(".map-frames").is_visible()
        assert page.locator(".map-filters").is_visible()
        page.locator(".map-find").fill("clip")
        page.keyboard.press("Escape")  # empties the box only
        assert page.locator(".map-filters").is_visible()
        page.locator(".map-plot").focus()
        page.keyboard.press("Escape")
        assert not page.locator(".map-filters").is_visible()
        opens = page.get_by_role("button", name="Open the map with its filters")
        assert opens.evaluate("(button) => button === document.activeElement")


def test_small_map_shows_faces_on_hover_and_the_video_of_a_point(
    chromium: Any, page_file: Path
) -> None:
    with opened(chromium, page_file, size=SCREEN) as page:
        drawn(page)
        page.locator(".map-plot").focus()
        page.keyboard.press("ArrowRight")
        assert page.locator(".map-card .map-face").first.is_visible()
        assert not page.locator(".map-panel").is_visible()
        page.keyboard.press("Enter")
        assert page.locator(".map-frames button").count() == 15
        page.get_by_role("button", name="Close").click()
        assert not page.locator(".map-panel").is_visible()


def test_link_to_a_map_opens_it_whole(chromium: Any, page_file: Path) -> None:
    with opened(chromium, page_file, size=SCREEN, fragment="#map=binary/combined") as page:
        drawn(page)
        assert page.locator(".map-filters").is_visible()
        assert page.locator(".map-choice").input_value() == "binary/combined"


def test_without_scripts_there_are_matrix_picture_and_faces(chromium: Any, page_file: Path) -> None:
    with opened(chromium, page_file, size=SCREEN, script=False) as page:
        assert shown(page) == "auc" and page.locator(".matrix:visible td").count() == 32
        colour = "(cell) => getComputedStyle(cell).backgroundColor"
        assert page.locator(".matrix td .shade-9").first.evaluate(colour) == "rgb(11, 74, 134)"
        assert page.locator(".map-still").is_visible()
        assert page.locator(".map-pictures a").first.is_visible()
        assert page.locator(".first-faces img").count() == 4


def test_paper_has_the_matrix_in_colour(chromium: Any, page_file: Path) -> None:
    with opened(chromium, page_file, size=SCREEN) as page:
        page.emulate_media(media="print")
        assert page.locator(".matrix:visible").count() == 1
        assert not page.locator(".switch").is_visible()
        assert page.locator(".map-still").is_visible()
        page.evaluate("window.dispatchEvent(new Event('beforeprint'))")
        page.wait_for_function("document.querySelector('.map-still').naturalWidth > 0")
