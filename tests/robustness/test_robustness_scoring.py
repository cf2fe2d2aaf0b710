"""Scores of damaged copies."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from damaged_dataset import NAME, head, samples_of, stored, write_dataset
from deepfake_attribution.core import paths
from deepfake_attribution.core.shards import ShardReader
from deepfake_attribution.evaluate.scoring import video_scores
from deepfake_attribution.evaluate.uncertainty import files
from deepfake_attribution.evidence_maps.approaches import OfHead
from deepfake_attribution.robustness import scoring
from deepfake_attribution.robustness.damage import DAMAGES, STEPS
from deepfake_attribution.robustness.samples import Sample

JOB = scoring.Job(("head",), ("Red", "Blue"), 1, 1, stored(), (NAME,))
CONDITIONS = 1 + STEPS * len(DAMAGES)


@pytest.fixture
def sample(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Sample:
    monkeypatch.chdir(tmp_path)
    write_dataset(1, ("real",))
    return samples_of(files.tested_videos([NAME]))[0]


def rows(sample: Sample, *heads: OfHead) -> pd.DataFrame:
    faces, frames = ShardReader(paths.faces(NAME)), ShardReader(paths.frames(NAME))
    return pd.DataFrame([row.values for row in scoring.of_video(sample, faces, frames, heads, JOB)])


@pytest.mark.parametrize("seed", range(5))
def test_score_of_a_video_is_that_of_the_evaluation(seed: int) -> None:
    random = np.random.default_rng(seed)
    people = random.integers(0, 3, 12)
    values = random.random(12)
    values[random.random(12) < 0.2] = np.nan
    table = pd.DataFrame({"video": "v", "person": people, "score": values})
    expected = video_scores(table)["score"].iloc[0]
    assert scoring.least_real(values, people) == pytest.approx(expected, abs=1e-15)


def test_no_finite_score_gives_none() -> None:
    assert np.isnan(scoring.least_real(np.array([np.nan, np.inf]), np.array([0, 0])))


def test_every_approach_scores_every_copy(sample: Sample) -> None:
    table = rows(sample, head())
    assert len(table) == 2 * CONDITIONS and not (table["reason"] != "").any()
    assert (table["crops"] == 3).all() and table["score"].notna().all()
    untouched = table[table["kind"] == "none"]
    assert (untouched["error"] == 0).all()
    dark = table[(table["kind"] == "brightness") & (table["approach"] == "Red")]
    assert dark["score"].is_monotonic_decreasing
    assert dark["score"].iloc[-1] == pytest.approx(
        0.2 * untouched["score"].iloc[0], abs=0.01
    )  # a fifth of the brightness


def test_batches_do_not_change_a_score(sample: Sample, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = rows(sample, head())
    monkeypatch.setattr(scoring, "AT_ONCE", 2)
    pd.testing.assert_frame_equal(rows(sample, head()), whole)


def test_what_has_no_score_has_a_reason(sample: Sample) -> None:
    without = OfHead(["Plain"], 24, None)
    assert set(rows(sample, without)["reason"]) == {scoring.NO_NETWORK}
    broken = OfHead(["Broken"], 24, lambda crops: np.full((1, len(crops)), np.nan))
    table = rows(sample, broken)
    assert set(table["reason"]) == {scoring.NO_NUMBER} and table["score"].isna().all()
    gone = Sample(NAME, sample.video, Path("gone.mp4"), sample.crops, sample.frames)
    lost = rows(gone, head()).query("reason != ''")
    assert set(lost["kind"]) == {"crf"} and set(lost["reason"]) == {"no such file"}
    assert lost["error"].isna().all() and (lost["crops"] == 0).all()


def test_video_that_kills_its_processes_has_a_row_for_everything(sample: Sample) -> None:
    made = scoring.kind_of(JOB).lost(sample, "crashed (signal 11)")
    table = pd.DataFrame([row.values for row in made])
    assert len(table) == 2 * CONDITIONS
    assert set(table["reason"]) == {"the damage crashed (signal 11)"}
