import math

import numpy as np
import pandas as pd
import pytest

from deepfake_attribution.cli.ablation.comparison import Reading, least_difference, readings


def reading(*auc: float) -> Reading:
    return Reading(auc, tuple(100 - value for value in auc), 20, 40)


def row(approach: str, seed: int, database: str, auc: float, **other: object) -> dict:
    told = {"attack": "all", "level": "video", "compression": "c23", "hter": auc / 10}
    return told | {
        "approach": approach,
        "seed": seed,
        "database": database,
        "auc": auc,
        "n_real": 3,
        "n_fake": 5,
        **other,
    }


def test_readings_are_of_whole_videos_of_the_database() -> None:
    table = pd.DataFrame(
        [
            row("A", 1, "here", 80.0),
            row("A", 1, "here", 11.0, compression="c40"),  # a level of it, below all of it
            row("A", 2, "here", 90.0),
            row("B", 1, "here", 70.0),
            row("B", 2, "here", 60.0),
            row("A", 1, "here", 12.0, attack="swap"),
            row("A", 1, "here", 13.0, level="frame"),
            row("A", 1, "there", 14.0),
        ]
    )
    assert readings(table, "here") == {
        "A": Reading((80.0, 90.0), (8.0, 9.0), 3, 5),
        "B": Reading((70.0, 60.0), (7.0, 6.0), 3, 5),
    }
    assert readings(table, "nowhere") == {}


def test_least_difference_by_hand() -> None:
    # variances 1 and 4, two degrees of freedom each: s^2 = 2.5; 2 sqrt(2.5) sqrt(2/3)
    found = {"a": reading(89.0, 90.0, 91.0), "b": reading(78.0, 80.0, 82.0)}
    assert least_difference(found) == pytest.approx(2 * math.sqrt(2.5 * 2 / 3))


def test_least_difference_is_passed_by_one_chance_difference_in_twenty() -> None:
    draw = np.random.default_rng(1)
    beyond = total = 0
    for _ in range(200):
        found = {str(one): reading(*draw.normal(80, 3, 3)) for one in range(18)}
        means = [np.mean(one.auc) for one in found.values()]
        beyond += sum(
            abs(a - b) > least_difference(found)
            for a, b in zip(means[::2], means[1::2], strict=True)
        )
        total += 9
    assert 0.03 < beyond / total < 0.08


def test_one_seed_tells_nothing() -> None:
    assert math.isnan(least_difference({"a": reading(90.0), "b": reading(80.0)}))
    assert math.isnan(least_difference({}))
