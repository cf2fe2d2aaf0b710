"""The published percentages come out of the decoded counts by the code that counts ours."""

import numpy as np
import pytest

from deepfake_attribution.cli.profiles import profile
from deepfake_attribution.core import metrics
from deepfake_attribution.report import published
from deepfake_attribution.report.published import APPROACHES, COLUMNS

CELLS = [(column, approach) for column in COLUMNS for approach in APPROACHES]
DECODED = [cell for cell in CELLS if cell[0] != "DF-Mobio"]


def counted(found: published.Published) -> metrics.Figures:
    """Return our figures of scores with exactly the counts of a published cell."""
    assert found.n_real is not None and found.k_fnr is not None
    assert found.n_fake is not None and found.k_fpr is not None
    real = np.repeat([True, False], [found.n_real, found.n_fake])
    called_real = np.concatenate(
        [
            np.arange(found.n_real) >= found.k_fnr,
            np.arange(found.n_fake) < found.k_fpr,
        ]
    )
    return metrics.figures(np.where(called_real, 0.9, 0.1), real, 0.5)


@pytest.mark.parametrize(("column", "approach"), DECODED)
def test_our_metrics_give_the_published_percentages_from_the_counts(
    column: str, approach: str
) -> None:
    """Every decodable cell: FNR, FPR and HTER, without exception or tolerance."""
    found = published.figures(column, approach)
    assert found is not None
    ours = counted(found).published()
    expected = {"fnr": found.fnr, "fpr": found.fpr, "hter": found.hter}
    assert {name: ours[name] for name in expected} == expected


def test_positive_is_real() -> None:
    found = published.figures("Celeb-DF", "Binary")
    assert found is not None
    assert (found.k_fnr, found.n_real, found.k_fpr, found.n_fake) == (2, 178, 91, 340)
    ours = counted(found).published()
    assert (ours["fnr"], ours["fpr"]) == (1.12, 26.76)


def test_published_hter_is_the_mean_of_unrounded_rates() -> None:
    """(1.69 + 0.00) / 2 would print 0.85; 3/178 and 0/340 give the 0.84 that stands there."""
    found = published.figures("Celeb-DF", "Attribution")
    assert found is not None
    assert metrics.rounded((found.fnr + found.fpr) / 2) == 0.85
    assert counted(found).published()["hter"] == found.hter == 0.84


def smallest(percentages: list[float]) -> int:
    """Return the smallest N for which every percentage is k/N at two decimals."""
    return next(
        n
        for n in range(1, 10_000)
        if all(
            any(
                metrics.rounded(100 * k / n) == value
                for k in (int(value * n / 100) + i for i in (0, 1))
            )
            for value in percentages
        )
    )


def test_n_is_the_smallest_that_fits_but_for_two_that_the_datasets_sizes_decide() -> None:
    """Google's 3068 is its number of fakes; TIMIT's fakes fit as 320 (one quality) or as 640."""
    found = {}
    for column in dict.fromkeys(column for column, _ in DECODED):
        cells = [published.figures(column, approach) for approach in APPROACHES]
        for rate, n in (("fnr", cells[0].n_real), ("fpr", cells[0].n_fake)):
            fits = smallest([getattr(cell, rate) for cell in cells])
            if fits != n:
                found[column, rate] = (fits, n)
    assert found == {("Google", "fpr"): (1362, 3068), ("DeepfakeTIMIT", "fpr"): (320, 640)}


def test_three_rows_share_the_reals_and_the_family_holds_eight_types() -> None:
    rows = [
        [published.figures(column, approach) for approach in APPROACHES]
        for column in ("FaceForensics++", "DeeperForensics", "HifiFace")
    ]
    assert len({tuple((cell.k_fnr, cell.n_real) for cell in row) for row in rows}) == 1
    assert [row[0].n_fake for row in rows] == [8 * 140, 2 * 140, 140]


def test_what_cannot_be_decoded_has_no_counts_and_what_is_not_there_is_none() -> None:
    found = published.figures("DF-Mobio", "Binary")
    assert found is not None and found.hter == 49.56
    assert (found.k_fnr, found.n_real, found.k_fpr, found.n_fake) == (None,) * 4
    assert published.figures("DF-Mobio", "TripletLoss-SVM") is None
    assert published.figures("DFDC", "Binary") is None


def test_every_column_stands_in_one_of_the_two_tables_and_has_every_approach() -> None:
    assert set(COLUMNS.values()) == set(published.TABLES)
    assert all(published.figures(*cell) is not None for cell in CELLS)
    assert {COLUMNS[column] for column in published.EARLIER_HTER} == {2}


def test_paper_profile_holds_the_paper_s_k_and_c() -> None:
    settings = profile("paper")["classifiers"]
    values = (settings["nn"]["k"], settings["lr"]["C"], settings["svm"]["C"])
    assert values == (published.K, published.C_LR, published.C_SVM)
