"""The interactive map in a real browser, opened from disk."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import browser
import map_project

pytestmark = pytest.mark.slow

VIDEO = "one/morph/c23/clip-00003"
# Where the n-th drawn point of the first class (real) is, in pixels of the window.
PLACE = """(n) => {
  const plot = document.querySelector(".map-plot");
  const trace = plot.data[0], {xaxis, yaxis} = plot._fullLayout, box = plot.getBoundingClientRect();
  return [box.left + xaxis._offset + xaxis.l2p(trace.x[n]),
          box.top + yaxis._offset + yaxis.l2p(trace.y[n])];
}"""


@pytest.fixture(scope="module")
def page_file(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A page with the maps of 24 videos, two heads without one."""
    plotly = pytest.importorskip("plotly")
    library = Path(plotly.__file__).parent / "package_data" / "plotly.min.js"
    folder = tmp_path_factory.mktemp("map")
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        map_project.build(24, ("binary", "arcface"))
        yield map_project.write_page(library.read_bytes()).resolve()


def count(page: Any) -> str:
    page.wait_for_function(
        "document.querySelector('.map-count').textContent.includes('points shown')"
    )
    return page.inner_text(".map-count")


def colours_in(page: Any, selector: str) -> int:
    """Return how many colours a picture of the element has: an empty one has one or two."""
    import cv2
    import numpy as np

    content = np.frombuffer(page.locator(selector).first.screenshot(), np.uint8)
    return len(np.unique(cv2.imdecode(content, cv2.IMREAD_COLOR).reshape(-1, 3), axis=0))


def test_points_are_drawn_hovered_and_chosen(chromium: Any, page_file: Path) -> None:
    with browser.opened(chromium, page_file) as page:
        assert count(page) == "360 of 360 points shown"
        assert colours_in(page, ".map-plot") > 50
        page.locator(".map-frame").scroll_into_view_if_needed()
        page.mouse.move(*page.evaluate(PLACE, 3))
        page.wait_for_selector(".map-card:not([hidden])")
        assert "one/real/c23/clip-00000" in page.inner_text(".map-card")
        assert page.locator(".map-card .map-near .map-face").count() == 3
        assert colours_in(page, ".map-card .map-face") > 20
        page.mouse.click(*page.evaluate(PLACE, 3))
        frames = page.locator(".map-frames button")
        assert frames.count() == 15
        assert frames.nth(0).inner_text().split("\n")[0] == "no score"  # NaN in the table
        assert frames.nth(3).inner_text().split("\n")[0] == "0.903"
        assert frames.nth(3).get_attribute("aria-pressed") == "true"
        assert "Number 15: nobody is seen" in page.inner_text(".map-panel")
        assert page.url.endswith("#map=arcface/combined&point=one/real/c23/clip-00000:3")


def test_filters_change_what_is_drawn(chromium: Any, page_file: Path) -> None:
    with browser.opened(chromium, page_file) as page:
        count(page)
        truth = page.locator("fieldset", has_text="Truth")
        truth.locator("input[data-label=real]").uncheck()
        page.wait_for_function(
            "document.querySelector('.map-count').textContent.startsWith('270 of 360')"
        )
        page.locator("fieldset", has_text="Real or fake").locator("input").first.uncheck()
        page.wait_for_function(
            "document.querySelector('.map-count').textContent.startsWith('0 of 360')"
        )


def test_link_opens_its_point_on_its_map(chromium: Any, page_file: Path) -> None:
    link = f"#map=binary/combined&point={VIDEO}:7"
    with browser.opened(chromium, page_file, fragment=link) as page:
        count(page)
        page.wait_for_selector(".map-frames button[aria-pressed=true]")
        chosen = page.inner_text(".map-frames button[aria-pressed=true]").split("\n")
        assert chosen[0] == "0.107" and "frame 56" in chosen
        assert VIDEO in page.inner_text(".map-panel")
        assert page.locator(".map-choice").input_value() == "binary/combined"


def test_link_to_a_crop_that_is_not_there_says_so(chromium: Any, page_file: Path) -> None:
    with browser.opened(chromium, page_file, fragment="#map=arcface/combined&point=x:1") as page:
        page.wait_for_selector(".map-note:not([hidden])")
        assert "x, number 1" in page.inner_text(".map-note")


def test_keyboard_reaches_points_and_videos(chromium: Any, page_file: Path) -> None:
    with browser.opened(chromium, page_file) as page:
        count(page)
        page.locator(".map-plot").focus()
        page.keyboard.press("ArrowRight")
        first = page.inner_text(".map-card")
        page.keyboard.press("ArrowUp")
        assert page.inner_text(".map-card") not in ("", first)
        page.keyboard.press("Enter")
        assert page.locator(".map-frames button").count() == 15
        page.locator(".map-find").fill("clip-00003")
        page.keyboard.press("Enter")
        assert VIDEO in page.inner_text(".map-panel")


def test_finger_on_a_phone(chromium: Any, page_file: Path) -> None:
    with browser.opened(chromium, page_file, size=browser.PHONE, touch=True, dark=True) as page:
        count(page)
        page.locator(".map-frame").scroll_into_view_if_needed()
        page.touchscreen.tap(*page.evaluate(PLACE, 5))
        page.wait_for_selector(".map-frames button")
        assert colours_in(page, ".map-panel .map-face") > 20
        assert not browser.scrolls_sideways(page)


def test_without_script_there_are_links_to_the_pictures(chromium: Any, page_file: Path) -> None:
    with browser.opened(chromium, page_file, script=False) as page:
        assert not page.locator(".map-live").is_visible()
        links = page.locator(".map-pictures a")
        assert links.count() == 2 and links.first.is_visible()
        assert (page_file.parent / links.first.get_attribute("href")).is_file()
        assert page.locator(".missing").count() == 2


def test_without_webgl_the_picture_is_shown(chromium: Any, page_file: Path) -> None:
    with browser.opened(chromium, page_file, webgl=False) as page:
        page.wait_for_selector(".map-picture")
        assert "no WebGL" in page.inner_text(".map-note")
