from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
from test_report_results import row

from deepfake_attribution.report import markdown, results, strength_tables
from deepfake_attribution.report.content import Run, sections
from deepfake_attribution.report.page import strength_picture, strength_plots
from golden_files import Golden

APPROACHES = ("Binary", "NoPixels-All")


def strengths(unknown: int = 0) -> pd.DataFrame:
    """Return figures of two databases, one with three parts, one with a single strength."""
    parts = [("one", n, n / 3, n / 3 + 0.3) for n in range(3)] + [("few", 0, 0.5, 0.5)]
    return pd.DataFrame(
        {"approach": approach, "database": database, "part": part, "strength_low": low}
        | {"strength_mean": (low + high) / 2, "strength_high": high, "unknown": unknown}
        | {"measure": measure, "value": value + 10 * part, "low": value - 5, "high": value + 30}
        | {"n_real": 12, "n_fake": 20 + part, "confidence": 95.0}
        for approach in APPROACHES
        for database, part, low, high in parts
        for measure, value in (("auc", 61.0), ("fpr", 20.0))
    )


def run(table: pd.DataFrame) -> Run:
    accuracy = pd.DataFrame(columns=["approach", "database", "n", "n_known", "correct", "accuracy"])
    figures = results.over_seeds(pd.DataFrame([row("Binary", "one", auc=90.0)]))
    return Run(figures, accuracy, ["one"], [], 0.1, strengths=table)


def test_table_has_a_row_per_part_with_interval_and_n() -> None:
    table = strength_tables.table(strengths(), "auc")
    assert table.columns.tolist() == [
        *("database", "strength", *APPROACHES, "real videos", "fake videos"),
    ]
    assert table["database"].tolist() == ["one"] * 3 + ["few"]
    assert table["strength"].tolist() == [
        *("0 to 0.3", "0.333 to 0.633", "0.667 to 0.967", "0.5"),
    ]
    assert table["Binary"].tolist()[:2] == ["61.00 [56.0 to 91.0]", "71.00 [56.0 to 91.0]"]
    assert table["fake videos"].tolist() == [20, 21, 22, 20]
    assert (table["real videos"] == 12).all()


def test_approaches_are_in_the_order_of_the_other_tables() -> None:
    figures = pd.DataFrame({"approach": ["NoPixels-All", "Binary", "NoPixels-All"]})
    table = strength_tables.table(strength_tables.ordered(strengths(), figures), "auc")
    assert table.columns.tolist()[2:4] == ["NoPixels-All", "Binary"]
    assert table["database"].tolist() == ["one"] * 3 + ["few"]
    assert strength_tables.ordered(strength_tables.none(), figures).empty


def test_figure_without_interval_or_value_has_no_bracket() -> None:
    table = strengths()
    table.loc[table["part"] == 1, ["low", "high"]] = np.nan
    table.loc[table["part"] == 2, ["value", "low", "high"]] = np.nan
    cells = strength_tables.table(table, "fpr")["Binary"].tolist()
    assert cells[1:3] == ["30.00", "-"]


def test_section_comes_after_the_attacks_and_is_missing_without_strengths() -> None:
    headings = [section.heading for section in sections(run(strengths()))]
    assert headings[headings.index("Each attack alone") + 1] == "Attack strength"
    page = markdown.page(run(strengths(unknown=3)))
    assert "one: 3 test fakes without a number as strength are left out." in page
    assert "left out" not in markdown.page(run(strengths())).partition("## Attack strength")[2]
    without = replace(run(strengths()), strengths=strength_tables.none())
    assert "Attack strength" not in markdown.page(without)


def aucs(*rows: tuple[str, str, list[float]], unknown: int = 0) -> pd.DataFrame:
    """Return AUCs of the parts of the strengths, weakest first, of approaches and databases."""
    return pd.DataFrame(
        {"approach": approach, "database": database, "part": part, "measure": "auc"}
        | {"value": value, "unknown": unknown}
        for approach, database, values in rows
        for part, value in enumerate(values)
    )


def test_answer_counts_where_the_strongest_part_has_the_highest_auc(golden: Golden) -> None:
    thirds = [
        ("A", "one", [60.0, 70.0, 80.0]),
        ("B", "one", [80.0, 70.0, 60.0]),
        ("NoPixels-All", "one", [60.0, 70.0, 80.0]),  # no head
    ]
    shared = ("A", "two", [90.0, 99.999, 100.0])  # prints the same
    lacking = ("A", "three", [90.0, np.nan, 100.0])
    halves, single = ("A", "two", [90.0, 80.0]), ("A", "four", [90.0])
    found = [
        aucs(*thirds),
        aucs(*thirds, shared, lacking),
        aucs(*thirds, halves, single),
        aucs(thirds[0], unknown=2),
    ]
    golden("answers", [strength_tables.answer(one) for one in found])
    assert strength_tables.answer(aucs(single, lacking)) == ""
    assert strength_tables.answer(strength_tables.none()) == ""


def test_answer_is_the_first_sentence_of_its_section() -> None:
    found = strength_tables.answer(strengths())
    (section,) = (one for one in sections(run(strengths())) if one.anchor == "strengths")
    assert section.answer == section.text[0] == found != ""
    assert found in markdown.page(run(strengths()))


def test_axis_of_a_panel_holds_its_own_figures_only() -> None:
    near = strength_tables.of_heads(strengths()).assign(value=95.0, low=94.0, high=96.0)
    low, high = strength_plots.ends(near)
    assert 90 < low < 94 and 96 < high < 100
    assert strength_plots.ends(near.assign(low=np.nan, high=np.nan)) == (94.0, 96.0)
    assert strength_plots.ends(near.assign(value=np.nan, low=np.nan, high=np.nan)) == (-2.0, 102.0)
    near = near[near["database"] == "one"]
    both = pd.concat([near, near.assign(database="low", value=60.0, low=59.0, high=61.0)])
    panels = strength_plots.section(both)["views"][0]["panels"]
    axes = [panel["figure"]["layout"]["yaxis"]["range"] for panel in panels]
    assert [tuple(axis) for axis in axes] == [strength_plots.ends(near), (58.0, 62.0)]


def test_picture_is_drawn_once_there_are_strengths(tmp_path: Path) -> None:
    shown = strength_tables.of_heads(strengths())
    assert set(shown["approach"]) == {"Binary"}
    (picture,) = strength_picture.draw(shown, tmp_path / "page")
    first = (tmp_path / picture.file).read_bytes()
    assert picture.file == "page/pictures/strength.png" and "95 %" in picture.caption
    strength_picture.draw(shown, tmp_path / "page")
    assert (tmp_path / picture.file).read_bytes() == first
    assert strength_picture.draw(strength_tables.none(), tmp_path / "other") == []
    assert not (tmp_path / "other").exists()
