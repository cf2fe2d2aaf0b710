import math

import numpy as np
import pytest

from deepfake_attribution.evaluate.uncertainty.significance import holm, p_value


def test_holm_by_hand() -> None:
    # sorted .01 .02 .03 .04, times 4 3 2 1: .04 .06 .06 .04, none below the one before it
    assert holm([0.04, 0.01, 0.03, 0.02]).tolist() == pytest.approx([0.06, 0.04, 0.06, 0.06])
    assert holm([0.6, 0.7]).tolist() == [1, 1]
    assert holm([0.03]).tolist() == [0.03]


def test_holm_does_not_count_what_has_no_p() -> None:
    corrected = holm([0.01, math.nan, 0.02])
    assert corrected[[0, 2]].tolist() == pytest.approx([0.02, 0.02]) and math.isnan(corrected[1])


def test_p_is_twice_the_rarer_side_of_zero() -> None:
    assert p_value(np.array([1.0] * 95 + [-1.0] * 4)) == pytest.approx(2 * 5 / 100)
    assert p_value(np.array([-1.0] * 95 + [1.0] * 4)) == pytest.approx(2 * 5 / 100)
    assert p_value(np.full(1999, 3.0)) == pytest.approx(2 / 2000)
    assert p_value(np.zeros(50)) == 1


def test_p_agrees_with_the_normal_test_where_draws_are_normal() -> None:
    from scipy.stats import norm

    drawn = np.random.default_rng(0).normal(2.0, 1.0, 100_000)
    assert p_value(drawn) == pytest.approx(2 * norm.cdf(-2.0), rel=0.05)
