import numpy as np
import pandas as pd
import pytest

from deepfake_attribution.core import metrics
from deepfake_attribution.evaluate.further_thresholds import (
    COLUMNS,
    Ends,
    adapt,
    adapted,
    best,
    ends,
    rates,
    reference,
    table,
)
from deepfake_attribution.evaluate.protocol import Evaluation, Protocol, evaluate
from deepfake_attribution.evaluate.settings import Evaluate

PLAIN = Evaluate(
    fpr=0.1,
    threshold_scores="in_sample",
    threshold_crops="clean",
    adapted_threshold="none",
    calibration="auto",
    evidence_maps=0,
    grad_cam=False,
    robustness=0,
)
ADAPTED = PLAIN.model_copy(update={"adapted_threshold": "ends"})
PLAN = Protocol(["known"], ["known", "new", "fakes"], {}, {})


def scored(seed: int, n_real: int, n_fake: int) -> tuple[np.ndarray, np.ndarray]:
    """Return scores of reals, then of fakes, and which are real."""
    random = np.random.default_rng(seed)
    scores = np.r_[random.normal(1, 1, n_real), random.normal(-1, 1, n_fake)]
    return scores, np.arange(n_real + n_fake) < n_real


def test_ends_by_hand_leave_a_twentieth_outside_at_either_side() -> None:
    scores = np.arange(1.0, 41.0)
    weights = np.ones((3, 40), dtype=np.int64)
    weights[1, 0] = 0  # the lowest counts not at all, so 39 remain: two are more than 5 %
    weights[2, -1] = 40  # the highest is half of all
    low, high = ends(scores, weights)
    assert low.tolist() == [2, 3, 4] and high.tolist() == [39, 39, 40]
    assert [float(end[0]) for end in ends(np.array([3.0]), np.ones((1, 1), np.int64))] == [3, 3]


def test_reference_weighs_reals_and_fakes_as_if_equally_many() -> None:
    # 2 reals and 38 fakes: a real weighs 25 %, a fake 1.3 %; four fakes make 5 %
    scores = np.r_[[50.0, 60.0], np.arange(1.0, 39.0)]
    real = np.arange(40) < 2
    assert reference(scores, real) == Ends(4, 60)
    assert reference(scores, np.ones(40, dtype=bool)) is None


def test_threshold_keeps_its_place_between_the_ends() -> None:
    # a quarter of the way from 0 to 1 becomes a quarter of the way from 10 to 18
    moved = adapt(0.25, Ends(0, 1), np.array([10.0, 0.0]), np.array([18.0, 1.0]))
    assert moved.tolist() == [12, 0.25]
    # all validation scores are equal: nothing is stretched
    assert adapt(0.5, Ends(0.5, 0.5), np.array([0.2]), np.array([0.9])).tolist() == [
        pytest.approx(0.2)
    ]


@pytest.mark.parametrize("seed", range(5))
def test_scores_of_validation_give_its_own_threshold_exactly(seed: int) -> None:
    scores, real = scored(seed, 90, 90)
    known = reference(scores, real)
    threshold = metrics.threshold_at_fpr(scores[~real], 0.1)
    assert known is not None and adapted(threshold, known, scores) == threshold
    # whatever the shares in validation, once its reals and fakes are repeated to be equally many
    scores, real = scored(seed, 20, 120)
    known = reference(scores, real)
    repeated = np.r_[np.repeat(scores[real], 6), scores[~real]]
    assert known is not None and adapted(threshold, known, repeated) == threshold


def test_shift_and_stretch_of_all_scores_are_undone() -> None:
    scores, real = scored(1, 60, 60)
    known = reference(scores, real)
    assert known is not None
    moved = adapted(0.3, known, 0.5 * scores - 2)
    assert moved == pytest.approx(0.5 * 0.3 - 2)
    assert ((0.5 * scores - 2 > moved) == (scores > 0.3)).all()


@pytest.mark.parametrize("seed", range(5))
def test_oracle_is_the_best_of_all_thresholds_and_never_above_the_eer(seed: int) -> None:
    scores, real = scored(seed, 25, 60)
    scores = np.round(scores, 1)  # with ties
    found = best(scores, real, 0.7)
    assert found is not None
    lowest = rates(scores, real, found)["hter"]
    tried = np.linspace(scores.min() - 1, scores.max() + 1, 400)
    assert all(lowest <= rates(scores, real, one)["hter"] + 1e-9 for one in [*tried, *scores, 0.7])
    assert lowest <= 100 * metrics.eer(scores, real) + 1e-9


def test_oracle_by_hand_and_the_threshold_itself_if_nothing_is_better() -> None:
    scores = np.array([0.9, 0.6, 0.4, 0.5, 0.3, 0.1])
    real = np.array([True, True, True, False, False, False])
    # above 0.3: all reals pass and one fake, so HTER is 1/6; the same above 0.5
    assert best(scores, real, 0.1) == 0.3 and best(scores, real, 0.99) == 0.5
    assert rates(scores, real, 0.3)["hter"] == pytest.approx(100 / 6)
    assert best(scores, real, 0.35) == 0.35  # as good as 0.3
    assert best(scores[:3], real[:3], 0.5) is None


@pytest.mark.parametrize(("share", "worst"), [(0.1, 9), (0.33, 4), (0.5, 4), (0.67, 4), (0.9, 12)])
def test_shares_of_fakes_from_a_tenth_on_cost_little(share: float, worst: float) -> None:
    """Reals and fakes three deviations apart, moved and squeezed as by another camera."""
    assert np.mean(simulated(share)) < worst
    assert np.mean(simulated(share, moved=False)) > 20  # without the rule


def test_rule_fails_in_a_source_without_fakes_because_it_cuts_into_its_reals() -> None:
    assert np.mean(simulated(0.0, of="fnr")) > 40
    # an ordinary source of which validation's threshold would have lost few reals
    assert np.mean(simulated(0.0, of="fnr", moved=False, stretch=1, shift=0)) < 8
    assert np.mean(simulated(0.0, of="fnr", stretch=1, shift=0)) > 40


def simulated(
    share: float,
    *,
    moved: bool = True,
    of: str = "hter",
    stretch: float = 0.5,
    shift: float = -2,
) -> list[float]:
    """Return by how much HTER is above the oracle's, or FNR, in percent, of 20 new sources.

    Args:
        share: of fakes in the new source's 200 unlabelled videos.
        moved: whether the threshold is adapted.
        of: ``hter`` or ``fnr``.
        stretch: of the scores of the new source.
        shift: of these scores.
    """
    random = np.random.default_rng(5)
    found = []
    for _ in range(20):
        real = np.arange(800) < 400
        scores = random.normal(0, 1, 800) + np.where(real, 1.5, -1.5)
        threshold = metrics.threshold_at_fpr(scores[~real], 0.1)
        known = reference(scores, real)
        assert known is not None
        n_fake = round(200 * share)
        source = random.normal(0, 1, 200) + np.where(np.arange(200) < n_fake, -1.5, 1.5)
        at = adapted(threshold, known, stretch * source + shift) if moved else threshold
        new = stretch * (random.normal(0, 1, 800) + np.where(real, 1.5, -1.5)) + shift
        rate, lowest = rates(new, real, at), rates(new, real, best(new, real, at) or 0.0)
        found.append(rate["fnr"] if of == "fnr" else rate["hter"] - lowest["hter"])
    return found


def evaluated(settings: Evaluate) -> Evaluation:
    """Return an evaluation whose database ``new`` has the scores of ``known``, halved."""
    random = np.random.default_rng(3)
    rows = []
    for dataset, split in (("known", "val"), ("known", "test"), ("new", "test"), ("fakes", "test")):
        for attack in ("real", "swap") if dataset != "fakes" else ("swap",):
            for number in range(40):
                score = random.beta(8, 3) if attack == "real" else random.beta(3, 8)
                about = {"dataset": dataset, "attack": attack, "split": split, "compression": ""}
                video = f"{dataset}/{attack}/-/{split}{number}"
                rows.append(about | {"video": video, "score": score * (0.5 + (dataset != "new"))})
    videos = pd.DataFrame(rows)
    frames = videos[["video", "score"]].assign(approach="Binary")
    return evaluate(frames, videos, PLAN, settings)


def test_table_has_a_row_for_each_rule_that_has_a_threshold() -> None:
    result = evaluated(ADAPTED)
    points = table(result, PLAN, ADAPTED)
    assert list(points.columns) == COLUMNS
    rules = points.groupby(["database", "level"])["rule"].agg(list)
    assert rules["known", "video"] == rules["new", "frame"] == ["paper", "adapted", "oracle"]
    assert rules["fakes", "video"] == ["paper", "adapted"]
    at = points[points["level"] == "video"].set_index(["database", "rule"])
    for name in ("fnr", "fpr", "hter", "n_real", "n_fake", "k_fnr", "k_fpr", "threshold"):
        figures = result.table[
            (result.table["level"] == "video") & (result.table["attack"] == "all")
        ]
        expected = figures.set_index("database")[name]
        for database in PLAN.databases:
            assert at.loc[(database, "paper"), name] == pytest.approx(
                expected[database], nan_ok=True
            )
    new = at.loc["new"]["hter"]
    assert new["oracle"] <= new["adapted"] < new["paper"]
    assert at.loc[("new", "adapted"), "threshold"] < at.loc[("new", "paper"), "threshold"]


def test_rule_is_off_unless_asked_for_and_changes_no_other_row() -> None:
    result = evaluated(PLAIN)
    plain, both = table(result, PLAN, PLAIN), table(result, PLAN, ADAPTED)
    assert set(plain["rule"]) == {"paper", "oracle"}
    kept = both[both["rule"] != "adapted"].reset_index(drop=True)
    pd.testing.assert_frame_equal(plain, kept, check_dtype=False)
    assert evaluated(ADAPTED).metrics == result.metrics
    pd.testing.assert_frame_equal(both, table(evaluated(ADAPTED), PLAN, ADAPTED))
