import shutil
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from deepfake_attribution.cli import simulation
from deepfake_attribution.cli.main import app
from deepfake_attribution.core.errors import UserError
from deepfake_attribution.faces import detector_files
from deepfake_attribution.render.attacks.registry import ATTACKS

ROOT = Path(__file__).parents[2]


@pytest.fixture
def given(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[dict[str, Any]]:
    """Stand in a folder with settings; note what the command hands to `simulate`."""
    shutil.copy(ROOT / "profiles/demo.yaml", tmp_path / "params.yaml")
    monkeypatch.chdir(tmp_path)
    calls: list[dict[str, Any]] = []

    def noted(plan: simulation.Plan, manifest: str, out: Path, workers: int) -> Any:
        calls.append({"plan": plan, "manifest": manifest, "out": out, "workers": workers})
        return 6, ["[/b] a.mp4: cannot be read"]

    monkeypatch.setattr(simulation, "simulate", noted)
    monkeypatch.setattr(detector_files, "make", lambda source, folder: calls.append({"to": folder}))
    return calls


def test_options_reach_the_plan_and_problems_are_listed(given: list[dict[str, Any]]) -> None:
    options = ["--attacks", "sim_mouth, sim_blend", "--frames", "7", "--side", "128"]
    result = CliRunner().invoke(app, ["simulate", "in", "out", "--manifest", "m.csv", *options])
    assert result.exit_code == 0, result.output
    assert result.output == "  [/b] a.mp4: cannot be read\nout: 6 videos, 1 problem\n"
    fetched, call = given
    assert fetched["to"] == call["plan"].weights == Path(".work/blazeface")
    assert (call["manifest"], call["out"]) == ("m.csv", Path("out"))
    plan = call["plan"]
    assert (plan.root, plan.attacks, plan.frames, plan.side) == (
        *(Path("in"), ["sim_mouth", "sim_blend"], 7, 128),
    )
    assert plan.seed == 1 and plan.detector.kind == "blazeface"


def test_default_attacks_are_known(given: list[dict[str, Any]]) -> None:
    Path("models/blazeface").mkdir(parents=True)  # the pipeline's weights are used where there
    assert CliRunner().invoke(app, ["simulate", "in", "out"]).exit_code == 0
    (call,) = given
    assert call["plan"].weights == Path("models/blazeface")
    assert len(call["plan"].attacks) == 4 and set(call["plan"].attacks) <= set(ATTACKS)


def test_error_is_one_line_and_code_one(
    given: list[dict[str, Any]], monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise UserError("out is not empty:\nname a new folder")

    monkeypatch.setattr(simulation, "simulate", refuse)
    result = CliRunner().invoke(app, ["simulate", "in", "out"])
    assert result.exit_code == 1
    assert result.output.strip() == "error: out is not empty: name a new folder"


def test_a_path_that_the_system_cannot_use_is_one_line(
    given: list[dict[str, Any]], monkeypatch: pytest.MonkeyPatch
) -> None:
    Path("file").touch()
    monkeypatch.setattr(simulation, "simulate", lambda *_: Path("file/out").mkdir(parents=True))
    result = CliRunner().invoke(app, ["simulate", "in", "file/out"])
    assert result.exit_code == 1
    assert (
        result.output
        == "error: file/out: leads through a file, which is no folder; give another path\n"
    )


def test_a_wrong_option_is_a_usage_error(given: list[dict[str, Any]]) -> None:
    assert CliRunner().invoke(app, ["simulate", "in", "out", "--frames", "0"]).exit_code == 2
    assert CliRunner().invoke(app, ["simulate", "in"]).exit_code == 2
    assert given == []
