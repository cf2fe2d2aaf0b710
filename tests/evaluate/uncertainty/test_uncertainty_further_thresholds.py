from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from deepfake_attribution.core import metrics
from deepfake_attribution.core.video import REAL
from deepfake_attribution.evaluate.further_thresholds import Ends, adapted, best, rates
from deepfake_attribution.evaluate.protocol import Protocol
from deepfake_attribution.evaluate.uncertainty import resampling
from deepfake_attribution.evaluate.uncertainty.assessment import Scored, databases
from deepfake_attribution.evaluate.uncertainty.draws import draw
from deepfake_attribution.evaluate.uncertainty.further_thresholds import (
    Points,
    point_intervals,
    resample_rates,
)

KNOWN = Ends(0.1, 0.9)
Rows = tuple[np.ndarray, np.ndarray, np.ndarray]


def rows(seed: int, levels: int, count: int = 90, groups: int = 15) -> Rows:
    random = np.random.default_rng(seed)
    real = random.random(count) < 0.4
    scores = random.integers(0, levels, count) / levels / 2 + 0.2 * real
    return scores, real, random.integers(0, groups, count)


@pytest.mark.parametrize("levels", [5, 100_000])
def test_rates_of_draws_are_those_of_a_loop_over_repeated_rows(
    levels: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(resampling, "AT_ONCE", 500)
    table = rows(1, levels)
    weights = draw(15, 60, 1, "one")
    moved = resample_rates(*table, weights, 0.6, KNOWN)
    kept = resample_rates(*table, weights, 0.3)
    for number, own in enumerate(weights):
        scores, real, _ = (np.repeat(part, own[table[2]]) for part in table)
        slow = rates(scores, real, adapted(0.6, KNOWN, scores))
        for name in ("fnr", "fpr", "hter"):
            assert moved[name][number] == pytest.approx(slow[name], nan_ok=True), name
            found = getattr(metrics.figures(scores, real, 0.3), name)
            assert kept[name][number] == pytest.approx(found), name


def test_draws_without_reals_or_fakes_have_no_such_rate() -> None:
    weights = np.array([[1, 1], [2, 0], [0, 2]], dtype=np.int32)
    found = resample_rates(
        np.array([0.9, 0.1]), np.array([True, False]), np.array([0, 1]), weights, 0.5
    )
    np.testing.assert_array_equal(found["fnr"], [0, 0, np.nan])
    np.testing.assert_array_equal(found["fpr"], [0, np.nan, 0])
    np.testing.assert_array_equal(found["hter"], [0, np.nan, np.nan])


def catalog() -> pd.DataFrame:
    names = [(REAL, n) for n in range(30)] + [("swap", n) for n in range(30)]
    table = pd.DataFrame(names, columns=["attack", "group"])
    table["group"] = "clip " + table["group"].astype(str)
    table["video"] = [f"new/{attack}/-/{n}" for attack, n in names]
    return table.assign(dataset="new", compression="", split="test")


def test_intervals_hold_the_rates_of_all_videos_and_need_the_threshold_of_every_seed() -> None:
    videos = catalog()
    (database,) = databases(videos, Protocol([], ["new"], {}, {}), 200, 1)
    real = (videos["attack"] == REAL).to_numpy()
    scores, points = [], {}
    for seed in (1, 2):
        own = np.random.default_rng(seed).normal(0.3, 0.1, 60) + 0.15 * real
        scores.append(Scored("A", seed, "video", 0.6, np.arange(60), own))
        points["A", seed] = Points(KNOWN, {"new": best(own, real, 0.6) or 0.0})
    found = pd.DataFrame(point_intervals(database, videos, scores, points, 95))
    assert list(found["measure"]) == [
        *("fnr_adapted", "fpr_adapted", "hter_adapted"),
        *("fnr_oracle", "fpr_oracle", "hter_oracle"),
    ]
    assert (found["low"] <= found["value"]).all() and (found["value"] <= found["high"]).all()
    means = [rates(one.scores, real, adapted(0.6, KNOWN, one.scores))["hter"] for one in scores]
    at = found.set_index("measure")["value"]
    assert at["hter_adapted"] == pytest.approx(np.mean(means))
    assert at["hter_oracle"] <= at["hter_adapted"]
    points["A", 2] = replace(points["A", 2], known=None, oracle={})
    assert point_intervals(database, videos, scores, points, 95) == []
