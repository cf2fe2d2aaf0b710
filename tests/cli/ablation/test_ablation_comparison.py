import math

import pandas as pd
import pytest
from ablation_results import PARAMS, catalog, figures_of, row, scores_of

from deepfake_attribution.cli.ablation.comparison import Difference, DrawnVideos, Reading, readings
from deepfake_attribution.core.errors import UserError
from deepfake_attribution.evaluate.uncertainty import files
from deepfake_attribution.evaluate.uncertainty.intervals import Interval


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


@pytest.mark.parametrize(
    ("low", "high", "verdict"),
    [
        (0.1, 4.0, "helps"),
        (-4.0, -0.1, "hurts"),
        (-1.0, 4.0, "not shown"),
        (0.0, 4.0, "not shown"),
        (-4.0, 0.0, "not shown"),
        (math.nan, math.nan, "not shown"),
    ],
)
def test_verdict_follows_from_the_interval(low: float, high: float, verdict: str) -> None:
    assert Difference(Interval(1.0, low, high, 100, 0, ""), 0).verdict == verdict


def drawn_videos() -> DrawnVideos:
    return DrawnVideos(files.tested([catalog("here"), catalog("there")]), PARAMS, "there")


def test_difference_is_of_the_test_videos_of_one_database() -> None:
    """All twelve right is 100; half right, half wrong: 50. Other videos would change both."""
    videos, other = catalog("there"), catalog("here")
    found = []
    for right in (1.0, 0.5):
        scores = scores_of(videos, right)
        scores.loc[scores["split"] == "val", "score"] = 0.5
        scores = pd.concat([scores, scores_of(other, 0.0)])
        own = drawn_videos().own(scores, "name")
        assert set(own["video"]) == set(videos.loc[videos["split"] == "test", "video"])
        found.append(drawn_videos().scored(own, figures_of())["A"])
    difference = drawn_videos().difference(found[0], found[1], ("one", "other"))
    assert difference.found.value == 50 and difference.left_out == 0
    assert difference.found.low > 0 and difference.verdict == "helps"
    assert drawn_videos().difference(found[1], found[0], ("other", "one")).verdict == "hurts"
    assert drawn_videos().difference(found[0], found[0], ("one", "other")).verdict == "not shown"


def test_one_seed_shows_nothing() -> None:
    found = []
    for right in (1.0, 0.0):
        own = drawn_videos().own(scores_of(catalog("there"), right, (1,)), "name")
        found.append(drawn_videos().scored(own, figures_of((1,)))["A"])
    difference = drawn_videos().difference(found[0], found[1], ("one", "other"))
    assert difference.found.value == 100 and difference.verdict == "not shown"
    assert "one training seed cannot show" in difference.found.note


def test_an_experiment_on_other_videos_is_named() -> None:
    scores = scores_of(catalog("there", sources=13), 1.0)
    with pytest.raises(
        UserError, match=r"^odd: it was tested on other videos than the others, such as"
    ):
        drawn_videos().own(scores, "odd")
