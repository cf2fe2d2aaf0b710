"""A calibration applied without the library, its bounds, and its JSON."""

import numpy as np
import pytest
from pydantic import ValidationError

from deepfake_attribution.likelihood.calibration import Calibration, scaled

ABOUT = {
    **{"lower": -1.0, "upper": 1.5, "databases": ["d"], "videos": {"real": 20, "swap": 30}},
    **{"sources_real": 20, "sources_fake": 20, "scores": "held_out"},
    **{"cllr": {"logistic": 0.5}, "folds": 5},
}
LOGISTIC = Calibration(kind="logistic", scale="logit", slope=0.5, intercept=0.25, **ABOUT)
ISOTONIC = Calibration(
    kind="isotonic", scale="identity", points=[(0.0, 0.1), (1.0, 0.5), (2.0, 0.9)], **ABOUT
)


def test_logistic_is_a_line_of_the_log_odds_inside_the_bounds() -> None:
    found = LOGISTIC.log10_lr([0.5, 0.75, 1.0, 0.0])
    assert found.tolist() == pytest.approx([0.25, 0.25 + 0.5 * np.log(3), 1.5, -1.0])
    assert np.isfinite(LOGISTIC.unbounded([0.0, 1.0])).all()


def test_isotonic_has_straight_lines_between_points_and_is_constant_beyond() -> None:
    found = ISOTONIC.unbounded([-9, 0, 0.5, 1, 9])
    odds = [1 / 9, 1 / 9, 3 / 7, 1, 9]
    assert found.tolist() == pytest.approx(np.log10(odds))


@pytest.mark.parametrize("one", [LOGISTIC, ISOTONIC], ids=["logistic", "isotonic"])
def test_ratios_never_fall_as_scores_rise_and_json_gives_the_same_back(one: Calibration) -> None:
    scores = np.linspace(-1, 3, 400)
    ratios = one.log10_lr(scores)
    assert (np.diff(ratios) >= 0).all()
    assert ratios.min() >= one.lower and ratios.max() <= one.upper
    again = Calibration.model_validate_json(one.model_dump_json())
    assert again == one and np.array_equal(again.log10_lr(scores), ratios)
    assert (one.n_real, one.n_fake) == (20, 30)


def test_a_ratio_at_a_bound_is_known() -> None:
    assert LOGISTIC.at_bound(1.5) and LOGISTIC.at_bound(-1.0) and not LOGISTIC.at_bound(0.2)
    flat = LOGISTIC.model_copy(update={"upper": 0.0})
    assert not flat.at_bound(0.0)  # no evidence is no bound


@pytest.mark.parametrize(
    "wrong",
    [
        {"kind": "logistic", "scale": "logit"},
        {"kind": "logistic", "scale": "logit", "slope": -1.0, "intercept": 0.0},
        {"kind": "isotonic", "scale": "logit"},
        {"kind": "isotonic", "scale": "logit", "points": [(0.0, 0.5), (1.0, 0.4)]},
        {"kind": "isotonic", "scale": "logit", "points": [(1.0, 0.5), (1.0, 0.6)]},
        {"kind": "isotonic", "scale": "logit", "points": [(0.0, 0.5), (1.0, 1.0)]},
        {"kind": "logistic", "scale": "logit", "slope": 1.0, "intercept": 0.0, "lower": 0.5},
        {"kind": "logistic", "scale": "logit", "slope": float("nan"), "intercept": 0.0},
    ],
)
def test_impossible_ones_are_refused(wrong: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        Calibration(**ABOUT | wrong)


def test_probabilities_become_log_odds_and_decision_values_stay() -> None:
    assert scaled([0.5, 0.9], "logit").tolist() == pytest.approx([0, np.log(9)])
    assert scaled([-3.0, 7.0], "identity").tolist() == [-3, 7]
    assert (np.abs(scaled([0.0, 1.0], "logit")) < 10).all()
