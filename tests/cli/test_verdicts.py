from pathlib import Path

import pandas as pd
import pytest

from deepfake_attribution.cli.video_verdicts import counts, per_video, verdicts
from deepfake_attribution.core import paths, tables
from deepfake_attribution.core.errors import UserError

# Score of each video with seed 1 and with seed 2; the thresholds are 0.5 and 0.6.
SCORES = {"a": (0.9, 0.9), "b": (0.5, 0.7), "c": (0.1, 0.55), "d": (None, None)}
ATTACKS = {"a": "real", "b": "real", "c": "swap", "d": "swap"}
CLASSES = {"a": ("real", "real"), "b": ("swap", "real"), "c": ("swap", "mouth"), "d": (None, None)}
THRESHOLDS = (0.5, 0.6)


@pytest.fixture(autouse=True)
def evaluated(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What `evaluate` leaves of Attribution: four test videos of `mine`, and others."""
    monkeypatch.chdir(tmp_path)
    rows = []
    for place, threshold in enumerate(THRESHOLDS):
        for name, attack in ATTACKS.items():
            score = SCORES[name][place]
            lost = {} if score is not None else {"status": "no_face", "reason": "nobody there"}
            rows.append(
                {"approach": "Attribution", "seed": place + 1, "video": f"mine/{name}"}
                | {"dataset": "mine", "attack": attack, "split": "test"}
                | {"score": score, "predicted": CLASSES[name][place]}
                | {"status": "ok", "reason": None}
                | lost
            )
        rows.append(rows[-4] | {"video": "mine/v", "split": "val"})
        rows.append(rows[-5] | {"video": "other/a", "dataset": "other"})
        figures = [
            {"approach": "Attribution", "seed": place + 1, "level": level, "threshold": value}
            for level, value in (("video", threshold), ("video", threshold), ("frame", 0.0))
        ]
        known = tables.read(file) if (file := _figures()).exists() else pd.DataFrame()
        tables.write(pd.concat([known, pd.DataFrame(figures)]), file)
    tables.write(pd.DataFrame(rows), paths.scores("attribution"))


def _figures() -> Path:
    return paths.results("attribution") / "figures.parquet"


def test_a_score_above_the_threshold_of_its_own_seed_is_real() -> None:
    table = verdicts("mine", ["binary", "attribution"])
    assert [*table["video"].str[-1]] == [*"abcdabcd"]
    # b has exactly the threshold of seed 1; c would be real at that of seed 1
    assert [*table["called_real"]] == [True, False, False, None, True, True, False, None]
    assert [*table["threshold"]] == [0.5] * 4 + [0.6] * 4


def test_counts_give_the_range_over_the_seeds_and_leave_out_what_has_no_score() -> None:
    found = counts(verdicts("mine", ["attribution"])).to_dict("records")
    assert found == [
        {"approach": "Attribution", "real": "1 to 2 of 2", "swap": "0 of 1"},
    ]


def test_each_video_has_its_range_verdicts_and_classes() -> None:
    found = per_video(verdicts("mine", ["attribution"]))
    assert list(found.columns) == ["video", "approach", "score", "threshold", "verdict", "class"]
    limits = "0.500 to 0.600"
    assert [tuple(row)[2:] for row in found.itertuples(index=False)] == [
        ("0.900", limits, "real 2", "real 2"),
        ("0.500 to 0.700", limits, "fake 1, real 1", "real 1, swap 1"),
        ("0.100 to 0.550", limits, "fake 2", "mouth 1, swap 1"),
        ("no_face", "", "", ""),
    ]


def test_one_seed_is_told_without_counts() -> None:
    table = verdicts("mine", ["attribution"])
    found = per_video(table[table["seed"] == 1])
    assert tuple(found.iloc[0])[2:] == ("0.900", "0.500", "real", "real")


def test_what_is_missing_is_one_line() -> None:
    with pytest.raises(UserError, match="no test video of a dataset 'yours' has been evaluated"):
        verdicts("yours", ["attribution"])
    with pytest.raises(UserError, match="data/scores: there are no scores yet: run `dvc repro`"):
        verdicts("mine", ["binary"])
