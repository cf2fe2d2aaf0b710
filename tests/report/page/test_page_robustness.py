"""The page with damaged videos, and without."""

from dataclasses import replace
from pathlib import Path

import pytest
import small_page

from damaged_results import table
from deepfake_attribution.core import paths
from deepfake_attribution.report import markdown, robustness
from deepfake_attribution.report.page import document, robustness_picture


@pytest.fixture
def pictures(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return small_page._pictures()


@pytest.mark.slow
def test_page_has_the_section_its_figure_and_its_tables(pictures: Path) -> None:
    run = small_page.run(small_page.figures())
    found = table()
    run = replace(run, further=[*run.further, robustness.section(found)])
    own = found[found["database"] == "new"]
    drawn = {"robustness": robustness_picture.draw(own, paths.page_files())}
    page = document.render(document.Content(run, fallbacks=drawn), pictures)
    assert 'id="robustness"' in page and 'data-plot="robustness"' in page
    assert page.count("pictures/robustness-auc-") >= 1 and "H.264, CRF 43" in page
    text = markdown.page(run)
    assert "## What if a video is compressed, small, blurred, noisy or dark?" in text
    assert (
        "| H.264, CRF 43 |" in text and "Reals called fake (FNR)" not in text
    )  # in robustness.csv


def test_page_without_damaged_videos_has_no_word_of_it(pictures: Path) -> None:
    run = small_page.run(small_page.figures())
    page = document.render(document.Content(run, fallbacks={"robustness": []}), pictures)
    for words in ("robustness", "blurred", "CRF"):
        assert words not in page and words not in markdown.page(run)
