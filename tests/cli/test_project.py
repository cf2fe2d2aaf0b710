"""The folder of the project: whose code runs there, and whether DVC can copy it."""

import json
import os
import subprocess
from importlib.metadata import version
from pathlib import Path

import pytest
from typer.testing import CliRunner

import deepfake_attribution
from deepfake_attribution.cli import project
from deepfake_attribution.cli.main import app

RUNNING = Path(deepfake_attribution.__file__).parent
ROOT = Path(__file__).parents[2]


@pytest.fixture
def copied(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with code of its own that is not what runs, as in a second worktree."""
    (tmp_path / "src/deepfake_attribution").mkdir(parents=True)
    text = (ROOT / "params.yaml").read_text()
    (tmp_path / "params.yaml").write_text(text)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def git(folder: Path, *words: str) -> None:
    who = ["-c", "user.name=test", "-c", "user.email=test@localhost"]
    environment = os.environ | {"GIT_CONFIG_GLOBAL": os.devnull}
    subprocess.run(["git", *who, *words], cwd=folder, env=environment, check=True)


@pytest.fixture
def shallow(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    whole = tmp_path / "whole"
    whole.mkdir()
    git(whole, "init", "-q")
    for message in ("one", "two"):
        git(whole, "commit", "-q", "--allow-empty", "-m", message)
    git(tmp_path, "clone", "-q", "--depth", "1", f"file://{whole}", "shallow")
    monkeypatch.chdir(tmp_path / "shallow")
    return tmp_path / "shallow"


def test_code_of_this_folder_or_of_none_is_fine(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(RUNNING.parents[1])
    assert project.foreign_code() == ""
    monkeypatch.chdir(tmp_path)
    assert project.foreign_code() == ""


@pytest.mark.parametrize("words", [["profile", "demo"], ["export", "b"], ["ablation", "queue"]])
def test_commands_that_change_a_project_stop_in_another_folder(
    copied: Path, words: list[str]
) -> None:
    before = (copied / "params.yaml").read_text()
    result = CliRunner().invoke(app, words)
    assert result.exit_code == 1 and result.output.count("\n") == 1
    own = copied / "src/deepfake_attribution"
    assert f"error: this command runs the code of {RUNNING}, not of {own}: " in result.output
    assert (copied / "params.yaml").read_text() == before


def test_doctor_calls_the_code_of_another_folder_wrong(copied: Path) -> None:
    result = CliRunner().invoke(app, ["doctor", "--json"])
    assert result.exit_code == 1
    (line,) = json.loads(result.stdout)["project"]["wrong"]
    assert line.startswith("this command runs the code of ")
    shown = CliRunner().invoke(app, ["doctor"]).stdout
    assert "this folder: wrong: this command runs" in shown
    assert "1 thing would make results wrong" in shown


def test_version() -> None:
    result = CliRunner().invoke(app, ["--version"])
    assert (result.exit_code, result.output) == (0, version("deepfake-attribution") + "\n")


def test_shallow_clone_is_told_before_work_starts(shallow: Path) -> None:
    assert "git fetch --unshallow" in project.no_experiments_in_copies()
    git(shallow, "fetch", "-q", "--unshallow")
    assert project.no_experiments_in_copies() == ""


def test_path_beyond_ascii_is_told_and_stops_the_queue(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "Pénélope").mkdir()
    monkeypatch.chdir(tmp_path / "Pénélope")
    (tmp_path / "Pénélope" / "params.yaml").write_text((ROOT / "params.yaml").read_text())
    result = CliRunner().invoke(app, ["ablation", "queue"])
    assert result.exit_code == 1 and result.output.count("\n") == 1
    assert "move this folder" in result.output
    doctor = CliRunner().invoke(app, ["doctor", "--json"])
    (line,) = json.loads(doctor.stdout)["project"]["notes"]
    assert doctor.exit_code == 0 and "move this folder" in line
