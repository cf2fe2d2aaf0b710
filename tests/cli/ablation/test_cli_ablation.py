"""What stops ``ablation`` before anything is queued; tests/test_pipeline_ablation.py runs it."""

import shutil
from pathlib import Path

import pytest
from typer.testing import CliRunner

from deepfake_attribution.cli.main import app

ROOT = Path(__file__).parents[3]


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    shutil.copytree(ROOT / "profiles", tmp_path / "profiles")
    for name in ("params.yaml", "ablation.yaml"):
        shutil.copy(ROOT / name, tmp_path)
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.parametrize(
    ("file", "old", "new", "message"),
    [
        (
            "ablation.yaml",
            "demo_selection",
            "celeb_df",
            "error: ablation.yaml: database: 'celeb_df' is none of params.yaml's: "
            "demo_a, demo_b, demo_selection, demo_unseen",
        ),
        (
            "ablation.yaml",
            "demo_selection",
            "demo_unseen",
            "error: ablation.yaml: ablation.database: add demo_unseen to databases.compared_on in "
            "params.yaml, so that the report says that recipes were compared on it",
        ),
        (
            "ablation.yaml",
            "{train.averaging: 0.98}",
            "{train.averaging: 2}",
            "error: ablation.yaml: paper-plus-averaging: train.averaging: 2 is not allowed: "
            "Input should be less than 1",
        ),
        ("params.yaml", "averaging: 0.0", "average: 0.0", "error: "),
    ],
)
def test_a_mistake_is_one_line(project: Path, file: str, old: str, new: str, message: str) -> None:
    text = (project / file).read_text()
    assert old in text
    (project / file).write_text(text.replace(old, new))
    result = CliRunner().invoke(app, ["ablation", "queue"])
    assert result.exit_code == 1
    assert result.output.startswith(message) and result.output.count("\n") == 1


def test_final_comparison_is_on_a_database_that_nothing_was_chosen_by(project: Path) -> None:
    text = (project / "ablation.yaml").read_text()
    (project / "ablation.yaml").write_text(text.replace("demo_unseen", "demo_selection"))
    result = CliRunner().invoke(app, ["ablation", "queue", "--final"])
    assert result.exit_code == 1
    assert result.output == (
        "error: ablation.yaml: final.database: recipes are compared on demo_selection "
        "(databases.compared_on in params.yaml): name a database by which nothing was chosen\n"
    )


def test_steps_are_named(project: Path) -> None:
    result = CliRunner().invoke(app, ["ablation", "start"])
    assert result.exit_code == 2
    # lines break where the terminal ends
    assert all(f"'{step}'" in result.output for step in ("queue", "wait", "table"))
