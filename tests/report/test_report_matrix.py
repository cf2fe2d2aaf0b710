from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from test_report_better import DIFFERENCES, FIGURES, RAW, RUN
from test_report_results import row

from deepfake_attribution.evaluate.metadata_baseline.baseline import VARIANTS
from deepfake_attribution.report import better, matrix, matrix_colours, results
from deepfake_attribution.report.matrix import Matrix


def of(run: object, measure: str) -> Matrix:
    return next(one for one in matrix.matrices(run) if one.measure == measure)  # type: ignore


def marks(one: Matrix) -> dict[str, list[str]]:
    return {name: [cell.mark for cell in cells] for name, cells in one.rows.items()}


def test_cells_hold_figure_interval_and_marks() -> None:
    auc = of(RUN, "auc")
    assert [(column.name, column.seen) for column in auc.columns] == [("one", True)]
    assert auc.columns[0].about == "178 real, 340 fake; coverage 99.42 %"
    a = auc.rows["A"][0]
    assert (a.text, a.interval, a.mark, a.step) == ("94.80", "90.0 to 98.3", matrix.BEST, 8)
    assert marks(auc) == {"A": ["best"], "B": ["tie"], "C": [""]}
    # of HTER, A and B differ without a p-value, and C was not compared: neither is a tie
    # of HTER, A has no p-value against B, and C was not compared
    assert marks(of(RUN, "hter")) == {"A": ["untested"], "B": ["best"], "C": ["untested"]}


def test_databases_that_recipes_are_compared_on_are_marked() -> None:
    figures = results.over_seeds(pd.concat([RAW, pd.DataFrame([row("A", "x"), row("A", "both")])]))
    run = replace(RUN, figures=figures, compared_on=["x"], families={"both": ["x", "y"]})
    notes = {column.name: column.note for column in of(run, "auc").columns}
    assert notes == {"x": matrix.COMPARED_ON, "both": matrix.COMPARED_ON, "one": ""}


def test_marks_are_those_of_the_verdict() -> None:
    for measure in better.KINDS:
        found = better.verdict(RUN.figures, DIFFERENCES, "one", measure)
        shown = marks(of(RUN, measure))
        assert [name for name, (mark,) in shown.items() if mark == "best"] == found.best
        assert [name for name, (mark,) in shown.items() if mark == "tie"] == found.not_worse
        assert [name for name, (mark,) in shown.items() if mark == "untested"] == found.untested


def test_figures_that_print_the_same_are_both_best() -> None:
    same = RAW.assign(auc=[94.801, 94.8, 94.799, 94.8, 60.0, 60.0], eer=[3.0, 3, 3, 3, 9, 9])
    run = replace(RUN, figures=results.over_seeds(same), differences=better.none())
    assert marks(of(run, "auc")) == {"A": ["best"], "B": ["best"], "C": [""]}
    assert marks(of(run, "eer")) == {"A": ["best"], "B": ["best"], "C": [""]}


def test_no_best_of_fnr_and_fpr_because_calling_everything_real_has_the_best_fnr() -> None:
    for measure in ("fnr", "fpr"):
        assert {mark for (mark,) in marks(of(RUN, measure)).values()} == {""}


def test_what_cannot_be_computed_is_a_dash_without_colour_and_mark() -> None:
    lacking = RAW.assign(auc=np.nan, eer=np.nan, hter=np.nan, fnr=np.nan, n_real=0)
    run = replace(RUN, figures=results.over_seeds(lacking), differences=better.none())
    for name in ("auc", "hter", "eer", "fnr"):
        cell = of(run, name).rows["A"][0]
        assert (cell.text, cell.interval, cell.step, cell.mark) == ("-", "", None, "")
    assert of(run, "fpr").rows["A"][0].text == "26.76"
    # an approach without any row on a database has a cell there, too
    more = pd.concat([RAW, pd.DataFrame([row("A", "two"), row("A", "two", level="frame")])])
    one = of(replace(RUN, figures=results.over_seeds(more)), "auc")
    assert [column.name for column in one.columns] == ["two", "one"]  # unseen first
    assert [cells[0].text for cells in one.rows.values()] == ["99.00", "-", "-"]


def test_baseline_without_pixels_is_no_row_and_nothing_gives_no_matrix() -> None:
    more = pd.concat([RAW, pd.DataFrame([row(name, "one") for name in VARIANTS])])
    assert set(of(replace(RUN, figures=results.over_seeds(more)), "auc").rows) == set("ABC")
    assert matrix.matrices(replace(RUN, figures=FIGURES.iloc[:0])) == []


def test_several_seeds_show_mean_and_range() -> None:
    twice = pd.concat([RAW, RAW.assign(seed=2, auc=RAW["auc"] - 2)])
    cell = of(replace(RUN, figures=results.over_seeds(twice)), "auc").rows["A"][0]
    assert cell.text == "93.80" and cell.seeds == "92.80 to 94.80 over 2 seeds"


@pytest.mark.parametrize(
    ("measure", "value", "step"),
    [
        *(("auc", 100.0, 9), ("auc", 50.0, 0), ("auc", 30.0, 0), ("auc", 55.0, 1)),
        *(("hter", 0.0, 9), ("hter", 50.0, 0), ("hter", 80.0, 0), ("hter", 45.0, 1)),
        *(("fnr", 100.0, 0), ("fnr", 0.0, 9), ("fpr", 50.0, 5)),
    ],
)
def test_colours_go_from_chance_to_perfect(measure: str, value: float, step: int) -> None:
    assert matrix.step(value, measure) == step


@pytest.mark.parametrize("colours", [matrix_colours.LIGHT, matrix_colours.DARK])
def test_text_is_readable_on_every_colour_and_lightness_orders_them(
    colours: tuple[str, ...],
) -> None:
    assert len(colours) == matrix.STEPS
    for colour in colours:
        assert matrix_colours.contrast(colour, matrix_colours.ink(colour)) >= 4.5
    # lightness alone tells which is better, so hue may be seen or not
    against = [matrix_colours.contrast(colour, "#000000") for colour in colours]
    assert against in (sorted(against), sorted(against, reverse=True))


def test_contrast_is_that_of_wcag() -> None:
    assert matrix_colours.contrast("#000000", "#ffffff") == pytest.approx(21)
    assert matrix_colours.contrast("#ffffff", "#777777") == pytest.approx(4.48, abs=0.01)
