"""Links in the documentation lead somewhere, and every page is reachable."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PAGES = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md"), ROOT / "benchmarks/README.md"])
LINK = re.compile(r"\]\(([^)\s]+)\)")


def text_of(page: Path) -> str:
    """Return a page without its blocks of code."""
    return re.sub(r"^ *```.*?^ *```", "", page.read_text(encoding="utf-8"), flags=re.S | re.M)


def links(page: Path) -> list[tuple[Path, str]]:
    """Return file and heading of every link to a file of this repository."""
    targets = [link for link in LINK.findall(text_of(page)) if "://" not in link]
    parts = [target.partition("#") for target in targets]
    return [((page.parent / file).resolve() if file else page, place) for file, _, place in parts]


def places(page: Path) -> set[str]:
    """Return the headings of a page as GitHub names them in addresses."""
    headings = re.findall(r"^#+ (.+)$", text_of(page), flags=re.M)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_links_lead_to_a_file_and_a_heading(page: Path) -> None:
    for file, place in links(page):
        assert file.exists(), f"{page.name}: {file} does not exist"
        if place:
            assert place in places(file), f"{page.name}: {file.name} has no heading #{place}"


def test_every_page_can_be_reached_from_the_readme() -> None:
    reached, todo = set(), [ROOT / "README.md"]
    while todo:
        page = todo.pop()
        if page not in reached:
            reached.add(page)
            found = [file / "README.md" if file.is_dir() else file for file, _ in links(page)]
            todo += [file for file in found if file.suffix == ".md"]
    assert {*PAGES} - reached - {ROOT / "CHANGELOG.md"} == set()
