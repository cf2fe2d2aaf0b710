"""The benchmark of enrolment: nobody on both sides, and its figures by hand."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest

BENCHMARKS = Path(__file__).parents[2] / "benchmarks"


@pytest.fixture
def enrolment(monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.syspath_prepend(BENCHMARKS)
    import enrolment  # type: ignore[import-not-found]

    return enrolment


def videos(enrolment: Any, place: int, people: int = 6, donors: bool = False) -> Any:
    """Return videos of people p0, p1, ... whose crops have one large number."""
    random = np.random.default_rng(place)
    crops = [random.normal(0, 0.1, (2, 4)) + 3 * np.eye(4)[place] for _ in range(people)]
    names = [f"p{number}" for number in range(people)]
    others = [f"p{(number + 1) % people}" if donors else "" for number in range(people)]
    return enrolment.Videos(names, others, crops)


@pytest.mark.parametrize("with_reals", [False, True])
def test_enrolled_people_are_not_asked(enrolment: Any, with_reals: bool) -> None:
    known = [videos(enrolment, place, 8) for place in (0, 1)]
    vectors = np.concatenate([crops for one in known for crops in one.crops])
    labels = np.repeat(["real", "melt"], 16)
    own = {"real": videos(enrolment, 0), "new": videos(enrolment, 2, donors=True)}
    model = enrolment.pipeline("lr", False)
    asked = enrolment.ask(vectors, labels, own, "new", model, 2, 3, with_reals)
    assert asked.new.shape == (3, 6) and asked.others.shape == (3, 1, 6)
    for number in range(3):
        chosen = np.random.default_rng(number).permutation(6)[:2]
        seen = {int(at) for at in chosen} | {int(at + 1) % 6 for at in chosen}
        reals = {at for at in range(6) if np.isnan(asked.others[number, 0, at])}
        assert reals == seen
        fakes = {at for at in range(6) if np.isnan(asked.new[number, at])}
        assert fakes == {at for at in range(6) if {at, (at + 1) % 6} & seen}
    assert np.nanmin(asked.named) == 1 and np.nanmax(asked.misnamed) == 0


def test_shares_and_areas_by_hand(enrolment: Any) -> None:
    nan = np.nan
    asked = enrolment.Asked(
        new=np.array([[0.9, nan, 0.2], [nan, 0.5, 0.5]]),
        named=np.array([[1, nan, 0], [nan, 1, 1]], float),
        others=np.array([[[0.1, nan, 0.3]], [[nan, 0.5, 0.6]]]),
        misnamed=np.array([[[0, nan, 1]], [[nan, 0, 1]]], float),
    )
    asked = enrolment.Asked(
        asked.new, asked.named, np.repeat(asked.others, 2, 1), np.repeat(asked.misnamed, 2, 1)
    )
    draws = np.array([[1.0, 1.0], [2.0, 0.0]])
    people = np.array([[1.0, 1.0, 1.0], [1.0, 1.0, 0.0]])
    found = enrolment.drawn(asked, draws, people)
    assert found["recognised"] == pytest.approx([75, 100])
    assert found["reals_misnamed"] == pytest.approx([50, 0])
    assert found["attacks_misnamed"] == pytest.approx([50, 0])
    # draw 1: 0.9 beats both, 0.2 beats 0.1 alone; draw 2: two ties with 0.5, none beats 0.6
    assert found["auc"] == pytest.approx([100 * (3 + 1) / 8, 100])


def test_a_difference_whose_interval_holds_zero_is_not_shown(enrolment: Any) -> None:
    assert enrolment._shown({"value": 3.0, "low": -1.0, "high": 7.0}) == "+3 [-1, +7] not shown"
    assert enrolment._shown({"value": 3.0, "low": 1.0, "high": 7.0}).endswith("better")
    assert enrolment._shown({"value": -3.0, "low": -7.0, "high": -1.0}).endswith("worse")
