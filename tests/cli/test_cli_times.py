import io
import os
from pathlib import Path

import pandas as pd
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
    assert "time: 1 of 1 stages ran, in 0 s" in result.output and list(stage_times.read()) == [
        "crop@one"
    ]
    assert CliRunner().invoke(app, ["times"], input="").output == ""


def test_a_whole_run_ends_with_the_best_approach_the_time_and_the_page(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = [
        {"approach": approach, "database": database, "level": level, "attack": attack, "auc": auc}
        for approach, database, level, attack, auc in (
            ("A", "seen", "video", "all", 99.0),
            ("A", "new", "video", "all", 60.0),
            ("A", "newer", "video", "all", 70.0),
            ("B", "seen", "video", "all", 50.0),
            ("B", "new", "video", "all", 90.0),
            ("B", "newer", "video", "all", 50.0),
            ("A", "new", "frame", "all", 100.0),
            ("A", "new", "video", "swap", 100.0),
            ("A", "family", "video", "all", 100.0),
        )
    ]
    monkeypatch.setattr("deepfake_attribution.cli.reading.figures", lambda: pd.DataFrame(rows))
    names = "".join(
        f"  {name}: {{adapter: folder, root: x}}\n" for name in ("seen", "new", "newer")
    )
    Path("params.yaml").write_text(f"datasets:\n{names}superset:\n  datasets: [seen]\n")
    lines = "Stage 'crop' didn't change, skipping\nRunning stage 'report':\nUpdating lock file\n"
    result = CliRunner().invoke(app, ["times"], input=lines)
    assert result.output.splitlines()[3:] == [
        "best on databases not trained on: B, mean AUC 70.0 (new 90.0, newer 50.0)",
        "time: 1 of 2 stages ran, in 0 s; each: `deepfake-attribution times`",
        f"open: {tmp_path}/reports/index.html",
    ]
    stopped = CliRunner().invoke(app, ["times"], input=lines.replace("Updating", "Traceback"))
    assert "best" not in stopped.output and "open" not in stopped.output


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
