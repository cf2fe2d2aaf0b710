"""The points of a ROC curve are those of scikit-learn, to the bit."""

import numpy as np
import pytest
from sklearn.metrics import roc_curve

from deepfake_attribution.evaluate.roc_points import roc_points


@pytest.mark.parametrize("digits", [0, 1, 2, 9])
@pytest.mark.parametrize("count", [2, 3, 7, 500])
def test_points_are_those_of_scikit_learn(count: int, digits: int) -> None:
    random = np.random.default_rng(count + digits)
    for _ in range(20):
        real = np.arange(count) < random.integers(1, count)
        score = (random.random(count) + 0.3 * real).round(digits)
        fpr, tpr, _ = roc_curve(real, score)
        found = roc_points(real, score)
        assert found[0].tobytes() == fpr.tobytes() and found[1].tobytes() == tpr.tobytes()


def test_equal_scores_are_a_diagonal() -> None:
    fpr, tpr = roc_points([True, False, True], [0.5, 0.5, 0.5])
    assert fpr.tolist() == tpr.tolist() == [0, 1]
