"""Figures worked out by hand, and the curve's division of clips."""

import numpy as np
import pandas as pd
import pytest
from scipy.stats import binomtest

import small_bundle
from deepfake_attribution.analyse.bundle.joined import Enrolled
from deepfake_attribution.analyse.enrolled import sentences
from deepfake_attribution.enrol import figures, telling
from deepfake_attribution.enrol.curve import split


def videos(*rows: tuple[str, str, str, bool, bool]) -> pd.DataFrame:
    """Return videos of (video, attack, named, called fake, answered)."""
    names = ["video", "attack", "named", "fake", "known"]
    table = pd.DataFrame(rows, columns=names)
    return table.assign(source=table["video"])


OLDER = videos(
    ("r1", "real", "swap", False, True),
    ("r2", "real", "swap", True, True),
    ("r3", "real", "swap", False, False),
    ("s1", "swap", "swap", True, True),
    ("s2", "swap", "melt", True, True),
    ("s3", "swap", "swap", False, True),
)


def test_before_and_after_by_hand() -> None:
    asked = videos(("b1", "bend", "swap", True, False), ("b2", "bend", "melt", False, True))
    before = figures.before(OLDER, asked, names_old=True)
    assert {name: (one.k, one.n) for name, one in before.items()} == {
        figures.NEW_FAKE: (1, 2),
        figures.NEW_NOT_KNOWN: (1, 2),
        figures.OLD_FAKE: (2, 3),
        figures.OLD_NAMED: (1, 3),
        figures.REALS_FAKE: (1, 3),
        figures.REALS_NOT_KNOWN: (1, 3),
    }
    newer = videos(
        ("r1", "real", "bend", True, True),
        ("r2", "real", "swap", False, True),
        ("r3", "real", "swap", False, True),
        ("s1", "swap", "bend", True, True),
        ("s2", "swap", "swap", True, True),
        ("s3", "swap", "bend", False, True),
        ("b1", "bend", "bend", True, True),
        ("b2", "bend", "swap", True, True),
    )
    after = figures.after(newer, OLDER, "bend", names_old=True)
    assert {name: (one.k, one.n) for name, one in after.items()} == {
        figures.NEW_FAKE: (2, 2),
        figures.NEW_NOT_KNOWN: (0, 2),
        figures.OLD_FAKE: (2, 3),
        figures.OLD_NAMED: (1, 3),
        figures.REALS_FAKE: (1, 3),
        figures.REALS_NOT_KNOWN: (0, 3),
        figures.NEW_NAMED: (1, 2),
        figures.OLD_TAKEN: (1, 3),  # s3 is named so, but called real
        figures.REALS_NEWLY_FAKE: (1, 3),
    }
    assert all(one.low is None for one in after.values())  # fewer than ten sources


def test_head_that_names_no_attack_has_no_figure_of_names() -> None:
    assert figures.OLD_NAMED not in figures.before(OLDER, OLDER.head(0), names_old=False)


def test_interval_is_over_sources() -> None:
    table = pd.DataFrame({"source": [f"s{n // 2}" for n in range(40)]})
    hits = pd.Series([n < 20 for n in range(40)])
    found = figures.counted(table, hits)
    assert (found.k, found.n) == (20, 40)
    alone = figures.counted(table.assign(source=[str(n) for n in range(40)]), hits)
    assert found.low is not None and alone.low is not None
    assert found.low < alone.low < 50  # pairs of a source say less
    assert figures.counted(table.head(18), hits.head(18)).low is None  # nine sources


def test_interval_without_spread_is_the_exact_one() -> None:
    table = pd.DataFrame({"source": [str(n // 2) for n in range(24)]})
    none, every = (figures.counted(table, pd.Series([hit] * 24)) for hit in (False, True))
    exact = binomtest(0, 12).proportion_ci(0.95)
    assert (none.low, none.high) == pytest.approx((0, 100 * exact.high))
    assert (every.low, every.high) == pytest.approx((100 - 100 * exact.high, 100))


def test_no_video_is_no_error() -> None:
    assert figures.counted(OLDER.head(0), pd.Series([], dtype=bool)).n == 0


def test_no_source_is_on_both_sides_of_the_curve() -> None:
    table = pd.DataFrame({"video": [f"v{n}" for n in range(12)]})
    table["source"] = [f"s{n // 3}" for n in range(12)]
    sizes = set()
    for number in range(20):
        taken, rest = split(table, 4, np.random.default_rng(number))
        assert len(taken) == 4 and len(set(taken)) == 4
        sides = [set(table.loc[table["video"].isin(own), "source"]) for own in (taken, rest)]
        assert not sides[0] & sides[1]
        sizes.add(len(rest))
    assert sizes == {6}  # two of four sources are touched


def entry(**changes: object) -> Enrolled:
    newer = videos(("b1", "bend", "bend", True, True), ("b2", "bend", "swap", True, True))
    both = pd.concat([OLDER, newer])
    values = {
        "name": "bend",
        "clips": [{"name": "a", "sha256": "1"}, {"name": "b", "sha256": "2"}],
        "crops": 8,
        "sources": 2,
        "recognised": {1: {"k": 0.5, "n": 2}},
        "before": figures.before(OLDER, newer, True),
        "after": figures.after(both, OLDER, "bend", True),
        "notes": ["a note"],
    }
    return Enrolled.model_validate(values | changes)


def test_lines() -> None:
    table = telling.table(entry())
    assert [line.split()[-2:] for line in table[:2]] == [["before", "after"], ["of", "2"]]
    assert table[1].split("  ")[0] == "bend: called fake"
    assert table[2].endswith("-       1 of 2")
    assert len(table) == 1 + len(telling.ROWS) - 3  # no reals joined
    assert telling.recognised(entry())[1] == "  1 clip    25 % of 2"
    assert telling.recognised(entry(recognised={})) == [
        "No curve: it needs more clips than are enrolled."
    ]
    (line,) = telling.recognised(entry(recognised={}, sources=1))
    assert line.startswith("No curve: all clips are of one source")
    assert telling.remarks(entry())[-1] == "a note"


def test_sentences_for_readers_of_a_result() -> None:
    assert sentences(small_bundle.record()) == []
    gallery = {"fpr": 0.1, "known_share": 0.95}
    known = small_bundle.record(gallery=gallery, enrolled=[entry()])
    assert sentences(known) == [
        "Enrolled without training: bend, from 2 clips; 1 of 2 held-out ones were recognised.",
        "a note",
    ]
