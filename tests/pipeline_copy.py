"""A copy of this repository in another folder, and its commands run there as a user would."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]
COPIED = ("src", "stages", "profiles", "dvc.yaml", "params.yaml", "ablation.yaml")
COPIED += (".dvcignore", ".gitignore")


def run(folder: Path, *command: str) -> str:
    """Run a command of the environment in ``folder``; return what it printed."""
    binaries = Path(sys.executable).parent
    paths = os.pathsep.join([str(binaries), os.environ["PATH"]])
    environment = os.environ | {"PATH": paths, "PYTHONPATH": str(folder / "src")}
    environment["GIT_CONFIG_GLOBAL"] = os.devnull
    done = subprocess.run(
        command, cwd=folder, env=environment, text=True, capture_output=True, check=False
    )
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:]
    return done.stdout + done.stderr


def ran(output: str) -> list[str]:
    """Return the stages that a repro ran; those that the run cache gave do not count."""
    return re.findall(r"^Running stage '(.+)':", output, re.MULTILINE)


def repository(folder: Path) -> Path:
    """Copy the repository to ``folder`` with the tiny profile, as a commit of its own."""
    folder.mkdir(parents=True)
    for name in COPIED:
        if (ROOT / name).is_dir():
            ignored = shutil.ignore_patterns("__pycache__")
            shutil.copytree(ROOT / name, folder / name, ignore=ignored)
        else:
            shutil.copy(ROOT / name, folder)
    run(folder, "git", "init", "-q")
    run(folder, "dvc", "init", "-q")
    shutil.copy(ROOT / ".dvc" / "config", folder / ".dvc")
    run(folder, "deepfake-attribution", "profile", "tiny")
    commit(folder)
    return folder


def commit(folder: Path) -> None:
    run(folder, "git", "add", "-A")
    who = ("-c", "user.name=test", "-c", "user.email=test@localhost")
    run(folder, "git", *who, "commit", "-q", "-m", "state")
