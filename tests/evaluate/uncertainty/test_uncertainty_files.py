from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from deepfake_attribution.core import paths, tables
from deepfake_attribution.core.video import REAL
from deepfake_attribution.evaluate.evaluation import write
from deepfake_attribution.evaluate.protocol import Protocol, evaluate
from deepfake_attribution.evaluate.settings import Evaluate
from deepfake_attribution.evaluate.uncertainty import files, further_thresholds
from deepfake_attribution.evaluate.uncertainty.assessment import databases, differences, intervals
from deepfake_attribution.report import results

SETTINGS = Evaluate(
    fpr=0.1,
    threshold_scores="out_of_fold",
    threshold_crops="clean",
    adapted_threshold="ends",
    calibration="auto",
    evidence_maps=0,
    grad_cam=False,
    robustness=0,
)
PLAN = Protocol(["a"], ["a"], {}, {})
SOURCES = 24


def catalog() -> pd.DataFrame:
    rows = [
        (f"a/{attack}/c23/{n}", attack, "val" if n % 2 else "test", f"clip {n}")
        for n in range(SOURCES)
        for attack in (REAL, "swap")
    ]
    table = pd.DataFrame(rows, columns=["video", "attack", "split", "source"])
    return table.assign(dataset="a", compression="c23")


@pytest.fixture
def written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> pd.DataFrame:
    """Write a catalog, and scores and results of Binary for two seeds; return its figures."""
    monkeypatch.chdir(tmp_path)
    videos = catalog()
    tables.write(videos, paths.catalog("a"))
    evaluated = {}
    for seed in (1, 2):
        frames = videos.loc[videos.index.repeat(3), ["video", "attack"]].iloc[3:]
        noise = np.random.default_rng(seed).normal(0.4, 0.15, len(frames))
        frames = frames.assign(
            score=noise + 0.2 * (frames["attack"] == REAL),
            slot=frames.groupby("video").cumcount(),
            approach="Binary",
            predicted=None,
        )
        evaluated[seed] = evaluate(frames, videos, PLAN, SETTINGS)
    write(evaluated, "binary", PLAN, SETTINGS)
    return tables.read(paths.results("binary") / "figures.parquet")


@pytest.mark.parametrize("level", ["video", "frame"])
def test_figures_of_all_draws_together_are_those_that_evaluate_wrote(
    written: pd.DataFrame, level: str
) -> None:
    videos = files.tested_videos(["a"])
    (database,) = databases(videos, PLAN, 100, 1)
    assert database.weights.shape == (101, SOURCES // 2)
    scored = files.scored("binary", level, videos)
    table = pd.DataFrame(intervals(database, videos, scored["Binary"], 95))
    figures = results.over_seeds(written)
    joined = results.with_intervals(figures, table)
    own = figures[figures["level"] == level].set_index(["attack"])
    for _, row in table.iterrows():
        assert row["value"] == pytest.approx(own.loc[row["attack"], row["measure"]])
    at = joined[joined["level"] == level]
    assert (at["auc_ci_low"] <= at["auc"]).all() and (at["auc"] <= at["auc_ci_high"]).all()
    assert joined.loc[joined["level"] != level, "auc_ci_low"].isna().all()


@pytest.mark.parametrize("level", ["video", "frame"])
def test_rates_at_further_thresholds_are_those_that_evaluate_wrote(
    written: pd.DataFrame, level: str
) -> None:
    videos = files.tested_videos(["a"])
    (database,) = databases(videos, PLAN, 100, 1)
    points = further_thresholds.read("binary", level)
    (scored,) = files.scored("binary", level, videos).values()
    found = further_thresholds.point_intervals(database, videos, scored, points, 95)
    values = {row["measure"]: row["value"] for row in found}
    rows = tables.read(paths.results("binary") / "further_thresholds.parquet")
    at = rows[rows["level"] == level].groupby("rule")[["fnr", "fpr", "hter"]].mean()
    assert set(at.index) == {"paper", "adapted", "oracle"} and len(values) == 6
    for rule in ("adapted", "oracle"):
        for rate in ("fnr", "fpr", "hter"):
            assert values[f"{rate}_{rule}"] == pytest.approx(at.loc[rule, rate])


def test_video_without_a_score_is_left_out_and_classes_are_told_of_catalogs(
    written: pd.DataFrame,
) -> None:
    videos = files.tested_videos(["a"])
    (seeds,) = files.scored("binary", "video", videos).values()
    assert [one.seed for one in seeds] == [1, 2] and len(videos) == SOURCES
    assert all(len(one.scores) == SOURCES - 1 for one in seeds)  # the first has no frame
    assert files.predicted("binary", videos) == {}
    assert files.classes_of(["a"]) == [REAL, "swap"]
    (database,) = databases(videos, PLAN, 100, 1)
    pair = differences(database, videos, {"one": seeds, "other": seeds[:1]}, 95)
    assert {row["n_real"] for row in pair} == {SOURCES // 2 - 1}
