"""A small folder to train in as DVC does, and the stage's script run there."""

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

import warm_python
from crop_sets import SIZE, table_of, write_dataset
from deepfake_attribution.core import paths, tables

REPOSITORY = Path(__file__).parents[1]
LIMIT = 240.0  # seconds; a training that hangs is ended, and is a failed test
Files = dict[str, bytes]


def prepare(folder: Path, chdir: Callable[[Path], None], **changes: Mapping[str, Any]) -> Path:
    """Write crops, their table and settings to ``folder``; its file of settings is returned.

    Args:
        folder: is made.
        chdir: goes to a folder, for as long as the test lasts.
        changes: keys of sections of params.yaml.
    """
    folder.mkdir(parents=True)
    chdir(folder)
    write_dataset("one", videos=3)
    tables.write(table_of("one"), folder / paths.SUPERSET)
    yaml = YAML()
    settings = yaml.load(REPOSITORY / "profiles/demo.yaml")
    settings["train"] |= {"epochs": 2, "batch_size": 6, "learning_rate": 2e-3, "freeze": "none"}
    for section in ("binary", "attribution", "triplet", "loss"):
        settings[section] |= {"sampling": None, "epochs": None}  # train's
    backbone = {"name": "test_efficientnet", "weights": "none"}
    settings["backbone"] |= backbone | {"input_size": SIZE, "embedding": 8}
    settings["compute"] |= {"device": "cpu", "workers": 1}
    for section, values in changes.items():
        settings[section] |= values
    yaml.dump(settings, folder / "params.yaml")
    return folder


def change(folder: Path, **changes: Mapping[str, Any]) -> None:
    """Change keys of sections of ``folder``'s params.yaml."""
    yaml = YAML()
    settings = yaml.load(folder / "params.yaml")
    for section, values in changes.items():
        settings[section] |= values
    yaml.dump(settings, folder / "params.yaml")


def start(
    folder: Path,
    head: str,
    script: str = "",
    environment: Mapping[str, str] | None = None,
    stdout: int = subprocess.PIPE,
    warm: bool = False,
) -> subprocess.Popen[str]:
    """Start ``stages/train.py HEAD`` in ``folder``, in a process group of its own.

    Args:
        folder: from `prepare`.
        head: to train.
        script: Python that stands before the stage's own, in each of its processes.
        environment: is added to this one's.
        stdout: where what it says, and the progress bar, go.
        warm: by a warm process (`warm_python`), and so are the further ones. They are killed with
            this one, a moment later: wait for `end`.
    """
    stage = REPOSITORY / "stages" / "train.py"
    if script:
        own = folder / "train.py"
        # Lightning starts further processes with the name in sys.argv, which is `own` here.
        code = stage.read_text().replace("import own_code  # noqa: F401\n", "")  # it is elsewhere
        own.write_text(f"{script}\n{code}")
        stage = own
    variables = os.environ | {"PYTHONPATH": str(REPOSITORY / "src"), "OMP_NUM_THREADS": "1"}
    python = str(warm_python.folder() / "python") if warm else sys.executable
    return subprocess.Popen(
        [python, str(stage), head],
        cwd=folder,
        env=variables | (environment or {}),
        stdout=stdout,
        stderr=subprocess.PIPE,
        start_new_session=True,
        text=True,
    )


def end(process: subprocess.Popen[str]) -> tuple[int, str, str]:
    """Return exit code, what was said and what was complained of; a hang fails the test."""
    try:
        said, complaints = process.communicate(timeout=LIMIT)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        process.communicate()
        raise
    return process.returncode, said, complaints


def train(folder: Path, head: str, **more: Any) -> str:
    """Run ``stages/train.py HEAD`` to its end; return what it said."""
    code, said, complaints = end(start(folder, head, **more))
    assert code == 0, said + complaints
    return said


def outputs(folder: Path, head: str) -> Files:
    """Return the files that came out, by their place."""
    found = [*(folder / paths.MODELS / head).rglob("*"), folder / paths.curve(head)]
    files = sorted(path for path in found if path.is_file())
    return {str(path.relative_to(folder)): path.read_bytes() for path in files}
