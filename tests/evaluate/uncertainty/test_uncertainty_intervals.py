import math

import numpy as np
import pytest

from deepfake_attribution.evaluate.uncertainty.intervals import interval


def test_interval_holds_the_middle_share_of_the_draws() -> None:
    found = interval(np.array([40.0, *range(101)]), 90, 10)
    assert (found.value, found.low, found.high) == (40, 5, 95)
    assert (found.draws, found.left_out, found.note) == (101, 0, "")


def test_interval_of_a_mean_is_that_of_scipys_bootstrap() -> None:
    from scipy.stats import bootstrap

    random = np.random.default_rng(0)
    values = random.normal(size=60)
    drawn = random.choice(values, (4000, 60)).mean(axis=1)
    ours = interval(np.array([values.mean(), *drawn]), 95, 60)
    theirs = bootstrap((values,), np.mean, method="percentile", rng=1).confidence_interval
    assert [ours.low, ours.high] == pytest.approx([theirs.low, theirs.high], abs=0.03)


def test_too_few_source_videos_have_no_interval_and_the_reason() -> None:
    found = interval(np.array([50.0, 40.0, 60.0]), 95, 3)
    assert found.value == 50 and math.isnan(found.low) and math.isnan(found.high)
    assert found.note == "no interval: 3 source videos, fewer than 10"
    assert interval(np.array([50.0, 40.0]), 95, 1).note.startswith("no interval: 1 source video,")


def test_draws_without_the_figure_are_left_out_and_counted() -> None:
    found = interval(np.array([50.0, math.nan, 40.0, 60.0]), 95, 12)
    assert (found.draws, found.left_out) == (2, 1) and 40 < found.low < found.high < 60
    assert found.note == "1 draws without reals or fakes left out"


def test_what_cannot_be_counted_has_no_interval() -> None:
    found = interval(np.full(5, math.nan), 95, 0)
    assert math.isnan(found.value) and found.note == "nothing to count"


def test_draws_that_are_all_alike_are_said_to_prove_nothing() -> None:
    assert interval(np.full(20, 100.0), 95, 12).note == "no spread: every draw has this value"
