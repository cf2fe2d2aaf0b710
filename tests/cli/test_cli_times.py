from pathlib import Path

import pytest

from deepfake_attribution.cli import stage_times
from deepfake_attribution.cli.times import times
from deepfake_attribution.core.errors import UserError


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def test_kept_times_are_shown_by_kind_of_stage(capsys: pytest.CaptureFixture[str]) -> None:
    stage_times.keep({"crop@one": 1.6, "crop@two": 2.6, "report": 3.0})
    times()
    lines = [line.split("|") for line in capsys.readouterr().out.splitlines()]
    cells = [[cell.strip() for cell in line[1:-1]] for line in lines]
    assert ["crop", "2", "4"] in cells
    assert ["all, one after another", "3", "7"] in cells


def test_nothing_kept_is_one_line() -> None:
    with pytest.raises(UserError, match="no stage was timed yet"):
        times()
