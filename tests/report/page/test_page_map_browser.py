"""The interactive map in a real browser, opened from disk."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import browser
import map_project
from chosen_heads import write_heads

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
        write_heads()
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
        assert "most probable class\nreal" in page.inner_text(".map-card")
        assert "at the threshold\nreal: score 0.903, real above 0.500" in page.inner_text(
            ".map-card"
        )
        assert "called" not in page.inner_text(".map-live")
        assert page.locator(".map-card .map-near .map-face").count() == 3
        assert colours_in(page, ".map-card .map-face") > 20
        assert "Evidence map, number 1: orange speaks for fake" in page.inner_text(".map-card")
        assert colours_in(page, ".map-card .map-face + .map-face") > 200
        page.mouse.click(*page.evaluate(PLACE, 3))
        frames = page.locator(".map-frames button")
        assert frames.count() == 15
        assert frames.nth(0).inner_text().split("\n")[0] == "no score"  # NaN in the table
        assert frames.nth(3).inner_text().split("\n")[0] == "0.903"
        assert "threshold: real" in frames.nth(3).inner_text()
        assert frames.nth(3).get_attribute("aria-pressed") == "true"
        assert page.inner_text(".map-panel h3") == "clip-00000: real"
        assert page.locator(".map-more").is_visible()  # frames go on below
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
        assert page.url.endswith("#map=arcface/combined&hide.truth=real")
        page.locator("fieldset", has_text="most probable class").last.locator(
            "input"
        ).first.uncheck()
        page.wait_for_function(
            "document.querySelector('.map-count').textContent.startsWith('0 of 360')"
        )
        assert page.url.endswith("&hide.truth=real&hide.edge=right")


def test_link_opens_its_point_on_its_map(chromium: Any, page_file: Path) -> None:
    link = f"#map=binary/combined&point={VIDEO}:7"
    with browser.opened(chromium, page_file, fragment=link) as page:
        count(page)
        page.wait_for_selector(".map-frames button[aria-pressed=true]")
        chosen = page.inner_text(".map-frames button[aria-pressed=true]").split("\n")
        assert chosen[0] == "0.107" and "frame 56" in chosen
        assert not any(
            line.startswith("threshold") for line in chosen
        )  # its class is the threshold's
        assert "by the threshold" in page.inner_text(".map-by")
        assert VIDEO in page.inner_text(".map-panel")
        assert page.locator(".map-choice").input_value() == "binary/combined"


@pytest.mark.parametrize("point", ["x:1", "nobody"])
def test_link_to_a_point_that_is_not_there_says_so(
    chromium: Any, page_file: Path, point: str
) -> None:
    link = f"#map=arcface/combined&point={point}"
    with browser.opened(chromium, page_file, fragment=link) as page:
        page.wait_for_selector(".map-panel .map-note")
        assert point in page.inner_text(".map-panel .map-note")


def test_choice_of_a_map_and_its_filters_are_in_the_link(chromium: Any, page_file: Path) -> None:
    link = "#map=binary/combined&hide.colour=fake&hide.database=one"
    with browser.opened(chromium, page_file, fragment=link) as page:
        assert count(page).startswith("52 of 360")  # 4 videos of 15; 8 crops are taken for fake
        assert not page.locator("input[data-label=one]").is_checked()
        page.locator(".map-choice").select_option("arcface/combined")
        page.wait_for_function(
            "document.querySelector('.map-count').textContent.startsWith('360 of 360')"
        )
        assert page.url.endswith("#map=arcface/combined")


def test_what_is_found_is_counted_and_stands_out(chromium: Any, page_file: Path) -> None:
    with browser.opened(chromium, page_file) as page:
        count(page)
        page.locator(".map-find").fill("Clip-0000")
        page.keyboard.press("Enter")
        page.wait_for_function(
            "document.querySelector('.map-count').textContent.includes('150 points of 10 videos')"
        )
        faint = "() => document.querySelector('.map-plot').data[0].marker.opacity"
        assert set(page.evaluate(faint)) == {1, 0.12}
        page.locator(".map-find").fill("")
        page.wait_for_function(
            "document.querySelector('.map-plot').data[0].marker.opacity === 0.85"
        )
        page.locator(".map-find").fill("nobody")
        page.keyboard.press("Enter")
        page.wait_for_function(
            "document.querySelector('.map-count').textContent.includes('no video')"
        )


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


def test_map_is_dragged_and_a_drag_is_no_click(chromium: Any, page_file: Path) -> None:
    with browser.opened(chromium, page_file) as page:
        count(page)
        page.locator(".map-frame").scroll_into_view_if_needed()
        start = page.evaluate(PLACE, 3)
        page.mouse.move(*start)
        page.mouse.down()
        page.mouse.move(start[0] + 40, start[1] - 30, steps=4)
        moved = "document.querySelector('.map-plot .gl-container').style.transform"
        assert page.evaluate(moved) == "translate(40px, -30px)"
        page.mouse.up()
        assert page.evaluate(moved) == ""  # drawn anew where it was dragged to
        end = page.evaluate(PLACE, 3)
        assert end == pytest.approx([start[0] + 40, start[1] - 30], abs=1)
        assert page.locator(".map-frames").count() == 0
        page.wait_for_timeout(500)  # earlier, it would be the second click of two
        page.mouse.click(*end)
        assert page.inner_text(".map-panel h3") == "clip-00000: real"


def test_finger_on_a_phone(chromium: Any, page_file: Path) -> None:
    with browser.opened(chromium, page_file, size=browser.PHONE, touch=True, dark=True) as page:
        count(page)
        assert page.locator(".map-groups .map-shape").first.is_visible()  # the legend is open
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
