from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from test_report_better import RAW, RUN, pair
from test_report_results import row

from deepfake_attribution.report import better, results
from deepfake_attribution.report.conclusion import NOTHING, conclusion
from deepfake_attribution.report.content import Run
from golden_files import Golden


def text(run: Run, validated: str = "") -> str:
    *sentence, further = conclusion(run, validated)
    return f"{''.join(sentence)} {further}".strip()


def unseen(*aucs: tuple[str, str, float]) -> pd.DataFrame:
    rows = [row(name, database, auc=auc) for name, database, auc in aucs]
    return results.over_seeds(pd.concat([RAW, pd.DataFrame(rows)]))


def untested(figures: pd.DataFrame, **changes: object) -> Run:
    return replace(RUN, figures=figures, differences=better.none(), **changes)


def compared(figures: pd.DataFrame, **ps: float) -> Run:
    pairs = [pair("A", "B", "auc", 5.0, p) | {"database": name} for name, p in ps.items()]
    return replace(RUN, figures=figures, differences=pd.DataFrame(pairs))


def with_intervals(figures: pd.DataFrame, *databases: str) -> pd.DataFrame:
    known = figures["database"].isin(databases)
    return figures.assign(auc_ci_low=figures["auc"].where(known) - 5)


ONE = unseen(("A", "x", 80.0), ("B", "x", 70.0))
TWO = unseen(("A", "x", 80.0), ("B", "x", 70.0), ("A", "y", 60.0), ("B", "y", 50.0))


def test_one_database_is_named_and_the_lead_is_claimed_only_if_significant(golden: Golden) -> None:
    runs = [compared(ONE, x=0.5), compared(ONE, x=0.01), untested(ONE)]
    golden("one database", [text(run) for run in runs])
    assert conclusion(runs[0]).names == "A"


def test_several_databases_have_a_figure_each_and_where_they_are_led(golden: Golden) -> None:
    leads = [compared(TWO, x=p, y=q) for p, q in ((0.5, 0.5), (0.01, 0.5), (0.01, 0.01))]
    golden("two databases", [text(run) for run in [*leads, untested(TWO)]])
    figures = unseen(("A", "x", 90.0), ("B", "x", 60.0), ("A", "y", 60.0), ("B", "y", 70.0))
    loses = text(compared(figures, x=0.01, y=0.01))
    assert loses.endswith("significant on x only; significantly worse than the best on y.")
    many = unseen(*((name, f"d{n}", 60.0 + n) for n in range(5) for name in "AB"))
    alone = many[(many["approach"] != "B") | (many["database"] != "d4")]
    same = alone.assign(auc=60.0)
    golden("many databases", [text(untested(one)) for one in (many, alone, same)])


def test_means_over_different_databases_are_not_compared() -> None:
    # B has the easy database only; a database without an AUC counts for nobody
    figures = unseen(("A", "x", 90.0), ("A", "y", 50.0), ("B", "x", 80.0), ("A", "z", np.nan))
    found = conclusion(untested(figures))
    assert found.names == "A" and "70.00: x 90.00, y 50.00" in found.after
    assert "No other approach can be compared." in found.further
    assert "Not counted: z (no AUC)." in found.further


def test_database_without_interval_counts_only_where_none_has_one(golden: Golden) -> None:
    """A leads by the mean of both and on y, which has few videos; B leads on x."""
    figures = unseen(("A", "x", 60.0), ("B", "x", 70.0), ("A", "y", 99.0), ("B", "y", 50.0))
    runs = [untested(with_intervals(figures, *known)) for known in (["x"], [], ["x", "y"])]
    golden("without interval", [text(run) for run in runs])
    assert [conclusion(run).names for run in runs] == ["B", "A", "A"]


def test_what_validation_chose_is_named_if_it_is_another_approach() -> None:
    assert "Validation chose B: AUC 70.00." in text(untested(ONE), "B")
    assert "Validation chose B: mean AUC 60.00." in text(untested(TWO), "B")
    for name in ("A", "", "without a figure"):
        assert text(untested(ONE), name) == text(untested(ONE))


def test_another_approach_with_the_lowest_hter_is_named() -> None:
    rows = [("A", 80.0, 30.0), ("B", 70.0, 20.0)]
    own = [row(name, "x", auc=auc) | {"hter": hter} for name, auc, hter in rows]
    figures = results.over_seeds(pd.concat([RAW, pd.DataFrame(own)]))
    found = text(untested(figures))
    assert found.endswith("A (80.00). Lowest HTER: B (20.00); A is 2nd of 2 by HTER.")
    both = results.over_seeds(pd.concat([RAW, pd.DataFrame(own).assign(hter=20.0)]))
    assert "HTER" not in text(untested(both))


@pytest.mark.parametrize(("count", "place"), [(3, "3rd"), (4, "4th"), (12, "12th"), (22, "22nd")])
def test_place_by_hter_counts_those_that_print_lower(count: int, place: str) -> None:
    own = [row("A", "x", auc=99.0) | {"hter": 40.0}]
    own += [row(f"B{n}", "x", auc=50.0) | {"hter": float(n)} for n in range(1, count)]
    own += [row("Same", "x", auc=50.0) | {"hter": 40.001}]
    figures = results.over_seeds(pd.concat([RAW, pd.DataFrame(own)]))
    assert f"Lowest HTER: B1 (1.00); A is {place} of {count + 1}" in text(untested(figures))


def test_of_approaches_with_the_same_auc_the_one_with_the_lowest_hter_is_named() -> None:
    for first in ("A", "B"):
        second = {"A": "B", "B": "A"}[first]
        own = [row(first, "x", auc=80.0) | {"hter": 10.0}, row(second, "x", auc=80.0)]
        figures = results.over_seeds(pd.concat([RAW, pd.DataFrame(own)]))
        assert text(untested(figures)).endswith(f"Lowest HTER: {first} (10.00).")


def test_database_that_recipes_were_compared_on_does_not_count_beside_another_one() -> None:
    """A leads by the mean of both, and on y; B leads on x, by which nothing was chosen."""
    figures = unseen(("A", "x", 60.0), ("B", "x", 70.0), ("A", "y", 90.0), ("B", "y", 50.0))
    run = untested(figures, compared_on=["y"])
    assert text(run) == ("Highest AUC on x: B (70.00). Not counted: y (used to compare recipes).")
    family = figures[figures["database"] == "y"].assign(database="family")
    with_family = replace(run, figures=pd.concat([figures, family]), families={"family": ["y"]})
    assert text(with_family) == text(run)


def test_database_that_recipes_were_compared_on_is_named() -> None:
    run = untested(TWO, compared_on=["x", "y", "z"])
    assert text(run).endswith("x and y: unseen, but used to compare recipes.")


def test_equal_means_are_both_best_and_have_no_figure_per_database() -> None:
    assert conclusion(untested(unseen(("A", "x", 80.0), ("B", "x", 80.0)))).names == "A and B"
    figures = unseen(("A", "x", 80.0), ("B", "x", 60.0), ("A", "y", 60.0), ("B", "y", 80.0))
    found = conclusion(untested(figures))
    assert (found.names, found.after) == ("A and B", " (70.00 on x and y).")


def test_without_unseen_databases_those_trained_on_count(golden: Golden) -> None:
    golden("trained on", [text(RUN)])


def test_families_do_not_count_their_datasets_twice() -> None:
    figures = unseen(("A", "x", 80.0), ("B", "x", 90.0), ("A", "all", 99.0), ("B", "all", 10.0))
    run = replace(RUN, figures=figures, families={"all": ["x", "y"]})
    assert conclusion(run).names == "B"


def test_without_any_auc_there_is_no_best() -> None:
    lacking = results.over_seeds(RAW.assign(auc=np.nan))
    assert text(replace(RUN, figures=lacking)) == NOTHING
