"""The sentences that say what likelihood ratios and the rule for "not known" do."""

import numpy as np
import pandas as pd
import pytest

from deepfake_attribution.report import abstention, answers, likelihood_answer

APPROACHES = ("A", "B")


def cllr(**of: tuple[str, float, float]) -> pd.DataFrame:
    """Return results of two approaches: database=(part, Cllr of A, Cllr of B)."""
    return pd.DataFrame(
        {"approach": name, "database": database, "part": part, "measure": "cllr", "value": value}
        for database, (part, *values) in of.items()
        for name, value in zip(APPROACHES, values, strict=True)
    )


def ratios(table: pd.DataFrame, families: tuple[str, ...] = ()) -> str:
    return likelihood_answer.answer(table, families, ["sel"])


def test_ratios_help_or_mislead_on_databases_seen_and_unseen_apart() -> None:
    found = ratios(
        cllr(
            one=("seen", 0.33, 0.5),
            two=("seen", 0.4, 0.59),
            sel=("unseen", 0.31, 0.45),
            new=("unseen", 1.04, 1.34),
            far=("unseen", 1.0, 2.0),
            validation=("validation", 5.0, 5.0),
        )
    )
    assert found == (
        "On databases trained on, the ratios help: Cllr 0.33 to 0.59 over the approaches (0 is "
        "perfect, 1 is as good as none). On sel (unseen, but used to compare recipes) they help: "
        "Cllr 0.31 to 0.45. On new and far (unseen) they mislead: Cllr 1.00 to 2.00."
    )


def test_range_across_one_helps_some_approaches_only() -> None:
    found = ratios(cllr(one=("seen", 0.5, 1.0), two=("seen", 0.5, 0.6)))
    assert found == (
        "On one (trained on), the ratios help some approaches only: Cllr 0.50 to 1.00 over the "
        "approaches (0 is perfect, 1 is as good as none). On two (trained on) they help: Cllr 0.50 "
        "to 0.60."
    )
    assert "they" not in ratios(cllr(one=("seen", 0.5, 1.0), two=("seen", 0.5, 1.6)))


def test_cllr_prints_on_its_side_of_one() -> None:
    assert "help: Cllr 0.50 to 0.998 over" in ratios(cllr(one=("seen", 0.5, 0.998)))
    assert "mislead: Cllr 1.00 over" in ratios(cllr(one=("seen", 1.0, 1.001)))


def test_families_and_missing_figures_are_left_out() -> None:
    table = cllr(one=("seen", 0.5, np.nan), both=("seen", 9.0, 9.0))
    assert ratios(table, ("both",)).startswith(
        "On databases trained on, the ratios help: Cllr 0.50 (0"
    )
    assert ratios(cllr(one=("seen", np.nan, np.nan))) == ""


def rates(**of: tuple[str, list[float], list[float], list[float]]) -> pd.DataFrame:
    return pd.DataFrame(
        {"database": database, "part": part, "answered": given}
        | {"error_without": without, "error_with": with_rule}
        | {"error_high": with_rule - without + 4}
        for database, (part, *columns) in of.items()
        for without, with_rule, given in zip(*columns, strict=True)
    )


def test_rule_has_a_range_per_group_and_is_called_lower_by_whole_intervals_only() -> None:
    table = rates(
        one=("seen", [10.0, 12.0], [5.0, 13.0], [80.0, 90.0]),
        sel=("unseen", [20.0, 20.0], [15.0, np.nan], [70.0, 0.0]),
        new=("unseen", [40.0, 30.0], [35.0, 25.0], [60.0, 50.0]),
        both=("seen", [99.0, 99.0], [99.0, 99.0], [99.0, 99.0]),
    )
    found = abstention.answer(table, ["both"], ["sel"], 95)
    assert found == (
        "On one (trained on), the error is 10.0 to 12.0 % without the rule and 5.0 to 13.0 % with "
        "it, lower, by its whole 95 % interval, in 1 of 2 rows of the table; 80.0 to 90.0 % "
        "answered. On sel (unseen, but used to compare recipes), 20.0 % without, 15.0 % with, "
        "lower in 1 of 2; 0.0 to 70.0 % answered. On new (unseen), 30.0 to 40.0 % without, 25.0 to "
        "35.0 % with, lower in 2 of 2; 50.0 to 60.0 % answered. Ranges over the approaches."
    )
    assert abstention.answer(pd.DataFrame(), [], [], 95) == ""
    none = table.iloc[:2].assign(error_with=np.nan, answered=0.0, error_high=np.nan)
    nothing = abstention.answer(none, [], [], 95)
    assert "and - with it, lower, by its whole 95 % interval, in 0 of 2 rows" in nothing


@pytest.mark.parametrize(
    ("parts", "place"), [(["seen", "unseen", "unseen"], 1), (["seen"], 0), ([], 0)]
)
def test_first_unseen_database_is_shown_first(parts: list[str], place: int) -> None:
    assert answers.first_unseen(parts) == place
