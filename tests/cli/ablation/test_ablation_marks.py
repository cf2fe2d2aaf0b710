from pathlib import Path

import pytest

from deepfake_attribution.cli.ablation.marks import write
from deepfake_attribution.core.errors import UserError

PAGE = "Before.\n\n<!-- ablation -->\nold\n<!-- end of ablation -->\n\nAfter <!-- final -->\n"


def test_only_what_is_between_the_marks_is_replaced(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text(PAGE)
    write(page, "ablation", "| a |")
    once = page.read_text()
    assert once == PAGE.replace("\nold\n", "\n\n| a |\n\n")
    write(page, "ablation", "| a |")
    assert page.read_text() == once


@pytest.mark.parametrize("name", ["final", "other"])
def test_page_without_a_place_is_refused_and_left(tmp_path: Path, name: str) -> None:
    page = tmp_path / "page.md"
    page.write_text(PAGE)
    with pytest.raises(
        UserError, match=f"no place for the table: write the lines '<!-- {name} -->"
    ):
        write(page, name, "x")
    assert page.read_text() == PAGE
    with pytest.raises(UserError, match="no place"):
        write(tmp_path / "none.md", name, "x")
