import shutil
from pathlib import Path

import pandas as pd
import pytest
from typer.testing import CliRunner

from deepfake_attribution.cli.main import app
from deepfake_attribution.core import paths, tables

ROOT = Path(__file__).parents[2]


@pytest.fixture(autouse=True)
def evaluated(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Stand in a project where Binary has scored two test videos."""
    shutil.copy(ROOT / "profiles/demo.yaml", tmp_path / "params.yaml")
    monkeypatch.chdir(tmp_path)
    about = {"approach": "Binary", "seed": 1, "dataset": "mine", "split": "test", "status": "ok"}
    rows = [
        about | {"video": "mine/a", "attack": "real", "score": 0.75, "predicted": "real"},
        about | {"video": "mine/b", "attack": "swap", "score": 0.25, "predicted": "fake"},
    ]
    tables.write(pd.DataFrame(rows).assign(reason=None), paths.scores("binary"))
    figures = [{"approach": "Binary", "seed": 1, "level": "video", "threshold": 0.5}]
    tables.write(pd.DataFrame(figures), paths.results("binary") / "figures.parquet")


def cells(output: str) -> list[list[str]]:
    lines = [line for line in output.splitlines() if line.startswith("|")]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]


def test_counts_by_attack() -> None:
    result = CliRunner().invoke(app, ["verdicts", "mine"])
    assert result.exit_code == 0, result.output
    head, _, *rows = cells(result.output)
    assert head == ["attack", "videos", "Binary"]
    assert rows == [["real", "1", "1 of 1"], ["swap", "1", "0 of 1"]]


def test_each_video_of_the_attacks_that_are_asked_for() -> None:
    result = CliRunner().invoke(app, ["verdicts", "mine", "--videos", "swap"])
    assert result.exit_code == 0, result.output
    assert cells(result.output)[-1] == ["mine/b", "Binary", "0.250", "0.500", "fake", "fake"]
    assert "mine/a" not in result.output
    assert "mine/a" in CliRunner().invoke(app, ["verdicts", "mine", "--videos", "all"]).output


def test_an_unknown_attack_is_one_line() -> None:
    result = CliRunner().invoke(app, ["verdicts", "mine", "--videos", "swop"])
    message = "error: --videos: no test video of 'swop'; there are real, swap"
    assert (result.exit_code, result.output.strip()) == (1, message)
