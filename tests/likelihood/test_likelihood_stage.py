"""The stage on a small project: which videos it sees, what it writes, and that it can be killed."""

import os
import signal
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from deepfake_attribution.core import paths, tables
from deepfake_attribution.core.errors import UserError
from deepfake_attribution.evaluate.protocol import Protocol
from deepfake_attribution.likelihood import files, measures, stage
from deepfake_attribution.likelihood.results import RATIO
from ratios import DATASETS, bytes_of, write_project

HEAD = "binary"
PROTOCOL = Protocol(["seen_a", "seen_b"], list(DATASETS), {}, {})
SETTINGS = stage.Settings(choice="auto", folds=4, draws=100, level=95, seed=1)


@pytest.fixture(autouse=True)
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    write_project()


def calibrate(protocol: Protocol = PROTOCOL) -> list[str]:
    videos = files.every_video(list(DATASETS))
    return list(stage.calibrate(HEAD, videos, protocol, SETTINGS))


def changed(rows: pd.Series, scores: pd.DataFrame) -> None:
    """Write ``scores`` with other values in ``rows``."""
    columns = [name for name in ("score", "score_out_of_fold") if name in scores]
    scores.loc[rows, columns] = 0.5
    tables.write(scores, paths.scores(HEAD))


def test_every_approach_has_a_calibration_and_figures_of_each_part() -> None:
    lines = calibrate()
    assert [line.split(",")[0] for line in lines] == ["Binary", "Second-SVM"]
    assert all("24 real and 24 fake validation videos" in line for line in lines)
    results = files.read_results([HEAD])
    parts = results.groupby("part")["database"].unique()
    assert {name: list(own) for name, own in parts.items()} == {
        "seen": ["seen_a", "seen_b"],
        "unseen": ["new"],
        "validation": ["validation"],
    }
    assert set(results["measure"]) == set(measures.MEASURES)
    cost = results[results["measure"] == "cllr"]
    assert (cost["low"] <= cost["value"]).all() and (cost["value"] <= cost["high"]).all()
    assert cost["value"].max() < 0.8
    assert (results["n_real"] == np.where(results["part"] == "validation", 24, 12)).all()
    one, other = files.read_calibrations(HEAD)
    assert one.calibration is not None and other.calibration is not None
    assert (one.calibration.scale, one.calibration.scores) == ("logit", "held_out")
    assert (other.calibration.scale, other.calibration.scores) == ("identity", "out_of_fold")
    assert one.calibration.databases == ["seen_a", "seen_b"]
    assert one.calibration.videos == {"real": 24, "swap": 24}


def test_ratios_of_test_videos_are_those_of_the_stored_calibration() -> None:
    calibrate()
    table = files.read_ratios([HEAD], 1)
    for one in files.read_calibrations(HEAD):
        tested = table[(table["approach"] == one.approach) & (table["split"] == "test")]
        assert one.calibration is not None
        assert np.array_equal(one.calibration.log10_lr(tested["score"]), tested[RATIO])
        assert len(tested) == 72


@pytest.mark.parametrize("kind", ["test", "unseen validation", "in-sample"])
def test_no_calibration_knows_what_it_must_not_see(kind: str) -> None:
    calibrate()
    before = files.read_calibrations(HEAD)
    scores = tables.read(paths.scores(HEAD))
    if kind == "test":
        changed(scores["split"] == "test", scores)
    elif kind == "unseen validation":
        changed(scores["dataset"] == "new", scores)
    else:  # scores by the classifier that was fitted on the same videos
        fitted = (scores["approach"] == "Second-SVM") & (scores["split"] == "val")
        scores.loc[fitted, "score"] = 0.25
        tables.write(scores, paths.scores(HEAD))
    calibrate()
    assert files.read_calibrations(HEAD) == before
    changed((scores["split"] == "val") & (scores["dataset"] == "seen_a"), scores)
    calibrate()
    assert files.read_calibrations(HEAD) != before  # what it may see does matter


@pytest.mark.slow
def test_same_input_gives_the_same_bytes_after_a_kill_too(monkeypatch: pytest.MonkeyPatch) -> None:
    calibrate()
    expected = bytes_of(files.folder(HEAD))
    for name in expected:
        (files.folder(HEAD) / name).unlink()
    child = os.fork()
    if not child:  # killed after the first file is complete, while the second is written
        original = Path.replace

        def deadly(self: Path, target: Path) -> Path:
            if Path(target).name == files.RATIOS:
                os.kill(os.getpid(), signal.SIGKILL)
            return original(self, target)

        monkeypatch.setattr(Path, "replace", deadly)
        calibrate()
        os._exit(0)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == -signal.SIGKILL
    left = [path.name for path in files.folder(HEAD).iterdir() if not path.name.startswith(".")]
    assert left == [files.CALIBRATIONS]
    calibrate()
    found = bytes_of(files.folder(HEAD))
    assert {name: found[name] for name in expected} == expected


def test_validation_without_reals_gives_rows_with_the_reason() -> None:
    scores = tables.read(paths.scores(HEAD))
    lost = (scores["split"] == "val") & (scores["attack"] == "real")
    tables.write(scores[~lost], paths.scores(HEAD))
    lines = calibrate()
    reason = "no real validation video has a score"
    assert lines[0] == f"Binary, seed 1: no likelihood ratios: {reason}"
    results = files.read_results([HEAD])
    assert results["value"].isna().all() and set(results["note"]) == {reason}
    assert [one.reason for one in files.read_calibrations(HEAD)] == [reason] * 2


def test_without_an_unseen_database_there_is_no_such_row() -> None:
    calibrate(
        Protocol(["seen_a", "seen_b"], ["seen_a", "seen_b"], {}, {"both": ["seen_a", "seen_b"]})
    )
    results = files.read_results([HEAD])
    assert list(results["database"].unique()) == ["validation", "seen_a", "seen_b", "both"]
    assert set(results["part"]) == {"validation", "seen"}


def test_several_seeds_have_a_calibration_each_and_mean_figures() -> None:
    write_project(seeds=(1, 2))
    calibrate()
    assert [one.seed for one in files.read_calibrations(HEAD)] == [1, 2, 1, 2]
    results = files.read_results([HEAD])
    assert len(results) == 2 * 4 * len(measures.MEASURES)
    table = tables.read(files.folder(HEAD) / files.RATIOS)
    own = table[(table["approach"] == "Binary") & (table["dataset"] == "new")]
    own = own[own["split"] == "test"]
    costs = [
        measures.cllr(rows[RATIO].to_numpy(), (rows["attack"] == "real").to_numpy())
        for _, rows in own.groupby("seed")
    ]
    row = results[(results["approach"] == "Binary") & (results["database"] == "new")]
    assert row["value"].iloc[0] == pytest.approx(np.mean(costs))


def test_a_broken_or_missing_file_of_calibrations_is_one_line() -> None:
    with pytest.raises(UserError, match="no such file; `dvc repro likelihood`"):
        files.read_calibrations(HEAD)
    calibrate()
    (files.folder(HEAD) / files.CALIBRATIONS).write_text('[{"approach": 1}]')
    with pytest.raises(UserError, match="not the calibrations"):
        files.read_calibrations(HEAD)
