from dataclasses import replace

import pandas as pd
import pytest

from deepfake_attribution.report import markdown, results, wording
from deepfake_attribution.report.content import Run
from published_files import beside


def figure(database: str, level: str, attack: str = "all") -> dict[str, object]:
    counts = {"n_real": 10, "n_fake": 20, "k_fnr": 1, "k_fpr": 5}
    rates = {"auc": 90.0, "eer": 12.0, "ap": 80.0, "fnr": 10.0, "fpr": 25.0, "hter": 17.5}
    return {
        **{"approach": "Binary", "database": database, "attack": attack, "compression": "c23"},
        **{"level": level, "threshold": 0.5, "threshold_scores": "held_out"},
        **{"videos_without_face": 2, "coverage": 93.75, "missing": "", "videos_missing": 7},
        **{"seed": 1},
        **rates,
        **counts,
    }


FIGURES = pd.DataFrame(
    [
        figure(database, level, attack)
        for database in ("one", "unseen")
        for attack in ("all", "swap")
        for level in ("video", "frame")
    ]
)
ACCURACY = pd.DataFrame(
    [("Attribution", "one", 30, 30, 24, 80.0)],
    columns=["approach", "database", "n", "n_known", "correct", "accuracy"],
)
RUN = Run(results.over_seeds(FIGURES), ACCURACY, ["one"], [wording.DEMO], 0.1)


@pytest.fixture(scope="module")
def page() -> str:
    return markdown.page(RUN)


def section(page: str, title: str) -> str:
    return page.split(f"\n### {title}\n")[1].split("\n### ")[0].split("\n## ")[0]


def test_demo_warning_stands_above_the_first_table(page: str) -> None:
    assert page.index("Drawn people, simulated attacks") < page.index("|")
    assert "nothing about how good a method is on real deepfakes" in page
    assert "simulated" not in markdown.page(replace(RUN, remarks=[]))


def test_page_says_whose_fakes_set_the_threshold(page: str) -> None:
    words = "which lets 10 % of the degraded copies of the pooled validation fakes pass"
    assert words in markdown.page(replace(RUN, degraded=True)) and words not in page


def test_every_table_of_figures_says_its_level(page: str) -> None:
    for title, database in (("Databases trained on", "one"), ("Other databases", "unseen")):
        part = section(page, title)
        assert part.index(f"#### {database}") < part.index("**Video level (score: mean")
        assert part.index("**Video level") < part.index("**Frame level**")
        assert (
            part.count("| Binary | 90.00 | 12.00 | 80.00 | 10.00 | 25.00 | 17.50 | 10 | 20 | c23 |")
            == 2
        )
    assert "Video level" in section(page, "Each attack alone")


def test_n_coverage_and_seeds_stand_beside_every_figure(page: str) -> None:
    assert "| 10 | 20 | c23 | 2 | 7 | 93.75 | 1 |" in section(page, "Databases trained on")
    attacks = section(page, "Each attack alone")
    assert attacks.count("| 10 | 20 | c23 | 2 | 7 | 93.75 | 1 |") == 6
    assert "| one | real (FNR) | 10.00 (1/10) | 10 | - | c23 |" in attacks
    assert "| one | swap | 25.00 (5/20) |" in attacks and "| one | swap | 17.50 |" in attacks
    classes = section(page, "Classification accuracy")
    assert "| one | - | 80.00 (24/30) | c23 | 2 | 7 | 93.75 | 1 |" in classes
    assert "videos not found, which the dataset's authors list" in page


def test_reader_is_told_what_is_positive_and_where_the_threshold_is_from(page: str) -> None:
    assert "Positive is real" in page and "lets 10 % of the pooled validation fakes pass" in page
    assert "held-out scores" in section(page, "Thresholds")


def test_every_row_of_a_table_has_as_many_cells_as_its_heading(page: str) -> None:
    width = 0
    published = markdown.page(replace(RUN, published=beside({"Celeb-DF": "one"}, videos=(10, 20))))
    for line in [*page.splitlines(), *published.splitlines()]:
        cells = line.count("|")
        if cells and not width:
            width = cells
        assert cells in (0, width), line
        width = width if cells else 0


def test_a_bar_in_a_cell_does_not_break_the_table_and_nothing_is_a_dash() -> None:
    table = markdown.table(pd.DataFrame({"a": ["x|y", None], "n": [1, 2]}))
    assert table == "| a | n |\n| --- | --- |\n| x\\|y | 1 |\n| - | 2 |\n"
    assert markdown.table(pd.DataFrame({"a": []})) == "None.\n"


def test_page_without_databases_trained_on_leaves_their_heading_out() -> None:
    assert "Databases trained on" not in markdown.page(replace(RUN, training=[]))


def test_published_figures_stand_beside_ours_only_where_a_row_is_named(page: str) -> None:
    assert "published" not in page.lower()
    published = markdown.page(
        replace(RUN, published=beside({"Celeb-DF": "one", "Google": "gone"}, videos=(10, 20)))
    )
    part = section(published, "Comparison with published figures")
    assert "| Celeb-DF ours | Celeb-DF published | Celeb-DF difference |" in part
    assert "| Binary | FNR | 10.00 (1/10) | 1.12 (2/10) | +8.88 |" in part
    assert "Google (gone has no test videos here)" in part
    assert "stated by no source" in part and "broken" in part
