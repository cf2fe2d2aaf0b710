"""The page in a real browser: what is sorted, filtered, drawn and printed."""

from pathlib import Path
from typing import Any

import pytest
import small_page

from browser import DESKTOP, PHONE, opened, scrolls_sideways

pytestmark = pytest.mark.slow
PLOTS = (
    *("operating", "forest", "attacks", "strengths", "unseen", "ridges"),
    *("matrices", "curves", "training"),
)


def column(table: Any, place: int) -> list[str]:
    script = "(table, place) => [...table.tBodies[0].rows].map((row) => row.cells[place].innerText)"
    return table.evaluate(script, place)


def unfolded(page: Any, anchor: str) -> Any:
    """Follow a link to ``anchor``: what it is folded into opens; return the element."""
    page.evaluate("(anchor) => { location.hash = anchor; }", anchor)
    element = page.locator(f"[id='{anchor}']")
    element.wait_for()  # until it is visible
    return element


def test_table_is_sorted_by_click_and_by_key(chromium: Any, page_file: Path) -> None:
    with opened(chromium, page_file) as page:
        table = unfolded(page, "trained-1").locator("~ .scroll table").first
        auc = table.get_by_role("button", name="AUC")
        assert column(table, 1) == ["80.00", "81.00", "82.00", "83.00"]
        auc.click()
        assert column(table, 1) == ["83.00", "82.00", "81.00", "80.00"]
        heading = table.locator("th", has=page.get_by_role("button", name="AUC"))
        assert heading.get_attribute("aria-sort") == "descending"
        auc.press("Enter")
        assert column(table, 1) == ["80.00", "81.00", "82.00", "83.00"]
        assert heading.get_attribute("aria-sort") == "ascending"


def test_what_is_not_there_comes_last_either_way(chromium: Any, page_file: Path) -> None:
    with opened(chromium, page_file) as page:
        page.locator("details.summed-up > summary").click()
        table = page.locator("#summary ~ details .scroll table").first
        auc = table.get_by_role("button", name="AUC", exact=True)
        for _ in range(2):
            auc.click()
            assert column(table, 3)[-1] == "-" and column(table, 0)[-1] == "fakes"


def test_published_table_is_sorted_by_approach_as_a_whole(chromium: Any, page_file: Path) -> None:
    with opened(chromium, page_file) as page:
        unfolded(page, "published-1")
        table = page.locator("table.compared")
        names = "(table) => [...table.tBodies].map((body) => body.rows[0].cells[0].innerText)"
        assert table.evaluate(names) == list(small_page.APPROACHES)
        table.get_by_role("button", name="ours").click()
        assert table.evaluate(names)[0] == "ArcFaceMod-LR"


def test_filter_leaves_the_rows_that_hold_every_word(chromium: Any, page_file: Path) -> None:
    with opened(chromium, page_file, fragment="#made-from") as page:
        boxes = page.locator("[type=search]")
        assert boxes.count() == 1  # of the thresholds: four approaches, two levels
        assert page.locator("section:has(#thresholds) [type=search]").count() == 1
        page.evaluate(
            """() => {
              const rows = [...Array(9).keys()].map((n) => `<tr><th>x${n}</th><td>${n}</td></tr>`);
              document.body.innerHTML = `<div class="scroll"><table data-sortable>
                <thead><tr><th>a</th><th>n</th></tr></thead><tbody>${rows.join("")}</tbody></table></div>`;
            }"""
        )
        page.add_script_tag(url=(page_file.parent / "page" / "tables.js").as_uri())
        page.get_by_role("searchbox").fill("X7 7")
        assert page.locator("tbody tr:visible").all_inner_texts() == ["x7\t7"]
        assert page.get_by_text("1 of 9 rows").is_visible()


def test_key_columns_stay_and_are_one_on_a_phone(chromium: Any, page_file: Path) -> None:
    script = """() => {
      document.body.innerHTML = `<div class="scroll"><table data-sortable style="width: 3000px">
        <thead><tr><th>database</th><th class="word">attack</th><th>FPR</th></tr></thead>
        <tbody><tr><th>one</th><td class="word">swap</td><td>5.00 [0.0 to 15.0] (1/20)</td></tr>
        <tr><th>one</th><td class="word">mouth</td><td>-</td></tr></tbody></table></div>`;
    }"""
    tables = (page_file.parent / "page" / "tables.js").as_uri()
    for size in (DESKTOP, PHONE):
        with opened(chromium, page_file, size=size) as page:
            page.evaluate(script)
            page.add_script_tag(url=tables)
            page.evaluate("document.querySelector('.scroll').scrollLeft = 900")
            cell = page.locator("tbody th").first
            assert cell.get_attribute("data-keys") == "swap"
            shown = "(cell) => getComputedStyle(cell, '::after').content"
            assert ("swap" in cell.evaluate(shown)) == (size == PHONE)
            second = page.locator("tbody .key", has_text="swap")
            assert second.is_visible() == (size == DESKTOP)
            if size == DESKTOP:  # beside the first, and still there
                box, first = second.bounding_box(), cell.bounding_box()
                assert abs(box["x"] - first["x"] - first["width"]) < 2
            assert page.locator("tbody td.foldable span").all_inner_texts() == [
                *("[0.0 to 15.0]", "(1/20)")
            ]


def test_matrix_says_what_names_the_class(chromium: Any, page_file: Path) -> None:
    with opened(chromium, page_file) as page:
        section = page.locator("[data-plot=matrices]")
        section.scroll_into_view_if_needed()
        section.locator(".main-svg").first.wait_for()
        assert "by the most probable class, whatever the threshold says" in section.inner_text()
        assert "real, n 40" in section.locator(".plot").text_content()
        section.get_by_label("Approach").select_option(label="Binary")
        section.get_by_text("by the threshold: real above it").wait_for()


def test_link_to_a_folded_section_unfolds_it(chromium: Any, page_file: Path) -> None:
    with opened(chromium, page_file, fragment="#trained-1") as page:
        assert page.locator("#trained").get_attribute("open") == ""
        assert page.locator("#trained-1").is_visible()
        assert page.locator("#strengths").get_attribute("open") is None
        page.locator("#strengths > summary").focus()
        page.keyboard.press("Enter")
        assert page.locator("#strengths-1").is_visible()


@pytest.mark.parametrize("dark", [False, True])
def test_every_figure_is_drawn_when_it_comes_near(
    chromium: Any, page_file: Path, dark: bool
) -> None:
    with opened(chromium, page_file, dark=dark) as page:
        for name in PLOTS:
            section = page.locator(f"[data-plot={name}]")
            section.scroll_into_view_if_needed()
            section.locator(".main-svg").first.wait_for()
            assert section.locator(".caption").inner_text()
        assert page.locator(".fallback:visible").count() == 0
        ink = page.evaluate("getComputedStyle(document.body).color")
        assert (ink == "rgb(230, 233, 237)") == dark


def test_one_legend_hides_and_shows_in_every_panel(chromium: Any, page_file: Path) -> None:
    with opened(chromium, page_file, size=PHONE, touch=True) as page:
        section = page.locator("[data-plot=curves]")
        section.scroll_into_view_if_needed()
        section.locator(".main-svg").first.wait_for()
        entries = section.locator(".legend button")
        assert entries.count() == len(small_page.APPROACHES)
        widths = entries.evaluate_all(
            "(all) => all.map((one) => one.getBoundingClientRect().right)"
        )
        assert max(widths) <= PHONE[0]  # none is cut
        shown = "(plot) => plot.data.filter((one) => one.visible !== false).length"
        before = [plot.evaluate(shown) for plot in section.locator(".plot").all()]
        entries.first.click()
        assert entries.first.get_attribute("aria-pressed") == "false"
        after = [plot.evaluate(shown) for plot in section.locator(".plot").all()]
        assert after == [count - 2 for count in before]  # the curve and its mark
        entries.first.click()
        assert [plot.evaluate(shown) for plot in section.locator(".plot").all()] == before
        assert page.locator("[data-plot=ridges] .legend").count() == 0  # its rows tell enough


def test_figures_follow_the_page_between_light_and_dark(chromium: Any, page_file: Path) -> None:
    ink = "(plot) => plot._fullLayout.font.color"
    with opened(chromium, page_file) as page:
        plot = page.locator("[data-plot=training] .plot")
        page.locator("[data-plot=training]").scroll_into_view_if_needed()
        plot.locator(".main-svg").first.wait_for()
        assert plot.evaluate(ink) == "#1d2126"
        assert "system-ui" in plot.evaluate("(plot) => plot._fullLayout.font.family")
        page.emulate_media(color_scheme="dark")
        page.wait_for_function(
            f"({ink})(document.querySelector('[data-plot=training] .plot')) === '#e6e9ed'"
        )
        assert "var(" not in plot.evaluate("(plot) => JSON.stringify([plot.data, plot.layout])")


def test_figure_that_cannot_be_loaded_gives_way_to_its_pictures(
    chromium: Any, page_file: Path, tmp_path: Path
) -> None:
    import shutil

    copy = tmp_path / page_file.name
    for path in page_file.parent.iterdir():
        (shutil.copytree if path.is_dir() else shutil.copy)(path, tmp_path / path.name)
    (tmp_path / "page" / "data" / "training-0.js").unlink()
    context = chromium.new_context(offline=True)
    page = context.new_page()
    page.goto(copy.as_uri())
    page.locator("[data-plot=training]").scroll_into_view_if_needed()
    page.locator("[data-plot=training] + .fallback img").wait_for()
    context.close()


def test_database_without_reals_says_why_there_is_no_curve(chromium: Any, page_file: Path) -> None:
    with opened(chromium, page_file) as page:
        section = page.locator("[data-plot=curves]")
        section.scroll_into_view_if_needed()
        section.get_by_label("Database").select_option(label="fakes (not trained on)")
        section.get_by_text("There is no curve").wait_for()
        assert "0 real and 40 fake videos" in section.inner_text()
        section.get_by_label("Database").select_option(label="new (not trained on)")
        section.get_by_label("Level").select_option(label="frames")
        section.get_by_text("40 real and 40 fake crops, frame level").wait_for()
        assert section.locator(".plot").count() == 2
        symbols = "(plot) => new Set(plot.data.map((trace) => trace.marker?.symbol)).size"
        assert section.locator(".plot").last.evaluate(symbols) >= 3  # one for each classifier
        reading = page.locator("section:has(> #roc) > .reading")
        reading.locator("summary").click()
        assert "the dotted lines" in reading.inner_text()


@pytest.mark.parametrize("dark", [False, True])
def test_phone_never_scrolls_the_page_sideways(chromium: Any, page_file: Path, dark: bool) -> None:
    with opened(chromium, page_file, size=PHONE, dark=dark, touch=True) as page:
        for name in PLOTS:
            page.locator(f"[data-plot={name}]").scroll_into_view_if_needed()
            page.locator(f"[data-plot={name}] .main-svg").first.wait_for()
        assert not scrolls_sideways(page)


def test_paper_shows_pictures_and_nothing_folded(chromium: Any, page_file: Path) -> None:
    with opened(chromium, page_file) as page:
        page.emulate_media(media="print")
        page.evaluate("window.dispatchEvent(new Event('beforeprint'))")
        assert page.locator(".live:visible, nav:visible").count() == 0
        assert (
            page.locator(".fallback").count()
            == page.locator(".fallback:visible").count()
            == len(PLOTS)
        )
        assert page.locator("details:not([open])").count() == 0
        page.wait_for_function("[...document.images].every((image) => image.naturalWidth > 0)")
        page.evaluate("window.dispatchEvent(new Event('afterprint'))")
        assert page.locator("details[open]").count() == 0


def test_page_without_scripts_has_its_tables_and_pictures(chromium: Any, page_file: Path) -> None:
    with opened(chromium, page_file, script=False) as page:
        assert page.locator("table").count() > 5
        assert page.locator(".fallback:visible").count() == len(PLOTS)
        assert page.get_by_role("searchbox").count() == 0
