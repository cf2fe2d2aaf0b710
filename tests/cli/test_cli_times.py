from pathlib import Path

import pytest

from deepfake_attribution.cli import stage_times
from deepfake_attribution.cli.times import times
from deepfake_attribution.core.errors import UserError


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def test_kept_times_are_shown_by_kind_of_stage(capsys: pytest.CaptureFixture[str]) -> None:
    stage_times.keep({"crop@one": 1.6, "crop@two": 2.6})
    times()
    cells = [line.split() for line in capsys.readouterr().out.splitlines() if "crop" in line]
    assert cells == [["|", "crop", "|", "2", "|", "4", "|"]]


def test_nothing_kept_is_one_line() -> None:
    with pytest.raises(UserError, match="no stage was timed yet"):
        times()
