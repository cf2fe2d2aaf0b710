from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from test_report_better import RAW, RUN, pair
from test_report_results import row

from deepfake_attribution.report import better, results
from deepfake_attribution.report.conclusion import NOTHING, conclusion
from deepfake_attribution.report.content import Run


def text(run: Run) -> str:
    *sentence, further = conclusion(run)
    return f"{''.join(sentence)} {further}".strip()


def unseen(*aucs: tuple[str, str, float]) -> pd.DataFrame:
    rows = [row(name, database, auc=auc) for name, database, auc in aucs]
    return results.over_seeds(pd.concat([RAW, pd.DataFrame(rows)]))


def on(database: str, one: str, other: str, p: float) -> dict[str, object]:
    return pair(one, other, "auc", 5.0, p) | {"database": database}


TWO = unseen(("A", "x", 80.0), ("B", "x", 70.0), ("A", "y", 60.0), ("B", "y", 50.0))


def test_highest_mean_on_unseen_databases_and_where_that_is_significant() -> None:
    lead = "the lead over every other approach is significant"
    start = "No approach is clearly best on unseen databases. Highest mean AUC: A (70.00)"
    for ps, end in (
        ((0.5, 0.5), f"{start}."),
        ((0.01, 0.5), f"{start}; its lead is significant on x only."),
        ((0.01, 0.01), f"Best on unseen databases by AUC: A (mean 70.00); {lead} on both."),
    ):
        pairs = [on(name, "A", "B", p) for name, p in zip("xy", ps, strict=True)]
        assert text(replace(RUN, figures=TWO, differences=pd.DataFrame(pairs))) == end
    assert conclusion(replace(RUN, figures=TWO)).names == "A"


def test_where_the_best_loses_is_part_of_it() -> None:
    figures = unseen(("A", "x", 90.0), ("B", "x", 60.0), ("A", "y", 60.0), ("B", "y", 70.0))
    pairs = pd.DataFrame([on("x", "A", "B", 0.01), on("y", "A", "B", 0.01)])
    found = text(replace(RUN, figures=figures, differences=pairs))
    assert found.endswith("significant on x only; significantly worse than the best on y.")


def test_one_database_is_named() -> None:
    figures = unseen(("A", "x", 80.0), ("B", "x", 70.0))
    pairs = pd.DataFrame([on("x", "A", "B", 0.5)])
    found = text(replace(RUN, figures=figures, differences=pairs))
    assert found == (
        "No approach is clearly best on unseen databases. Highest AUC: A (80.00 on x)."
    )
    pairs = pd.DataFrame([on("x", "A", "B", 0.01)])
    assert text(replace(RUN, figures=figures, differences=pairs)) == (
        "Best on unseen databases by AUC: A (80.00 on x); the lead over every other approach is "
        "significant."
    )


def test_means_over_different_databases_are_not_compared() -> None:
    # B has the easy database only; a database without an AUC counts for nobody
    figures = unseen(("A", "x", 90.0), ("A", "y", 50.0), ("B", "x", 80.0), ("A", "z", np.nan))
    assert text(replace(RUN, figures=figures, differences=better.none())) == (
        "Best on unseen databases by AUC: A (mean 70.00). No other approach can be compared."
    )


def test_another_approach_with_the_lowest_hter_is_named() -> None:
    rows = [("A", 80.0, 30.0), ("B", 70.0, 20.0)]
    own = [row(name, "x", auc=auc) | {"hter": hter} for name, auc, hter in rows]
    figures = results.over_seeds(pd.concat([RAW, pd.DataFrame(own)]))
    found = text(replace(RUN, figures=figures, differences=better.none()))
    assert found.endswith("A (80.00 on x). Lowest HTER: B (20.00 on x); A is 2nd of 2 by HTER.")
    both = results.over_seeds(pd.concat([RAW, pd.DataFrame(own).assign(hter=20.0)]))
    assert "HTER" not in text(replace(RUN, figures=both, differences=better.none()))


@pytest.mark.parametrize(("count", "place"), [(3, "3rd"), (4, "4th"), (12, "12th"), (22, "22nd")])
def test_place_by_hter_counts_those_that_print_lower(count: int, place: str) -> None:
    own = [row("A", "x", auc=99.0) | {"hter": 40.0}]
    own += [row(f"B{n}", "x", auc=50.0) | {"hter": float(n)} for n in range(1, count)]
    own += [row("Same", "x", auc=50.0) | {"hter": 40.001}]
    figures = results.over_seeds(pd.concat([RAW, pd.DataFrame(own)]))
    found = text(replace(RUN, figures=figures, differences=better.none()))
    assert found.endswith(f"Lowest HTER: B1 (1.00 on x); A is {place} of {count + 1} by HTER.")


def test_of_approaches_with_the_same_auc_the_one_with_the_lowest_hter_is_named() -> None:
    for first in ("A", "B"):
        second = {"A": "B", "B": "A"}[first]
        own = [row(first, "x", auc=80.0) | {"hter": 10.0}, row(second, "x", auc=80.0)]
        figures = results.over_seeds(pd.concat([RAW, pd.DataFrame(own)]))
        found = text(replace(RUN, figures=figures, differences=better.none()))
        assert found.endswith(f"Lowest HTER: {first} (10.00 on x).")


def test_database_that_recipes_were_compared_on_does_not_count_beside_another_one() -> None:
    """A leads by the mean of both, and on y; B leads on x, by which nothing was chosen."""
    figures = unseen(("A", "x", 60.0), ("B", "x", 70.0), ("A", "y", 90.0), ("B", "y", 50.0))
    run = replace(RUN, figures=figures, differences=better.none(), compared_on=["y"])
    assert text(run) == "Best on unseen databases by AUC: B (70.00 on x)."
    family = figures[figures["database"] == "y"].assign(database="family")
    with_family = replace(run, figures=pd.concat([figures, family]), families={"family": ["y"]})
    assert text(with_family) == text(run)


def test_database_that_recipes_were_compared_on_is_named() -> None:
    run = replace(RUN, figures=TWO, differences=better.none(), compared_on=["x", "y", "z"])
    assert text(run).endswith("A (mean 70.00). x and y: unseen, but used to compare recipes.")


def test_equal_means_are_both_best() -> None:
    figures = unseen(("A", "x", 80.0), ("B", "x", 80.0))
    assert conclusion(replace(RUN, figures=figures)).names == "A and B"


def test_without_unseen_databases_those_trained_on_count() -> None:
    assert text(RUN) == (
        "No approach is clearly best on the databases trained on. Highest AUC: A (94.80 on one). "
        "Lowest HTER: B (8.00 on one); A is 2nd of 3 by HTER. No unseen database can be compared."
    )


def test_families_do_not_count_their_datasets_twice() -> None:
    figures = unseen(("A", "x", 80.0), ("B", "x", 90.0), ("A", "all", 99.0), ("B", "all", 10.0))
    run = replace(RUN, figures=figures, families={"all": ["x", "y"]})
    assert conclusion(run).names == "B"


def test_without_any_auc_there_is_no_best() -> None:
    lacking = results.over_seeds(RAW.assign(auc=np.nan))
    assert text(replace(RUN, figures=lacking)) == NOTHING
