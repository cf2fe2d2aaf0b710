"""Tables that are copied in a real browser: what is in the clipboard, and by which keys."""

from pathlib import Path
from typing import Any

import pytest

from browser import PHONE, opened, scrolls_sideways

pytestmark = pytest.mark.slow
ODD = """() => {
  const rows = [["a_b", "1,5 %"], ['c|"d"', "-"], ["x<y", "2"]];
  const text = (value) => value.replaceAll("<", "&lt;");
  const row = ([one, two]) => `<tr><th>${text(one)}</th><td>${two}</td></tr>`;
  document.body.innerHTML = `<div class="scroll" aria-label="odd"><table data-sortable>
    <thead><tr><th class="word">name</th><th>FPR</th></tr></thead>
    <tbody>${rows.map(row).join("")}</tbody></table></div>`;
}"""


def odd(page: Any, page_file: Path, copied: str) -> None:
    """Put one table into the page; what is copied is put into ``window.copied``."""
    page.evaluate(ODD)
    page.evaluate(copied)
    page.evaluate("page.tables(document)")


CLIPBOARD = """() => Object.defineProperty(navigator, "clipboard", {
  value: { writeText: async (text) => { window.copied = text; } }, configurable: true })"""
REFUSED = """() => Object.defineProperty(navigator, "clipboard", {
  value: undefined, configurable: true })"""


def test_table_is_copied_in_each_format(chromium: Any, page_file: Path) -> None:
    expected = {
        "CSV": 'name,FPR\na_b,"1,5 %"\n"c|""d""",-\nx<y,2\n',
        "Markdown": "| name | FPR |\n| --- | ---: |\n| a_b | 1,5 % |\n"
        '| c\\|"d" | - |\n| x<y | 2 |\n',
        "LaTeX": "\\begin{tabular}{lr}\n\\toprule\nname & FPR \\\\\n\\midrule\n"
        'a\\_b & 1,5 \\% \\\\\nc|"d" & - \\\\\nx\\textless{}y & 2 \\\\\n'
        "\\bottomrule\n\\end{tabular}\n",
    }
    with opened(chromium, page_file) as page:
        odd(page, page_file, CLIPBOARD)
        for name, text in expected.items():
            page.locator(".copy > summary").click()
            page.get_by_role("button", name=name).click()
            page.get_by_text(f"copied as {name}").wait_for()
            assert page.evaluate("window.copied") == text
            assert page.locator(".copy[open]").count() == 0


def test_rows_are_copied_as_they_are_sorted_and_filtered(chromium: Any, page_file: Path) -> None:
    with opened(chromium, page_file) as page:
        odd(page, page_file, CLIPBOARD)
        page.get_by_role("button", name="FPR").click()
        page.evaluate("document.querySelector('tbody tr').hidden = true")
        page.locator(".copy > summary").click()
        page.get_by_role("button", name="CSV").click()
        page.get_by_text("copied as CSV").wait_for()
        assert page.evaluate("window.copied").startswith('name,FPR\na_b,"1,5 %"\n')
        assert "x<y" not in page.evaluate("window.copied")


def test_table_in_groups_has_group_and_measure_as_columns(chromium: Any, page_file: Path) -> None:
    with opened(chromium, page_file, fragment="#published-1") as page:
        page.evaluate(CLIPBOARD)
        box = page.locator(".scroll:has(table.compared)")
        menu = box.locator("xpath=preceding-sibling::*[1]")
        menu.locator("summary").click()
        menu.get_by_role("button", name="CSV").click()
        menu.get_by_text("copied as CSV").wait_for()
        head, first, *_ = page.evaluate("window.copied").splitlines()
        assert head == "approach,measure,Celeb-DF ours,Celeb-DF published,Celeb-DF difference"
        assert first.startswith("Binary,AUC,80.00,")


def test_menu_works_by_keys_alone(chromium: Any, page_file: Path) -> None:
    with opened(chromium, page_file) as page:
        odd(page, page_file, CLIPBOARD)
        summary = page.locator(".copy > summary")
        assert summary.get_attribute("aria-label") == "Copy table: odd"
        summary.focus()
        page.keyboard.press("Enter")
        page.keyboard.press("Escape")
        assert page.locator(".copy[open]").count() == 0
        page.keyboard.press("Enter")
        page.keyboard.press("Tab")
        page.keyboard.press("Tab")
        page.keyboard.press("Enter")
        page.get_by_text("copied as Markdown").wait_for()
        assert page.evaluate("document.activeElement.tagName") == "SUMMARY"


def test_without_a_clipboard_a_text_box_is_copied_or_shown(chromium: Any, page_file: Path) -> None:
    with opened(chromium, page_file) as page:
        odd(page, page_file, REFUSED)
        page.locator(".copy > summary").click()
        page.evaluate(
            """void (document.execCommand = () => {
              window.copied = document.querySelector(".copy textarea").value; return true; })"""
        )
        page.get_by_role("button", name="CSV").click()
        page.get_by_text("copied as CSV").wait_for()
        assert page.evaluate("window.copied").startswith("name,FPR\n")
        assert page.locator(".copy textarea").count() == 0
        page.locator(".copy > summary").click()
        page.evaluate("void (document.execCommand = () => false)")
        page.get_by_role("button", name="CSV").click()
        page.get_by_text("select the text and copy it").wait_for()
        assert page.locator(".copy textarea").input_value().startswith("name,FPR\n")


def test_every_table_has_a_menu_and_a_phone_does_not_scroll_sideways(
    chromium: Any, page_file: Path
) -> None:
    with opened(chromium, page_file, size=PHONE, touch=True, fragment="#trained-1") as page:
        assert page.locator(".copy").count() == page.locator("table[data-sortable]").count()
        page.locator("#trained .copy > summary").first.click()
        assert page.locator("#trained .copy button").first.is_visible()
        assert not scrolls_sideways(page)
