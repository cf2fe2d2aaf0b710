from importlib import import_module
from pathlib import Path

import pytest
from typer.testing import CliRunner

from deepfake_attribution.analyse.bundle.gathering import KNOWN
from deepfake_attribution.cli.main import app

ROOT = Path(__file__).parents[2]


def test_default_number_of_known_crops_is_that_of_a_project() -> None:
    shown = import_module("deepfake_attribution.cli.export")
    assert shown.KNOWN == KNOWN


def test_nothing_trained_is_one_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    result = CliRunner().invoke(app, ["export", "out"])
    assert (result.exit_code, len(result.output.splitlines())) == (1, 1)
    assert result.output.startswith("error: params.yaml: no such file")
    (tmp_path / "params.yaml").write_text((ROOT / "params.yaml").read_text())
    result = CliRunner().invoke(app, ["export", "out"])
    assert (result.exit_code, len(result.output.splitlines())) == (1, 1)
    assert "run `dvc repro`" in result.output and not Path("out").exists()
