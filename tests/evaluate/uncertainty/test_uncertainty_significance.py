import math

import numpy as np
import pytest

from deepfake_attribution.core.errors import UserError
from deepfake_attribution.evaluate.uncertainty.significance import enough, holm, p_value


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


def test_draws_follow_from_pairs_and_level_by_hand() -> None:
    assert enough(2000, 8, 95) == 2000  # 28 pairs: 2 * 28 / 2001 is 0.028
    assert 2 * 55 / 2001 > 0.05  # eleven approaches, which a fifth head gives: none significant
    assert enough(2000, 11, 95) == 2420  # 1.1 * 2 * 55 / 0.05
    assert enough(2000, 1, 95) == 2000


@pytest.mark.parametrize("approaches", [2, 8, 11, 14, 20])
@pytest.mark.parametrize("level", [50, 90, 95, 99])
def test_best_of_all_pairs_can_be_significant(approaches: int, level: float) -> None:
    draws = enough(100, approaches, level)
    pairs = math.comb(approaches, 2)
    certain = p_value(np.full(draws, 1.0))  # the same sign in every draw
    assert holm([certain] + [1.0] * (pairs - 1)).min() < 1 - level / 100


def test_level_that_no_number_of_draws_reaches_is_one_line() -> None:
    with pytest.raises(UserError, match=r"uncertainty\.level: 99\.9: 20 approaches are 190 pairs"):
        enough(2000, 20, 99.9)
