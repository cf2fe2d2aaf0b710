"""The approach that the report says validation chose is the one that the stage bundle exports."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from chosen_heads import write_heads
from deepfake_attribution.analyse.bundle.approaches import best, every, validated
from deepfake_attribution.core import paths, tables
from deepfake_attribution.report.results import collect
from deepfake_attribution.report.validation_choice import chosen_approach

LABELS = {"held_out": 0.5, "out_of_fold": 0.3, "in_sample": 0.6, "degraded_held_out": 0.4}
COLUMNS = ("score", "score_out_of_fold", "score_degraded", "score_degraded_out_of_fold")


def write_project(draw: int) -> None:
    """Write scores and figures of every approach of params.yaml, and empty files of models."""
    random = np.random.default_rng(draw)
    write_heads()
    for head in dict.fromkeys(one.head for one in every()):
        scores, figures = [], []
        for one in (one for one in every() if one.head == head):
            label = list(LABELS)[random.integers(len(LABELS))]
            for seed in (1, 2):
                own = pd.DataFrame(
                    random.random((40, len(COLUMNS))).round(1), columns=list(COLUMNS)
                )
                own.loc[0, "score"] = np.nan  # a video without a face
                own["attack"] = random.choice(["real", "swap"], 40)
                own["dataset"] = random.choice(["one", "new"], 40)
                own["split"] = random.choice(["val", "test"], 40)
                scores.append(own.assign(approach=one.name, seed=seed))
                about = {"approach": one.name, "seed": seed, "threshold_scores": label}
                for level, shift in (("frame", 0.3), ("video", 0.0)):
                    figures.append(about | {"level": level, "threshold": LABELS[label] + shift})
            for file in (*one.needs(1), *one.needs(2)):
                file.parent.mkdir(parents=True, exist_ok=True)
                file.touch()
        tables.write(pd.concat(scores, ignore_index=True), paths.scores(head))
        tables.write(pd.DataFrame(figures), paths.results(head) / "figures.parquet")
    baseline = pd.DataFrame([{"approach": "NoPixels-All", "seed": 1, "level": "video"}])
    tables.write(baseline, paths.results("metadata_baseline") / "figures.parquet")


@pytest.mark.parametrize("draw", range(6))
def test_it_is_the_approach_of_the_bundle(
    draw: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    write_project(draw)
    for seed in (1, 2):
        expected = best(validated(seed, ["one"])).approach.name
        assert chosen_approach(collect("figures"), ["one"], seed) == expected


def test_without_validation_reals_nothing_was_chosen(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    write_project(1)
    assert chosen_approach(collect("figures"), ["no such dataset"], 1) == ""
