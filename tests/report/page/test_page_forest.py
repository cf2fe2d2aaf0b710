"""The forest plot: what it shows, as a figure of the page and as pictures."""

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
import small_page

from deepfake_attribution.report import better, forest, results
from deepfake_attribution.report.page import forest_picture, forest_plots
from golden_files import Golden

FIGURES = results.over_seeds(small_page.figures())  # by AUC, ArcFaceMod-LR is the best on one


def pairs(**changes: Any) -> pd.DataFrame:
    """Return the pairs of two databases with the best approach, one of them turned around."""
    best, rows = "ArcFaceMod-LR", []
    for database in ("new", "one"):
        for one, other, difference, p in (
            (best, "Binary", 3.0, 0.001),
            ("Attribution", best, -2.0, 0.2),
            (best, "TripletLoss-NN", 1.0, np.nan),
        ):
            row = {"database": database, "measure": "auc", "one": one, "other": other}
            row |= {"difference": difference, "low": difference - 1, "high": difference + 0.5}
            rows.append(row | {"p_corrected": p, "confidence": 95.0} | changes)
    return pd.DataFrame(rows)


def test_lines_are_each_approach_minus_the_best_those_trained_on_first() -> None:
    panels = forest.panels(FIGURES, pairs(), ["one"], "auc")
    assert [(panel.database, panel.seen, panel.best) for panel in panels] == [
        ("one", True, "ArcFaceMod-LR"),
        ("new", False, "ArcFaceMod-LR"),
    ]
    assert (panels[0].n_real, panels[0].n_fake) == (40, 40)
    binary, attribution, triplet, arcface = panels[0].lines
    assert (binary.difference, binary.low, binary.high) == (-3.0, -3.5, -2.0)
    assert (attribution.difference, attribution.low, attribution.high) == (-2.0, -3.0, -1.5)
    assert [line.significant for line in panels[0].lines] == [True, False, False, False]
    assert [line.best for line in panels[0].lines] == [False, False, False, True]
    assert arcface.difference == 0 and np.isnan(arcface.low) and np.isnan(triplet.p)


def test_nothing_is_shown_without_a_comparison() -> None:
    assert forest.panels(FIGURES, better.none(), ["one"], "auc") == []
    assert forest.panels(FIGURES, pairs(difference=np.nan), ["one"], "auc") == []
    alone = FIGURES[FIGURES["approach"] == "Binary"]
    assert forest.panels(alone, pairs(), ["one"], "auc") == []
    assert forest_plots.section(FIGURES, better.none(), ["one"]) is None


def test_axis_holds_zero_and_every_interval() -> None:
    low, high = forest.span(forest.panels(FIGURES, pairs(), [], "auc"))
    assert low < -3.5 and high > 0
    exact = pairs(difference=0.0, low=np.nan, high=np.nan)
    assert forest.span(forest.panels(FIGURES, exact, [], "auc")) == (-1.0, 1.0)


def test_figure_has_groups_and_marks_what_is_significant() -> None:
    section = forest_plots.section(FIGURES, pairs(), ["one"])
    assert section and section["choices"][0]["names"] == ["AUC"]  # HTER was not compared
    (view,) = section["views"]
    assert (
        "left of 0 is worse. Bars: 95 % interval; blue and filled: p below 0.05" in view["caption"]
    )
    assert [panel.get("group") for panel in view["panels"]] == [
        *("Databases trained on", "Databases not trained on")
    ]
    figure = view["panels"][0]["figure"]
    assert list(figure["layout"]["yaxis"]["ticktext"]) == list(small_page.APPROACHES)
    binary, attribution, _, best = figure["data"]
    assert binary["marker"]["color"] == "var(--accent)"
    assert attribution["marker"]["color"] == "var(--paper)"
    assert best["marker"]["symbol"] == "diamond" and "error_x" not in best
    assert (binary["error_x"]["array"], binary["error_x"]["arrayminus"]) == ([1.0], [0.5])
    assert binary["customdata"] == ["<b>Binary</b><br>-3.00 [-3.5 to -2.0]<br>p 0.001: significant"]
    shapes = figure["layout"]["shapes"]
    assert [(shape["x0"], shape["x1"]) for shape in shapes] == [(0, 0)]


def test_caption_says_how_many_pairs_p_is_corrected_for(golden: Golden, tmp_path: Path) -> None:
    table = pairs()
    known, fewer = table.fillna({"p_corrected": 0.5}), table[table["database"] == "one"]
    more = pd.concat([known, fewer.assign(one="Binary", other="Attribution")])
    lacking = pairs(p_corrected=np.nan, low=np.nan, high=np.nan)
    notes = [
        forest.notes(forest.panels(FIGURES, one, ["one"], "auc"), one, "auc")
        for one in (table, known, more, fewer[:1], lacking)
    ]
    golden("notes", [note or "(nothing)" for note in notes])
    view = forest_plots.section(FIGURES, known, ["one"])["views"][0]  # type: ignore[index]
    (made,) = forest_picture.draw(FIGURES, known, ["one"], tmp_path / "page")
    assert view["caption"].endswith(notes[1]) and made.caption.endswith(notes[1])


def test_groups_have_one_heading_each_and_names_are_text() -> None:
    odd = pairs().replace("new", "<i>").replace({"one": {"one": "one"}})
    figures = FIGURES.replace("new", "<i>")
    section = forest_plots.section(figures, odd, ["one", "<i>"])
    assert section
    panels = section["views"][0]["panels"]
    assert [panel.get("group") for panel in panels] == ["Databases trained on", None]
    assert panels[1]["figure"]["layout"]["title"]["text"].startswith("<b>&lt;i&gt;</b>")


@pytest.mark.slow
@pytest.mark.parametrize("databases", [1, 13])
def test_pictures_are_of_each_measure_and_the_same_each_time(
    tmp_path: Path, databases: int
) -> None:
    names = {n: f"database {n}" for n in range(databases)}
    one, own = FIGURES[FIGURES["database"] == "one"], pairs()[3:]
    figures = pd.concat([one.assign(database=name) for name in names.values()])
    differences = pd.concat([own.assign(database=name) for name in names.values()])
    (made,) = forest_picture.draw(figures, differences, ["database 0"], tmp_path / "page")
    assert made.title == "AUC: differences to the best approach"
    files = [tmp_path / made.file, tmp_path / made.pdf]
    first = [path.read_bytes() for path in files]
    assert first[1].startswith(b"%PDF")
    forest_picture.draw(figures, differences, ["database 0"], tmp_path / "page")
    assert [path.read_bytes() for path in files] == first
    assert forest_picture.draw(FIGURES, better.none(), [], tmp_path / "none") == []
