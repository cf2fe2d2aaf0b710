"""Which stages of the heads run side by side, and that they do."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

from deepfake_attribution.cli import repro_plan, repro_runs, side_by_side
from deepfake_attribution.cli.main import app

GRAPH = """\
strict digraph {
"superset" -> "train@one";
"crop@a" -> "superset";
"superset" -> "train@two";
"train@one" -> "embed@one-a";
"crop@a" -> "embed@one-a";
"weights" -> "embed@one-a";
"train@two" -> "embed@two-a";
"embed@one-a" -> "best@two";
"embed@two-a" -> "best@two";
"embed@one-a" -> "report";
"best@two" -> "report";
}
"""


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("OMP_NUM_THREADS", "2")
    settings(threads=1)
    return tmp_path


def settings(threads: object) -> None:
    Path("params.yaml").write_text(
        f"heads: {{one: {{}}, two: {{}}}}\ntrain: {{threads: {threads}}}\n"
    )


def test_stages_that_need_one_head_only_run_side_by_side() -> None:
    found = side_by_side.parts(GRAPH, side_by_side.untrained())
    assert found == side_by_side.Parts(
        before=["crop@a", "superset", "weights"],
        heads=[["train@one", "embed@one-a"], ["train@two", "embed@two-a"]],
        at_once=2,
    )


def test_heads_that_need_nothing_in_common_begin_at_once() -> None:
    found = side_by_side.parts('"train@one" -> "x@one";\n"train@two" -> "x@two";\n', ["one", "two"])
    assert found and [count for _, count in found.rounds()] == [2]


@pytest.mark.parametrize("threads", [0, 2, "null", "x"])
def test_a_training_that_takes_all_cores_runs_alone(threads: object) -> None:
    settings(threads)
    assert side_by_side.untrained() == []


def test_heads_that_have_a_model_do_not_count() -> None:
    Path("models/two").mkdir(parents=True)
    assert side_by_side.untrained() == []


def test_what_is_wrong_with_the_settings_is_for_dvc_to_say() -> None:
    Path("params.yaml").write_text("[")
    assert side_by_side.untrained() == []
    Path("params.yaml").write_text("heads: 3\n")
    assert side_by_side.untrained() == []


PIPELINE = """\
stages:
  first: {cmd: echo 1 > first.txt, outs: [first.txt]}
  train:
    foreach: [one, two]
    do: {cmd: "python train.py ${item}", deps: [first.txt], outs: ["${item}.txt"]}
  report: {cmd: cat one.txt two.txt > report.txt, deps: [one.txt, two.txt], outs: [report.txt]}
"""
# Each waits for the other: one after the other would fail.
TRAIN = """\
import sys, time
from pathlib import Path
Path("begun-" + sys.argv[1]).touch()
for _ in range(1200):
    if all(Path("begun-" + one).exists() for one in ("one", "two")):
        break
    time.sleep(0.05)
else:
    sys.exit("error: the other one did not begin")
if Path("fail-" + sys.argv[1]).exists():
    sys.exit("error: no more")
Path(sys.argv[1] + ".txt").write_text(sys.argv[1])
"""


@pytest.fixture
def pipeline(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(repro_plan, "DVC", (sys.executable, "-m", "dvc"))
    Path("dvc.yaml").write_text(PIPELINE.replace("python", sys.executable))
    Path("train.py").write_text(TRAIN)
    for command in (["git", "init", "-q"], [sys.executable, "-m", "dvc", "init", "-q"]):
        subprocess.run(command, check=True, env=os.environ | {"DVC_NO_ANALYTICS": "1"})
    monkeypatch.setattr("deepfake_attribution.cli.outcome.best_unseen", lambda: "best: A")


@pytest.mark.slow
@pytest.mark.usefixtures("pipeline")
def test_dvc_trains_two_heads_at_a_time_and_loses_nothing() -> None:
    result = CliRunner().invoke(app, ["repro"])
    lines = result.output.splitlines()
    assert result.exit_code == 0, result.output
    assert lines[0] == "[1/4] first"
    assert [line[:5] for line in lines[1:3]] == ["[2/4]", "[3/4]"]
    assert {line[6:] for line in lines[1:3]} == {"train one", "train two"}
    assert lines[3] == "[4/4] report" and lines[5].startswith("time: 4 of 4 stages ran")
    assert Path("report.txt").read_text() == "onetwo"
    status = [sys.executable, "-m", "dvc", "status"]
    assert "up to date" in subprocess.run(status, text=True, capture_output=True).stdout
    assert repro_runs.LOG.read_text().count("train.py") == 2


@pytest.mark.slow
@pytest.mark.usefixtures("pipeline")
def test_one_that_fails_lets_the_other_finish_and_is_named() -> None:
    Path("fail-two").touch()
    result = CliRunner().invoke(app, ["repro"])
    lines = result.output.splitlines()
    assert result.exit_code == 255
    assert "  error: no more" in lines and lines[-1].startswith("failed: train@two, exit code 255")
    assert Path("one.txt").exists() and "one.txt" in Path("dvc.lock").read_text()
    assert not Path("report.txt").exists()
