from pathlib import Path

import pytest

from deepfake_attribution.cli import stage_times
from deepfake_attribution.core.errors import UserError

OUTPUT = """\
Stage 'weights' didn't change, skipping
Running stage 'train@binary':
> python stages/train.py binary
Updating lock file 'dvc.lock'

Running stage 'train@triplet':
Running stage 'embed@binary-one':
Stage 'embed@binary-two' is cached - skipping run, checking out outputs
Running stage 'report':
> python stages/report.py
"""


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def watched(output: str) -> stage_times.Watched:
    """Return what the lines tell, if one comes every second."""
    found = stage_times.Watched()
    for second, line in enumerate(output.splitlines()):
        found.take(line, float(second))
    return found


def test_a_stage_lasts_until_dvc_goes_on() -> None:
    found = watched(OUTPUT)
    # report did not end
    assert found.seconds == {"train@binary": 2.0, "train@triplet": 1.0, "embed@binary-one": 1.0}
    assert found.running == "report" and found.since == 8.0
    assert found.passed == {*found.seconds, "weights", "embed@binary-two"}


def test_lines_of_dvc_are_told_from_those_of_a_stage() -> None:
    found = stage_times.Watched()
    own = [line for line in OUTPUT.splitlines() if found.take(line, 0.0)]
    assert [line for line in OUTPUT.splitlines() if line not in own] == [
        "> python stages/train.py binary",
        "",
        "> python stages/report.py",
    ]


def test_last_stage_of_a_run_ends_with_what_dvc_says_at_last() -> None:
    found = watched(
        "Running stage 'report':\nUse `dvc push` to send your updates to remote storage."
    )
    assert found.seconds == {"report": 1.0} and found.running == ""


def test_a_failed_stage_has_no_time_and_the_first_one_is_named() -> None:
    output = """\
Running stage 'train@one':
error: not enough memory
ERROR: failed to reproduce 'train@one': failed to run: python stages/train.py one, exited with 1
"""
    found = watched(output)
    assert found.failed == "train@one" and found.running == ""
    assert found.seconds == {} and found.passed == set()


def test_with_keep_going_the_first_failure_counts_and_others_go_on() -> None:
    output = """\
Running stage 'fit@a':
WARNING: failed to reproduce 'fit@a': failed to run: python stages/fit.py a, exited with 1
WARNING: Stages 'evaluate', 'report' will be skipped due to this failure
Running stage 'fit@b':
Updating lock file 'dvc.lock'
ERROR: failed to reproduce 'fit@a'
"""
    found = watched(output)
    assert found.failed == "fit@a" and found.passed == {"fit@b"}


def test_frozen_stages_and_files_that_dvc_only_tracks_are_passed() -> None:
    output = """\
WARNING: stage: 'crop' is frozen. Its dependencies are not going to be reproduced.
Stage 'crop' didn't change, skipping
'videos.dvc' didn't change, skipping
"""
    found = watched(output)
    assert found.passed == {"crop", "videos.dvc"} and not found.failed


def test_stage_that_did_not_run_keeps_its_last_time() -> None:
    assert stage_times.read() == {}
    stage_times.keep({"train@binary": 10.0, "report": 4.0})
    stage_times.keep({"report": 5.0, "train@triplet": 20.0})
    kept = stage_times.read()
    assert kept == {"train@binary": 10.0, "report": 5.0, "train@triplet": 20.0}
    rows = stage_times.table(kept).to_numpy().tolist()
    assert rows == [["train", 2, 30.0], ["report", 1, 5.0]]


@pytest.mark.parametrize("content", ["[", "[1, 2]", "null", '{"a@b": null}'])
def test_damaged_file_is_one_line(content: str) -> None:
    stage_times.keep({})
    stage_times.FILE.write_text(content)
    with pytest.raises(UserError, match=r"times\.json: damaged; remove it"):
        stage_times.read()
