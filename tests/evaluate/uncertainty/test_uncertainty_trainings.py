from statistics import NormalDist

import numpy as np
import pandas as pd
import pytest

from deepfake_attribution.core import metrics
from deepfake_attribution.evaluate.protocol import Protocol
from deepfake_attribution.evaluate.uncertainty.assessment import Database, Scored, databases
from deepfake_attribution.evaluate.uncertainty.intervals import Interval
from deepfake_attribution.evaluate.uncertainty.trainings import (
    ONE_SEED,
    difference,
    draw_seeds,
)

PLAN = Protocol(["a"], ["a"], {}, {})


def videos_of(sources: int) -> pd.DataFrame:
    """Return a real and a fake video of each source."""
    rows = [
        (f"a/{kind}/{n}", kind, f"source {n}") for n in range(sources) for kind in ("real", "swap")
    ]
    table = pd.DataFrame(rows, columns=["video", "attack", "group"])
    return table.assign(dataset="a", split="test", compression="c23")


def training(scores: np.ndarray, seed: int, keep: int = 0) -> Scored:
    """Return a training's scores of all videos but the first ``keep``."""
    place = np.arange(len(scores))[keep:]
    return Scored("A", seed, "video", 0.5, place, scores[keep:].astype(np.float64))


def compare(
    videos: pd.DataFrame, one: list[Scored], other: list[Scored], draws: int = 400, seed: int = 1
) -> tuple[Interval, int]:
    database: Database
    (database,) = databases(videos, PLAN, draws, seed)
    seeds = (draw_seeds(len(one), draws, seed, "one"), draw_seeds(len(other), draws, seed, "other"))
    return difference(database, videos, (one, other), seeds, 95)


def random_trainings(
    videos: pd.DataFrame,
    shift: float,
    seeds: int,
    random: np.random.Generator,
    person: np.ndarray,
    of_seed: float = 0.3,
    noise: float = 0.8,
) -> list[Scored]:
    """Return trainings whose skill varies with the seed, on videos that vary in difficulty."""
    real = (videos["attack"] == "real").to_numpy()
    return [
        training(
            person
            + (shift + random.normal(0, of_seed)) * real
            + random.normal(0, noise, len(videos)),
            seed,
        )
        for seed in range(seeds)
    ]


def test_value_is_the_difference_of_the_mean_auc_of_all_seeds() -> None:
    videos, random = videos_of(20), np.random.default_rng(1)
    person = random.normal(0, 1, len(videos))
    one, other = (random_trainings(videos, shift, 3, random, person) for shift in (2.0, 1.0))
    found, left_out = compare(videos, one, other)
    real = videos["attack"] == "real"
    means = [
        np.mean([metrics.figures(each.scores, real, 0.5).auc for each in side])
        for side in (one, other)
    ]
    assert found.value == pytest.approx(means[0] - means[1])
    assert found.low <= found.value <= found.high and left_out == 0


def test_videos_are_drawn_once_for_both() -> None:
    """Two recipes with the same scores differ in no draw, whatever videos it has."""
    videos, random = videos_of(20), np.random.default_rng(2)
    scores = random.normal(0, 1, len(videos))
    same = [training(scores, seed) for seed in range(3)]
    found, _ = compare(videos, same, same)
    assert (found.value, found.low, found.high) == (0, 0, 0)


def test_seeds_are_drawn_for_each_on_its_own() -> None:
    """The same five trainings under two names: their seeds alone make an interval around 0."""
    videos, random = videos_of(20), np.random.default_rng(3)
    person = random.normal(0, 1, len(videos))
    trainings = random_trainings(videos, 1.0, 5, random, person)
    found, _ = compare(videos, trainings, trainings)
    assert found.value == 0
    assert found.low < 0 < found.high


def test_draws_of_seeds_have_the_variance_of_a_mean() -> None:
    """Without the correction it would be (n - 1) / n of it: 0.8 for five seeds."""
    values = np.array([1.0, 4.0, 6.0, 9.0, 15.0])
    weights = draw_seeds(5, 20_000, 1, "one")
    assert (weights[0] == 1).all() and (weights[1:].sum(axis=1) == 4).all()
    drawn = (weights[1:] * values).sum(axis=1) / 4
    assert drawn.var() == pytest.approx(values.var(ddof=1) / 5, rel=0.03)
    assert not np.array_equal(weights, draw_seeds(5, 20_000, 1, "other"))


@pytest.mark.slow
@pytest.mark.parametrize(
    ("of_seed", "noise", "most"),
    [
        (1.0, 0.2, 0.98),  # the seeds decide
        (0.1, 0.8, 1.0),  # the videos decide: the bootstrap of two factors is then cautious
    ],
)
def test_interval_holds_a_known_difference_about_as_often_as_it_should(
    of_seed: float, noise: float, most: float
) -> None:
    """New videos and new trainings each time.

    A real minus a fake has the variance 2 (1 + noise^2) in one training, and its mean over
    trainings is shift + N(0, of_seed): the expected AUC is that of the sum of both.
    """
    random, shifts = np.random.default_rng(4), (1.4, 1.0)
    spread = np.sqrt(2 * (1 + noise**2) + of_seed**2)
    auc = [100 * NormalDist().cdf(shift / spread) for shift in shifts]
    videos, tries, held = videos_of(40), 200, 0
    for number in range(tries):
        person = random.normal(0, 1, len(videos))
        one, other = (
            random_trainings(videos, shift, 5, random, person, of_seed, noise) for shift in shifts
        )
        found, _ = compare(videos, one, other, draws=200, seed=number)
        held += found.low <= auc[0] - auc[1] <= found.high
    assert 0.91 <= held / tries <= most


def test_one_seed_has_a_difference_and_no_interval() -> None:
    videos, random = videos_of(20), np.random.default_rng(5)
    person = random.normal(0, 1, len(videos))
    one, other = (random_trainings(videos, shift, 1, random, person) for shift in (3.0, 0.0))
    found, _ = compare(videos, one, other)
    assert found.value > 0 and np.isnan([found.low, found.high]).all()
    assert found.note == ONE_SEED


def test_videos_that_one_training_has_no_score_for_are_left_out_of_both() -> None:
    videos, random = videos_of(20), np.random.default_rng(6)
    scores = random.normal(0, 1, len(videos))
    one = [training(scores, 1), training(scores, 2, keep=4)]
    other = [training(scores, seed) for seed in (1, 2)]
    found, left_out = compare(videos, one, other)
    assert left_out == 4 and found.value == 0


def test_training_without_any_score_gives_nothing_to_count() -> None:
    videos = videos_of(20)
    scores = np.zeros(len(videos))
    one = [training(scores, 1), training(scores, 2, keep=len(videos))]
    found, left_out = compare(videos, one, [training(scores, 1), training(scores, 2)])
    assert np.isnan(found.value) and found.note == "nothing to count" and left_out == len(videos)
