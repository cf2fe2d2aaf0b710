import math

import numpy as np
import pytest

from deepfake_attribution.core import metrics

# Wrong reals, reals, wrong fakes, fakes, and the FNR, FPR and HTER that Korshunov et al. (ICASSP
# 2022) print for them; Binary, Attribution, TripletLoss-NN and ArcFaceMod-LR in each database.
PUBLISHED = [
    # Celeb-DF
    (2, 178, 91, 340, 1.12, 26.76, 13.94),
    (3, 178, 0, 340, 1.69, 0.00, 0.84),
    (1, 178, 37, 340, 0.56, 10.88, 5.72),
    (0, 178, 19, 340, 0.00, 5.59, 2.79),
    # FaceForensics++
    (133, 140, 47, 1120, 95.00, 4.20, 49.60),
    (1, 140, 116, 1120, 0.71, 10.36, 5.54),
    (2, 140, 103, 1120, 1.43, 9.20, 5.31),
    (2, 140, 127, 1120, 1.43, 11.34, 6.38),
    # DeeperForensics
    (133, 140, 10, 280, 95.00, 3.57, 49.29),
    (1, 140, 7, 280, 0.71, 2.50, 1.61),
    (2, 140, 8, 280, 1.43, 2.86, 2.14),
    (2, 140, 7, 280, 1.43, 2.50, 1.96),
    # HifiFace
    (133, 140, 12, 140, 95.00, 8.57, 51.79),
    (1, 140, 49, 140, 0.71, 35.00, 17.86),
    (2, 140, 21, 140, 1.43, 15.00, 8.21),
    (2, 140, 23, 140, 1.43, 16.43, 8.93),
    # Google
    (197, 363, 1061, 3068, 54.27, 34.58, 44.43),
    (8, 363, 1730, 3068, 2.20, 56.39, 29.30),
    (22, 363, 1660, 3068, 6.06, 54.11, 30.08),
    (2, 363, 2131, 3068, 0.55, 69.46, 35.00),
    # DeepfakeTIMIT
    (166, 430, 220, 640, 38.60, 34.38, 36.49),
    (21, 430, 298, 640, 4.88, 46.56, 25.72),
    (225, 430, 136, 640, 52.33, 21.25, 36.79),
    (117, 430, 398, 640, 27.21, 62.19, 44.70),
]


@pytest.mark.parametrize(("k_real", "n_real", "k_fake", "n_fake", "fnr", "fpr", "hter"), PUBLISHED)
def test_counts_give_the_published_percentages(
    k_real: int, n_real: int, k_fake: int, n_fake: int, fnr: float, fpr: float, hter: float
) -> None:
    # Positive is real: a real at or below the threshold is missed, a fake above it passes.
    scores = np.repeat([0.2, 0.8, 0.8, 0.2], [k_real, n_real - k_real, k_fake, n_fake - k_fake])
    real = np.repeat([True, False], [n_real, n_fake])
    figures = metrics.figures(scores, real, threshold=0.5)
    assert (figures.k_fnr, figures.k_fpr) == (k_real, k_fake)
    assert (figures.n_real, figures.n_fake) == (n_real, n_fake)
    found = figures.published()
    assert (found["fnr"], found["fpr"], found["hter"]) == (fnr, fpr, hter)
    assert metrics.fnr(scores, real, 0.5) == pytest.approx(k_real / n_real)
    assert metrics.fpr(scores, real, 0.5) == pytest.approx(k_fake / n_fake)
    assert 100 * metrics.hter(scores, real, 0.5) == pytest.approx(figures.hter)


def scored(seed: int, levels: int = 1000) -> tuple[np.ndarray, np.ndarray]:
    generator = np.random.default_rng(seed)
    real = generator.random(200) < 0.4
    return generator.integers(0, levels, 200) / levels + 0.3 * real, real


@pytest.mark.parametrize("levels", [5, 1000])
def test_auc_is_the_chance_that_a_real_outscores_a_fake(levels: int) -> None:
    scores, real = scored(0, levels)
    pairs = scores[real][:, None] - scores[~real][None, :]
    expected = (pairs > 0).mean() + (pairs == 0).mean() / 2
    assert metrics.auc(scores, real) == pytest.approx(expected)


def test_auc_is_1_when_reals_score_higher_and_0_when_fakes_do() -> None:
    real = np.array([False, False, True])
    assert metrics.auc([0.1, 0.2, 0.9], real) == 1
    assert metrics.auc([0.8, 0.9, 0.1], real) == 0


@pytest.mark.parametrize(
    ("reals", "fakes", "expected"),
    [
        ([0.8, 0.9], [0.1, 0.2], 0.0),
        ([0.1, 0.2], [0.8, 0.9], 1.0),
        ([0.5, 0.5, 0.5], [0.5, 0.5], 0.5),
        ([0.3, 0.6, 0.7, 0.8], [0.1, 0.2, 0.4, 0.65], 0.25),
        # (FPR, FNR) goes from (1/3, 1/2) to (2/3, 1/2): they meet on the way, at 1/2.
        ([0.1, 0.9], [0.05, 0.5, 0.95], 0.5),
    ],
)
def test_eer_is_where_fnr_and_fpr_meet(
    reals: list[float], fakes: list[float], expected: float
) -> None:
    real = [True] * len(reals) + [False] * len(fakes)
    assert metrics.eer(reals + fakes, real) == pytest.approx(expected)


@pytest.mark.parametrize("seed", range(5))
def test_eer_lies_between_the_two_rates_at_the_nearest_thresholds(seed: int) -> None:
    scores, real = scored(seed)
    rates = [
        (metrics.fpr(scores, real, t), metrics.fnr(scores, real, t)) for t in np.unique(scores)
    ]
    low = max(min(rate) for rate in rates)
    high = min(max(rate) for rate in rates)
    assert low <= metrics.eer(scores, real) <= high


@pytest.mark.parametrize("levels", [5, 1000])
def test_average_precision_is_the_mean_precision_at_the_reals(levels: int) -> None:
    scores, real = scored(3, levels)
    at = [real[scores >= score].mean() for score in scores[real]]
    assert metrics.average_precision(scores, real) == pytest.approx(np.mean(at))
    assert metrics.figures(scores, real, 0.5).ap == pytest.approx(100 * np.mean(at))


def test_equal_scores_have_figures_by_definition_and_say_so() -> None:
    figures = metrics.figures([0.5] * 4, [True, False, False, False], 0.5)
    assert (figures.auc, figures.eer, figures.ap) == (50, 50, 25)
    assert "all scores are equal" in figures.missing
    assert metrics.figures([0.2, 0.8], [True, False], 0.5).missing == ""


@pytest.mark.parametrize("levels", [4, 30, 1000])
@pytest.mark.parametrize("rate", [0.0, 0.05, 0.1, 0.5, 0.99])
def test_threshold_is_the_smallest_that_lets_at_most_the_rate_pass(
    rate: float, levels: int
) -> None:
    scores = np.random.default_rng(levels).integers(0, levels, 150).astype(float)
    threshold = metrics.threshold_at_fpr(scores, rate)
    allowed = rate * 150 + 1e-9
    assert (scores > threshold).sum() <= allowed
    assert (scores > np.nextafter(threshold, -np.inf)).sum() > allowed


@pytest.mark.parametrize(
    ("rate", "count", "passing"), [(0.29, 100, 29), (0.07, 100, 7), (0.1, 1460, 146), (1 / 3, 3, 1)]
)
def test_threshold_is_not_misled_by_float_error(rate: float, count: int, passing: int) -> None:
    scores = np.arange(count, dtype=float)
    threshold = metrics.threshold_at_fpr(scores, rate)
    assert (scores > threshold).sum() == passing


def test_threshold_lets_tied_fakes_pass_together_or_not_at_all() -> None:
    scores = [0.9, 0.9, 0.9, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1]
    assert metrics.threshold_at_fpr(scores, 0.2) == 0.9
    assert metrics.threshold_at_fpr(scores, 0.3) == 0.1


@pytest.mark.parametrize(("scores", "rate"), [([], 0.1), ([0.1, math.nan], 0.1), ([0.1], 1.0)])
def test_threshold_refuses_what_it_cannot_answer(scores: list[float], rate: float) -> None:
    with pytest.raises(ValueError, match="expected"):
        metrics.threshold_at_fpr(scores, rate)


@pytest.mark.parametrize(
    ("value", "expected"), [(34.375, 34.38), (1.005, 1.01), (2.675, 2.68), (0.004, 0.0), (100, 100)]
)
def test_halves_are_rounded_up_as_in_print(value: float, expected: float) -> None:
    assert metrics.rounded(value) == expected


@pytest.mark.parametrize(
    ("real", "left", "word"),
    [([True, True], {"fnr": 50.0}, "no fakes"), ([False, False], {"fpr": 50.0}, "no reals")],
)
def test_figures_of_one_kind_only_leave_out_what_cannot_be_computed(
    real: list[bool], left: dict[str, float], word: str
) -> None:
    figures = metrics.figures([0.2, 0.8], real, 0.5)
    assert figures.published() == left
    assert figures.auc is None and figures.eer is None and figures.hter is None
    assert word in figures.missing


def test_figures_of_nothing_are_none() -> None:
    figures = metrics.figures([], [], 0.5)
    assert figures.published() == {}
    assert "no reals and no fakes" in figures.missing
    assert math.isnan(metrics.fpr([], [], 0.5)) and math.isnan(metrics.fnr([], [], 0.5))


def test_nan_scores_are_refused() -> None:
    with pytest.raises(ValueError, match="1 scores are NaN"):
        metrics.figures([0.2, math.nan], [True, False], 0.5)
