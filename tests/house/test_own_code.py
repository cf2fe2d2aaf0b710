"""A stage runs the code of its own repository, whatever the environment has installed."""

import ast
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from pipeline_copy import program, repository

ROOT = Path(__file__).parents[2]
STAGES = sorted(set((ROOT / "stages").glob("*.py")) - {ROOT / "stages/own_code.py"})
EDIT = '\nraise SystemExit("code of the copy")\n'


@pytest.fixture(scope="module")
def copied(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the code, as in a second worktree; what `weights` runs there differs."""
    folder = tmp_path_factory.mktemp("tree") / "copy"
    for name in ("src", "stages"):
        shutil.copytree(ROOT / name, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
    edit(folder)
    return folder


def edit(folder: Path) -> None:
    with (folder / "src/deepfake_attribution/faces/weights.py").open("a") as module:
        module.write(EDIT)


def foreign() -> dict[str, str]:
    """Return variables with which Python finds the package in this tree, not in a copy."""
    return os.environ | {"PYTHONPATH": str(ROOT / "src"), "GIT_CONFIG_GLOBAL": os.devnull}


@pytest.mark.parametrize("script", STAGES, ids=lambda path: path.stem)
def test_stage_puts_its_own_code_first(script: Path) -> None:
    imports = [
        name.name if isinstance(node, ast.Import) else node.module or ""
        for node in ast.walk(ast.parse(script.read_text(encoding="utf-8")))
        if isinstance(node, ast.Import | ast.ImportFrom)
        for name in node.names
    ]
    package = next(i for i, name in enumerate(imports) if name.startswith("deepfake_attribution"))
    assert "own_code" in imports[:package]


def test_copied_folder_runs_its_own_code_in_the_environment_of_another(copied: Path) -> None:
    done = subprocess.run(
        [sys.executable, "stages/weights.py"],
        cwd=copied,
        env=foreign(),
        text=True,
        capture_output=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (1, "code of the copy\n")


def test_code_of_another_tree_ends_a_stage_with_one_line(copied: Path) -> None:
    code = "import sys, runpy, deepfake_attribution; sys.path.insert(0, 'stages');"
    code += "runpy.run_path('stages/weights.py', run_name='__main__')"
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=copied,
        env=foreign(),
        text=True,
        capture_output=True,
        check=False,
    )
    assert done.returncode == 1 and done.stderr.count("\n") == 1
    assert done.stderr.startswith(f"error: {ROOT}/src/deepfake_attribution/__init__.py: ")
    assert f"not the code of {copied}/src" in done.stderr


@pytest.mark.slow
def test_experiment_in_a_copy_of_dvc_runs_the_code_of_the_copy(tmp_path: Path) -> None:
    folder = repository(tmp_path / "repository")
    edit(folder)
    done = subprocess.run(
        [program("dvc", os.environ), "exp", "run", "--temp", "weights"],
        cwd=folder,
        env=foreign(),
        text=True,
        capture_output=True,
        check=False,
    )
    assert done.returncode != 0
    assert "code of the copy" in done.stderr
