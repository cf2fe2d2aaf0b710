"""What removed datasets and heads left: removed by one command, and nothing else with it."""

import os
import subprocess
from pathlib import Path

import pytest
from ruamel.yaml import YAML
from typer.testing import CliRunner

from deepfake_attribution.cli import doctor, leftovers
from deepfake_attribution.cli.main import app

LINES = {
    "catalog@now": ["data/catalog/now.parquet"],
    "catalog@gone": ["data/catalog/gone.parquet", "data/catalog/gone.json"],
    "embed@head-gone": ["data/embeddings/head/gone"],
    "evaluate@head": ["metrics/head.json", "metrics/roc/head"],
    "evaluate@old": ["metrics/old.json", "metrics/roc/old"],
    "far": ["/etc/hostname", "../outside", "data"],
    "renamed": ["metrics/roc/head"],  # now the output of another stage
}
PIPELINE = """
stages:
  catalog:
    foreach: ${datasets}
    do: {cmd: 'true', outs: ['data/catalog/${key}.parquet']}
  evaluate:
    foreach: ${heads}
    do: {cmd: 'true', outs: ['metrics/${key}.json', 'metrics/roc/${key}']}
"""
NOW = ["catalog@now", "evaluate@head"]
GONE = [
    *("data/catalog/gone.json", "data/catalog/gone.parquet", "data/embeddings/head/gone"),
    *("metrics/old.json", "metrics/roc/old"),
]


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "project"
    folder.mkdir()
    monkeypatch.chdir(folder)
    stages = {
        name: {"cmd": "true", "outs": [{"path": path} for path in paths]}
        for name, paths in LINES.items()
    }
    YAML().dump({"schema": "2.0", "stages": stages}, Path("dvc.lock"))
    for path in (path for name in LINES for path in LINES[name] if name != "far"):
        place = Path(path)
        if place.suffix:
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_text("content")
        else:
            place.mkdir(parents=True, exist_ok=True)
            (place / "file").write_text("content")
    (tmp_path / "outside").write_text("of the user")
    Path("data/catalog/mine.csv").write_text("of the user")
    return folder


@pytest.fixture
def listed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(leftovers, "stages", lambda: NOW)


def files(folder: Path) -> set[str]:
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}


@pytest.mark.usefixtures("listed")
def test_outputs_of_stages_that_are_gone_are_removed_and_nothing_else(project: Path) -> None:
    before = files(project.parent)
    dry = CliRunner().invoke(app, ["tidy", "--dry"])
    assert dry.exit_code == 0 and files(project.parent) == before
    assert "5 outputs would be removed" in dry.output
    result = CliRunner().invoke(app, ["tidy"])
    assert result.exit_code == 0 and "5 outputs removed" in result.output
    assert all(f"  {path} (" in result.output for path in GONE)
    lost = {name.removeprefix("project/") for name in before - files(project.parent)}
    assert lost == {
        *GONE[:2],
        "data/embeddings/head/gone/file",
        "metrics/old.json",
        "metrics/roc/old/file",
    }
    assert not Path("data/embeddings").exists() and Path("data").exists()
    assert "nothing is left over" in CliRunner().invoke(app, ["tidy"]).output


@pytest.mark.slow
def test_stages_are_those_of_dvc_now(project: Path) -> None:
    environment = os.environ | {"GIT_CONFIG_GLOBAL": os.devnull}
    subprocess.run(["git", "init", "-q"], env=environment, check=True)
    subprocess.run(["dvc", "init", "-q"], env=environment, check=True)
    Path("params.yaml").write_text("heads: {head: 1}\ndatasets: {now: 1}\n")
    Path("dvc.yaml").write_text(PIPELINE)
    assert [path.as_posix() for path in leftovers.leftovers()] == GONE
    assert doctor._left_over().startswith(
        "5 of the outputs here are of datasets or heads that params.yaml no longer names"
    )
    Path("dvc.yaml").write_text("stages: [\n")
    result = CliRunner().invoke(app, ["tidy"])
    assert result.exit_code == 1 and result.output.startswith("error: dvc stage list: ")


def test_without_a_run_there_is_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert "nothing is left over" in CliRunner().invoke(app, ["tidy"]).output
