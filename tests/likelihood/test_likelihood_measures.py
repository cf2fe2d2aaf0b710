"""Cllr and its like, against values worked out by hand, plain formulas, and the library lir."""

import numpy as np
import pytest

from deepfake_attribution.evaluate.uncertainty.draws import draw
from deepfake_attribution.likelihood import measures

RATIOS = np.log10([10.0, 2.0, 0.5, 0.5, 0.1, 4.0])
REAL = np.array([True, True, True, False, False, False])


def test_cllr_is_the_value_worked_out_by_hand() -> None:
    reals = np.log2([1.1, 1.5, 3.0]).mean()  # log2(1 + 1/LR)
    fakes = np.log2([1.5, 1.1, 5.0]).mean()  # log2(1 + LR)
    assert measures.cllr(RATIOS, REAL) == pytest.approx((reals + fakes) / 2)
    assert measures.cllr(np.zeros(6), REAL) == pytest.approx(1)  # LR = 1: no evidence
    assert np.isnan(measures.cllr(RATIOS[:3], REAL[:3]))


def test_cllr_min_is_the_value_worked_out_by_hand() -> None:
    # PAV of 0.1 f, 0.5 r f, 2 r, 4 f, 10 r: shares 0, 1/2, then 2 r 1 f of 3... by hand:
    # 0.1: 0; {0.5: r f}: 1/2; {2: r, 4: f}: 1/2; 10: 1. So two reals and two fakes cost 1 bit.
    assert measures.cllr_min(RATIOS, REAL) == pytest.approx((2 / 3 + 2 / 3) / 2)


def test_cllr_and_cllr_min_are_those_of_lir() -> None:
    lir = pytest.importorskip("lir.metrics")
    data = pytest.importorskip("lir.data.models")
    random = np.random.default_rng(0)
    ratios = np.round(random.normal(0, 1, 200), 1)  # with ties
    real = random.random(200) < 0.3
    given = data.LLRData(features=ratios.copy(), labels=real.astype(int))
    assert measures.cllr(ratios, real) == pytest.approx(lir.cllr(given))
    with np.errstate(all="ignore"):
        assert measures.cllr_min(ratios, real) == pytest.approx(lir.cllr_min(given))


def test_loss_is_never_below_zero_and_a_shift_costs() -> None:
    random = np.random.default_rng(1)
    real = np.repeat([True, False], 50)
    ratios = random.normal(0, 0.5, 100) + np.where(real, 0.5, -0.5)
    for shift in (-1.0, 0.0, 1.0):
        loss = measures.cllr(ratios + shift, real) - measures.cllr_min(ratios + shift, real)
        assert loss >= 0
        assert measures.cllr_min(ratios + shift, real) == measures.cllr_min(ratios, real)


def test_draws_are_those_of_the_repeated_videos() -> None:
    groups = np.array([0, 1, 2, 0, 1, 2])
    weights = draw(3, 20, 0, "x")
    found = measures.resample(RATIOS, REAL, groups, weights)
    for row, times in enumerate(weights):
        kept = np.repeat(np.arange(6), times[groups])
        ratios, real = RATIOS[kept], REAL[kept]
        assert found["cllr"][row] == pytest.approx(measures.cllr(ratios, real))
        assert found["cllr_min"][row] == pytest.approx(measures.cllr_min(ratios, real))
        assert found["misleading_real"][row] == pytest.approx(100 * (ratios[real] < 0).mean())
        assert found["misleading_fake"][row] == pytest.approx(100 * (ratios[~real] > 0).mean())
    assert np.allclose(found["cllr_loss"], found["cllr"] - found["cllr_min"])


def test_draws_without_reals_or_fakes_are_not_numbers() -> None:
    weights = np.array([[1, 1], [2, 0], [0, 2]], np.int32)
    found = measures.resample(np.zeros(2), np.array([True, False]), np.array([0, 1]), weights)
    assert np.isnan(found["cllr"]).tolist() == [False, True, True]
    assert np.isnan(found["cllr_min"]).tolist() == [False, True, True]


def test_tippett_counts_what_is_at_least_a_value() -> None:
    reals, fakes = measures.tippett(
        np.array([0.0, 1.0, -1.0]), np.array([True, True, False]), np.array([-1.0, 0.0, 0.5, 2.0])
    )
    assert reals.tolist() == [100, 100, 50, 0] and fakes.tolist() == [100, 0, 0, 0]


def test_ece_at_equal_priors_is_cllr_and_the_best_one_cllr_min() -> None:
    even = np.zeros(1)
    assert measures.ece(RATIOS, REAL, even)[0] == pytest.approx(measures.cllr(RATIOS, REAL))
    best = measures.recalibrated(RATIOS, REAL)
    assert np.isinf(best).any()
    found = measures.ece(best, REAL, even)[0]
    assert found == pytest.approx(measures.cllr_min(RATIOS, REAL))


def test_ece_is_that_of_lir() -> None:
    lir = pytest.importorskip("lir.plotting.expected_calibration_error")
    prior = np.linspace(-2, 2, 9)
    share = 10**prior / (1 + 10**prior)
    expected = lir.calculate_ece(10**RATIOS, REAL.astype(int), share)
    assert np.allclose(measures.ece(RATIOS, REAL, prior), expected)
