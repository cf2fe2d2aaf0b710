from itertools import count
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


def test_a_stage_lasts_until_dvc_goes_on() -> None:
    shown: list[str] = []
    seconds = count()  # a line comes every second
    found = stage_times.watch(
        OUTPUT.splitlines(keepends=True), shown.append, lambda: float(next(seconds))
    )
    # report did not end: what stopped it is not known here
    assert found.seconds == {"train@binary": 2.0, "train@triplet": 1.0, "embed@binary-one": 1.0}
    assert found.running == "report"
    assert found.passed == {*found.seconds, "weights", "embed@binary-two"}
    assert "".join(shown) == OUTPUT


def test_each_stage_is_counted() -> None:
    shown: list[str] = []
    stage_times.watch(OUTPUT.splitlines(), shown.append, total=9)
    begun = [line for line in shown if line.startswith("Running")]
    assert begun == [
        "Running stage 'train@binary' (2 of 9):",
        "Running stage 'train@triplet' (3 of 9):",
        "Running stage 'embed@binary-one' (4 of 9):",
        "Running stage 'report' (6 of 9):",
    ]


def test_last_stage_of_a_run_ends_with_what_dvc_says_at_last() -> None:
    lines = [
        "Running stage 'report':\n",
        "Use `dvc push` to send your updates to remote storage.\n",
    ]
    assert list(stage_times.watch(lines, lambda line: None).seconds) == ["report"]


def test_stage_that_did_not_run_keeps_its_last_time() -> None:
    assert stage_times.read() == {}
    stage_times.keep({"train@binary": 10.0, "report": 4.0})
    stage_times.keep({"report": 5.0, "train@triplet": 20.0})
    kept = stage_times.read()
    assert kept == {"train@binary": 10.0, "report": 5.0, "train@triplet": 20.0}
    rows = stage_times.table(kept).to_numpy().tolist()
    assert rows == [["train", 2, 30.0], ["report", 1, 5.0]]


def test_damaged_file_is_one_line() -> None:
    stage_times.keep({})
    stage_times.FILE.write_text("[")
    with pytest.raises(UserError, match=r"times\.json: damaged; remove it"):
        stage_times.read()
