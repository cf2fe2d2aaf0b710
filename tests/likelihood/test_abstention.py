"""The answer "not known": its rule, and what it buys, worked out by hand."""

import numpy as np
import pytest
from test_calibration import ISOTONIC, LOGISTIC

from deepfake_attribution.likelihood import abstention

RATIOS = np.array([1.0, 0.2, -0.5, -1.0, 0.4, -0.1])
REAL = np.array([True, True, True, False, False, False])
CALLED = np.array([True, True, True, False, True, False])
NEAR = np.zeros(6, dtype=bool)


def test_weak_ratios_far_videos_and_contradictions_are_not_known() -> None:
    expected = [True, False, False, True, True, False]
    assert abstention.known(RATIOS, CALLED, NEAR).tolist() == expected
    far = np.array([False, False, False, True, False, False])
    assert abstention.known(RATIOS, CALLED, far).tolist() == [
        True,
        False,
        False,
        False,
        True,
        False,
    ]
    for ratio, called, is_far, answer in zip(
        RATIOS, CALLED, far, abstention.known(RATIOS, CALLED, far), strict=True
    ):
        assert (abstention.why_not(float(ratio), bool(called), bool(is_far)) == "") == answer
    assert "neither" in abstention.why_not(0.2, True, False)
    assert "against" in abstention.why_not(-0.5, True, False)
    assert "too far" in abstention.why_not(2.0, True, True)
    assert abstention.why_not(np.log10(2), True, False) == ""  # the scale begins at 2


def test_costs_are_those_worked_out_by_hand() -> None:
    every = abstention.answers(CALLED, REAL, np.ones(6, dtype=bool))
    assert every.answered == pytest.approx(100)
    assert every.error == pytest.approx(100 / 6)  # one fake of three passes
    assert (every.false_alarms, every.passed) == (0, pytest.approx(100 / 3))
    found = abstention.answers(CALLED, REAL, abstention.known(RATIOS, CALLED, NEAR))
    assert found.answered == pytest.approx(50)  # one of three reals, two of three fakes
    assert found.error == pytest.approx(100 / 3)
    assert found.passed == pytest.approx(100 / 3)  # of all fakes


def test_reals_and_fakes_have_the_same_weight_whatever_their_numbers() -> None:
    real = np.array([True] + [False] * 9)
    called = np.zeros(10, dtype=bool)  # the only real is wrong
    assert abstention.answers(called, real, np.ones(10, dtype=bool)).error == pytest.approx(50)
    nothing = abstention.answers(called, real, np.zeros(10, dtype=bool))
    assert nothing.answered == 0 and np.isnan(nothing.error)


def test_curve_answers_the_strongest_first_and_equal_ones_together() -> None:
    ratios = np.array([2.0, -1.0, 1.0, -1.0])
    real = np.array([True, True, False, False])
    given, error = abstention.curve(ratios, real)
    assert given.tolist() == pytest.approx([25, 100])  # three have the strength 1
    assert error.tolist() == pytest.approx([0, 50])
    given, error = abstention.curve(np.zeros(4), real)
    assert given.tolist() == [100] and error.tolist() == [50]


def test_sides_are_the_scores_at_which_the_ratio_reaches_two() -> None:
    # log10 LR = 0.25 + 0.5 z: 2 at z = 0.10206, 1/2 at z = -1.10206, as log-odds
    assert abstention.sides(LOGISTIC, 0.3) == pytest.approx((0.24935, 0.52549), abs=1e-5)
    assert abstention.sides(LOGISTIC, 0.2) == pytest.approx((0.2, 0.52549), abs=1e-5)
    assert abstention.sides(LOGISTIC, 0.9) == pytest.approx((0.24935, 0.9), abs=1e-5)
    # shares of reals of 1/3 and 2/3 on straight lines
    assert abstention.sides(ISOTONIC, 1.0) == pytest.approx((0.58333, 1.41667), abs=1e-5)
    weak = LOGISTIC.model_copy(update={"lower": -0.2, "upper": 0.2})
    assert abstention.sides(weak, 0.5) == (None, None)
    for score in np.linspace(0.01, 0.99, 50):
        fake, real = abstention.sides(LOGISTIC, 0.5)
        answered = not abstention.why_not(float(LOGISTIC.log10_lr([score])[0]), score > 0.5, False)
        assert fake is not None and real is not None
        assert answered == (score <= fake or score >= real)
