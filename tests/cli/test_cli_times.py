import io
import os
from pathlib import Path

import pytest
from typer.testing import CliRunner

from deepfake_attribution.cli import stage_times
from deepfake_attribution.cli.main import app


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def test_behind_a_pipe_lines_pass_and_times_are_kept() -> None:
    lines = "Running stage 'crop@one':\n> python\nUpdating lock file 'dvc.lock'\n"
    result = CliRunner().invoke(app, ["times"], input=lines)
    assert result.exit_code == 0 and result.output.startswith(lines)
    assert "1 stage in 0 s" in result.output and list(stage_times.read()) == ["crop@one"]
    assert CliRunner().invoke(app, ["times"], input="").output == ""


def test_kept_times_are_shown_by_kind_of_stage(capsys: pytest.CaptureFixture[str]) -> None:
    from deepfake_attribution.cli import times

    stage_times.keep({"crop@one": 1.6, "crop@two": 2.6})
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("sys.stdin", Terminal())
        times.times()
    cells = [line.split() for line in capsys.readouterr().out.splitlines() if "crop" in line]
    assert cells == [["|", "crop", "|", "2", "|", "4", "|"]]


def test_without_any_input_kept_times_are_shown(capsys: pytest.CaptureFixture[str]) -> None:
    from deepfake_attribution.cli import times

    stage_times.keep({"crop@one": 1.6})
    with Path(os.devnull).open() as nothing, pytest.MonkeyPatch.context() as patch:
        patch.setattr("sys.stdin", nothing)
        times.times()
    assert "| crop " in capsys.readouterr().out


def test_nothing_kept_is_one_line() -> None:
    from deepfake_attribution.cli import times
    from deepfake_attribution.core.errors import UserError

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("sys.stdin", Terminal())
        with pytest.raises(UserError, match="no stage was timed yet"):
            times.times()
