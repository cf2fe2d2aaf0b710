import numpy as np
import pytest
from sklearn.metrics import average_precision_score, roc_auc_score

from deepfake_attribution.core import metrics
from deepfake_attribution.evaluate.protocol import MEASURES
from deepfake_attribution.evaluate.uncertainty import resampling
from deepfake_attribution.evaluate.uncertainty.draws import draw
from deepfake_attribution.evaluate.uncertainty.resampling import resample

Rows = tuple[np.ndarray, np.ndarray, np.ndarray]


def rows(seed: int, levels: int, count: int = 120, groups: int = 15) -> Rows:
    random = np.random.default_rng(seed)
    real = random.random(count) < 0.4
    scores = random.integers(0, levels, count) / levels + 0.2 * real
    return scores, real, random.integers(0, groups, count)


def repeated(weights: np.ndarray, of: Rows, threshold: float) -> dict[str, float]:
    """Return the figures of `metrics` on rows that are there as often as their group is drawn."""
    scores, real, _ = (np.repeat(part, weights[of[2]]) for part in of)
    found = metrics.figures(scores, real, threshold)
    values = {name: getattr(found, name) for name in MEASURES}
    return {name: np.nan if value is None else value for name, value in values.items()}


@pytest.mark.parametrize("levels", [3, 10, 100_000])
@pytest.mark.parametrize("seed", range(3))
def test_figures_of_draws_are_those_of_a_loop_over_repeated_rows(seed: int, levels: int) -> None:
    table = rows(seed, levels)
    weights = draw(15, 60, seed, "one")
    found = resample(*table, weights, 0.6)
    for number, own in enumerate(weights):
        slow = repeated(own, table, 0.6)
        for name in MEASURES:
            assert found[name][number] == pytest.approx(slow[name], nan_ok=True), name


def test_ranking_figures_are_scikit_learns_with_the_same_weights() -> None:
    scores, real, groups = rows(7, 20)
    weights = draw(15, 30, 7, "one")
    found = resample(scores, real, groups, weights, 0.6)
    for number, own in enumerate(weights):
        drawn = {"y_true": real, "y_score": scores, "sample_weight": own[groups]}
        assert found["auc"][number] == pytest.approx(100 * roc_auc_score(**drawn))
        assert found["ap"][number] == pytest.approx(100 * average_precision_score(**drawn))


def test_parts_and_order_of_the_rows_change_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    table = rows(1, 10)
    weights = draw(15, 50, 1, "one")
    whole = resample(*table, weights, 0.6)
    monkeypatch.setattr(resampling, "AT_ONCE", 300)
    order = np.random.default_rng(0).permutation(len(table[0]))
    shuffled = resample(*(part[order] for part in table), weights, 0.6)
    for name in MEASURES:
        np.testing.assert_allclose(shuffled[name], whole[name], rtol=1e-12)


def test_draws_without_reals_or_fakes_have_no_such_figure() -> None:
    scores, real = np.array([0.9, 0.1]), np.array([True, False])
    weights = np.array([[1, 1], [2, 0], [0, 2]], dtype=np.int32)
    found = resample(scores, real, np.array([0, 1]), weights, 0.5)
    assert found["auc"].tolist()[0] == 100
    for name in ("auc", "eer", "ap", "hter"):
        assert np.isnan(found[name][1:]).all(), name
    np.testing.assert_array_equal(found["fnr"], [0, 0, np.nan])
    np.testing.assert_array_equal(found["fpr"], [0, np.nan, 0])


@pytest.mark.parametrize("kind", [True, False])
def test_one_kind_only_has_its_own_rate_and_no_other_figure(kind: bool) -> None:
    scores = np.array([0.9, 0.1, 0.2])
    found = resample(scores, np.full(3, kind), np.arange(3), draw(3, 5, 0, "one"), 0.5)
    assert np.isfinite(found["fnr" if kind else "fpr"]).all()
    for name in {*MEASURES} - {"fnr" if kind else "fpr"}:
        assert np.isnan(found[name]).all(), name


def test_equal_scores_rank_nothing_in_any_draw() -> None:
    real = np.arange(40) % 4 == 0
    found = resample(np.full(40, 0.5), real, np.arange(40) // 4, draw(10, 20, 0, "one"), 0.5)
    assert set(found["auc"]) == {50} and set(found["eer"]) == {50} and set(found["fnr"]) == {100}
    assert found["ap"] == pytest.approx(25)


def test_no_rows_have_no_figures() -> None:
    none = np.zeros(0)
    found = resample(none, none.astype(bool), none.astype(int), draw(3, 5, 0, "one"), 0.5)
    assert all(np.isnan(values).all() for values in found.values())


def test_draws_hold_all_first_then_as_many_groups_as_there_are() -> None:
    weights = draw(12, 200, 3, "one")
    assert weights.shape == (201, 12) and (weights[0] == 1).all()
    assert (weights.sum(axis=1) == 12).all() and (weights[1:] == 0).any()
    np.testing.assert_array_equal(weights, draw(12, 200, 3, "one"))
    assert (weights != draw(12, 200, 3, "other")).any() and (
        weights != draw(12, 200, 4, "one")
    ).any()
