"""A copy of this repository in another folder, and its commands run there as a user would.

Its stages and commands are run by a warm process (`warm_python`), unless a test asks for cold ones.
"""

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Mapping
from functools import reduce
from operator import getitem
from pathlib import Path

from ruamel.yaml import YAML

import warm_python

ROOT = Path(__file__).parents[1]
COPIED = ("src", "stages", "profiles", "protocols", "dvc.yaml", "params.yaml", "ablation.yaml")
COPIED += (".dvcignore", ".gitignore")


def environment(folder: Path, cold: bool = False) -> dict[str, str]:
    """Return the variables of a process that works in ``folder``.

    Args:
        folder: of a copy of the repository.
        cold: whether its commands, and those that they start, are new processes as a user's are.
    """
    binaries = [*([] if cold else [warm_python.folder()]), Path(sys.executable).parent]
    paths = os.pathsep.join([*map(str, binaries), os.environ["PATH"]])
    own = {"PATH": paths, "PYTHONPATH": str(folder / "src"), "GIT_CONFIG_GLOBAL": os.devnull}
    # Without it, `dvc init` starts a process that reports to DVC's makers.
    return os.environ | {"OMP_NUM_THREADS": "1", "DVC_NO_ANALYTICS": "1"} | own


def program(name: str, variables: Mapping[str, str]) -> str:
    """Return the file of a command, as a process with these ``variables`` finds it."""
    found = shutil.which(name, path=variables["PATH"])
    assert found, name
    return found


def call(
    folder: Path,
    *command: str,
    cold: bool = False,
    cold_stages: bool = False,
    more: Mapping[str, str] | None = None,
) -> subprocess.CompletedProcess[str]:
    """Run a command of the environment in ``folder`` to its end; see `environment`.

    Args:
        folder, command: where and what.
        cold: see `environment`.
        cold_stages: whether what it starts is new, but not itself.
        more: further variables.
    """
    variables = environment(folder, cold or cold_stages) | (more or {})
    words = [program(command[0], environment(folder, cold) | (more or {})), *command[1:]]
    return subprocess.run(
        words, cwd=folder, env=variables, text=True, capture_output=True, check=False
    )


def run(folder: Path, *command: str, cold: bool = False, cold_stages: bool = False) -> str:
    """Do as `call`; return what the command printed, and fail if it failed."""
    done = call(folder, *command, cold=cold, cold_stages=cold_stages)
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:]
    return done.stdout + done.stderr


def ran(output: str) -> list[str]:
    """Return the stages that a repro ran; those that the run cache gave do not count."""
    return re.findall(r"^Running stage '(.+)':", output, re.MULTILINE)


def repository(folder: Path, workers: int = 1) -> Path:
    """Copy the repository to ``folder`` with the tiny profile, as a commit of its own.

    With a network that takes half the time of the profile's to train and to export.

    Args:
        folder: is made.
        workers: ``compute.workers``; with 1, no stage starts further processes.
    """
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
    shutil.copytree(ROOT / ".dvc" / "plots", folder / ".dvc" / "plots", dirs_exist_ok=True)
    run(folder, "deepfake-attribution", "profile", "tiny")
    change(folder, compute={"workers": workers}, backbone={"name": "test_efficientnet"})
    commit(folder)
    return folder


def change(folder: Path, **sections: Mapping[str, object]) -> None:
    """Change keys of sections of ``folder``'s params.yaml; ``a.b`` is section b of section a."""
    yaml, path = YAML(), folder / "params.yaml"
    settings = yaml.load(path)
    for name, values in sections.items():
        reduce(getitem, name.split("."), settings).update(values)
    yaml.dump(settings, path)


def commit(folder: Path) -> None:
    run(folder, "git", "add", "-A")
    who = ("-c", "user.name=test", "-c", "user.email=test@localhost")
    run(folder, "git", *who, "commit", "-q", "-m", "state")
