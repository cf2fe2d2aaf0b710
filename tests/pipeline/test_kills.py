"""Stages that are killed and started again end with the bytes of an undisturbed run.

The real scripts, beside files of a dataset and a head that params.yaml does not name. Each is
killed before each kind of change that it makes to the disk, in a warm process; and those that keep
unfinished work once more as a user would kill them, in new processes, with all their workers.
"""

import contextlib
import json
import os
import shutil
import signal
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path

import pytest
from ruamel.yaml import YAML

import deadly_changes
from pipeline_copy import ROOT, call, change, environment, program, repository, run
from pipeline_stages import Stage, in_order, opened, remove
from planted_names import plant

pytestmark = pytest.mark.slow

MOST = 60  # kinds of changes that a stage makes
SCRIPTS = sorted({path.stem for path in (ROOT / "stages").glob("*.py")} - {"own_code"})
Files = dict[str, bytes]


@dataclass(frozen=True)
class Killed:
    """A script, the folder of its unfinished work, and what comes out."""

    command: tuple[str, ...]
    work: str
    outs: tuple[str, ...]


STAGES = {
    "extract": Killed(("stages/extract.py", "tiny"), ".work/extract", ("data/frames/tiny",)),
    "crop": Killed(("stages/crop.py", "tiny"), ".work/crop", ("data/faces/tiny",)),
    "train": Killed(
        ("stages/train.py", "arcface"),
        ".checkpoints",
        ("models/arcface", "metrics/curves/arcface.csv"),
    ),
}


@pytest.fixture(scope="module")
def stages(small_pipeline: Path) -> list[Stage]:
    """The stages of the finished small pipeline."""
    with opened(small_pipeline) as repo:
        return in_order(repo)


@pytest.fixture
def finished(small_pipeline: Path, tmp_path: Path) -> Path:
    """A copy of the finished small pipeline, to run stages again in."""
    folder = tmp_path / "repository"
    shutil.copytree(small_pipeline, folder, ignore=shutil.ignore_patterns(".git", ".dvc"))
    # made with several workers
    change(folder, compute={"workers": 1, "block_videos": 9, "checkpoint_seconds": 0})
    return folder


def below(folder: Path, *names: Path) -> Files:
    """Return the content of every file in the folders ``names``, or of those files."""
    found = {}
    for path in (folder / name for name in names):
        for file in sorted(path.rglob("*")) if path.is_dir() else [path]:
            if file.is_file() and not is_leftover(file):
                found[str(file.relative_to(folder))] = file.read_bytes()
    return found


def all_files(folder: Path) -> set[str]:
    return {
        str(path.relative_to(folder))
        for path in folder.rglob("*")
        if path.is_file() and path.suffix not in (".lock", ".pyc") and not is_leftover(path)
    }


def is_leftover(path: Path) -> bool:
    """Return whether a file still has its temporary name: of a table that a killed one wrote."""
    return path.name.startswith(".") and path.suffix == ".tmp"


def make_smaller(folder: Path, script: str) -> bool:
    """Leave less to do to a stage that is killed often: the same kinds of changes, each cheaper.

    Returns:
        Whether its outputs in ``folder`` are now other ones.
    """
    if script == "render":
        change(folder, **{"rendered.tiny": {"frames": 2, "width": 160, "height": 160}})
    elif script == "report":
        keep_head(folder, "binary")
    # `render` limits libraries before they are loaded; a warm process has loaded them (AVX-512).
    return script in ("render", "report")


def keep_head(folder: Path, name: str) -> None:
    """Take the other heads, and their sections, out of params.yaml."""
    yaml, path = YAML(), folder / "params.yaml"
    settings = yaml.load(path)
    for other in {*settings["heads"]} - {name}:
        del settings[settings["heads"].pop(other)["loss"]]
    yaml.dump(settings, path)


@pytest.mark.parametrize("script", SCRIPTS)
def test_stage_killed_at_each_kind_of_change_ends_with_the_same_bytes(
    finished: Path, stages: list[Stage], script: str, tmp_path: Path
) -> None:
    """Killed again and again, each time a little later; started again by hand, so not cleaned."""
    stage = next(one for one in stages if one.words[1] == f"stages/{script}.py")
    if make_smaller(finished, script):
        remove(finished, stage)
        run(finished, *stage.words)
    expected, everything = below(finished, *stage.outs), all_files(finished)
    remove(finished, stage)
    planted = plant(finished)
    assert len(planted) > 20
    died, kills = tmp_path / "died.txt", 0
    while code := call(finished, *stage.words, more=deadly_changes.variables(died)).returncode:
        kills += 1
        assert (code, len(died.read_text().splitlines())) == (-signal.SIGKILL, kills)
        assert kills < MOST
    assert kills >= 1  # two stages make one kind of change
    made = below(finished, *stage.outs)
    differ = [file for file in {*made, *expected} if made.get(file) != expected.get(file)]
    assert differ == [], died.read_text()
    assert all_files(finished) - planted == everything, died.read_text()


def test_damaged_videos_go_on_from_the_finished_blocks(finished: Path) -> None:
    """The small pipeline has the stage turned off; here it damages two videos of each class."""
    change(finished, evaluate={"robustness": 2})
    keep_head(finished, "binary")
    command, out, work = ("python", "stages/robustness.py"), Path("data/robustness"), "robustness"
    run(finished, *command)
    expected = below(finished, out)
    assert len(expected) == 2
    shutil.rmtree(finished / out)
    change(finished, compute={"workers": 2})
    process = start(finished, *command)
    until = time.monotonic() + 300
    while not list((finished / ".work" / work).glob("*/block-*")):
        assert process.poll() is None and time.monotonic() < until, "no block was finished"
        time.sleep(0.002)
    assert kill(process), "it was through before"
    assert not (finished / out / "results.parquet").exists()
    change(finished, compute={"workers": 1})
    run(finished, *command)
    assert below(finished, out) == expected
    assert not (finished / ".work" / work).exists()


@pytest.fixture(scope="module")
def here(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A repository with a small rendered dataset and small blocks, up to its catalog."""
    folder = repository(tmp_path_factory.mktemp("kills") / "repository")
    people = {"train": 4, "val": 2, "test": 2}
    change(
        folder,
        **{"rendered.tiny": {"identities": people, "frames": 8}},
        extract={"frames": 8},
        train={"seeds": [1, 2], "epochs": 2, "batch_size": 8},
        compute={"device": "cpu", "block_videos": 1, "checkpoint_seconds": 0},
    )
    for words in (["settings"], ["weights"], ["render", "tiny"], ["catalog", "tiny"]):
        run(folder, "python", f"stages/{words[0]}.py", *words[1:])
    return folder


def start(folder: Path, *command: str, cold_stages: bool = True) -> subprocess.Popen[str]:
    """Start a command as a user does, in a process group of its own.

    Args:
        folder, command: where and what.
        cold_stages: whether what it starts are new processes, too.
    """
    variables = environment(folder, cold=cold_stages)
    with (folder.parent / "said.txt").open("w") as said:
        return subprocess.Popen(
            [program(command[0], environment(folder, cold=True)), *command[1:]],
            cwd=folder,
            env=variables,
            stdout=said,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            text=True,
        )


def kill(process: subprocess.Popen[str]) -> bool:
    """Kill a process and all that it started; return whether it was still running."""
    running = process.poll() is None
    # The workers of a process that was waited for are gone, and so is their group.
    if running:
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()
    return running


def seen(folder: Path, *names: str) -> dict[str, int]:
    """Return when each file below the folders ``names`` changed; locks do not count."""
    found = {}
    for name in names:
        for parent, _, files in os.walk(folder / name):
            for file in files:
                path = Path(parent) / file
                with contextlib.suppress(FileNotFoundError):  # renamed or removed meanwhile
                    if path.suffix != ".lock":
                        found[str(path)] = path.stat().st_mtime_ns
    return found


def wait_for_work(process: subprocess.Popen[str], folder: Path, *names: str) -> None:
    """Return when the process has written into the folders ``names``, or has ended."""
    before = seen(folder, *names)
    until = time.monotonic() + 120
    while process.poll() is None and set(seen(folder, *names).items()) <= set(before.items()):
        assert time.monotonic() < until, "nothing is written"
        time.sleep(0.002)


def outputs(folder: Path, stage: Killed) -> Files:
    """Return every file of the stage's outputs, and take them away as DVC does."""
    content = below(folder, *map(Path, stage.outs))
    for name in stage.outs:
        path = folder / name
        shutil.rmtree(path) if path.is_dir() else path.unlink()
    return content


def unfinished(folder: Path, stage: Killed) -> list[str]:
    return sorted(seen(folder, stage.work))


@pytest.mark.parametrize("name", STAGES)
def test_stage_killed_with_its_workers_goes_on_to_the_same_bytes(here: Path, name: str) -> None:
    stage = STAGES[name]
    change(here, compute={"workers": 1})
    run(here, "python", *stage.command)
    expected = outputs(here, stage)
    assert expected and not unfinished(here, stage)
    change(here, compute={"workers": 2})
    for pause in (0.3, 0.1, 0.0):  # seconds; a quick machine may be through after the first
        process = start(here, "python", *stage.command)
        wait_for_work(process, here, stage.work)
        time.sleep(pause)
        if kill(process) and unfinished(here, stage):
            break
        run(here, "python", *stage.command)
        outputs(here, stage)
    assert unfinished(here, stage), "it was through before"
    said = run(here, "python", *stage.command)
    assert name != "train" or "continuing at epoch " in said
    assert not unfinished(here, stage)
    result = below(here, *map(Path, stage.outs))
    assert list(result) == list(expected)
    assert [file for file in expected if result[file] != expected[file]] == []
    if name == "crop":
        run(here, "python", "stages/superset.py")


def locked(folder: Path) -> bool:
    """Return whether DVC's own notes still name a killed process."""
    path = folder / ".dvc" / "tmp" / "rwlock"
    return path.exists() and any(json.loads(path.read_text()).values())


def test_killed_repro_is_simply_started_again(here: Path) -> None:
    """Killed with its stage, within the crops and within the training."""
    expected = {name: outputs(here, STAGES[name]) for name in ("crop", "train")}
    made = ("settings", "weights", "render@tiny", "catalog@tiny", "extract@tiny")
    run(here, "dvc", "commit", "--force", *made)
    notes = []
    for name in ("crop", "train"):
        # the training was killed in a new process already
        process = start(here, "dvc", "repro", "train@arcface", cold_stages=name == "crop")
        wait_for_work(process, here, STAGES[name].work)
        time.sleep(0.3)
        assert kill(process), (here.parent / "said.txt").read_text()
        assert unfinished(here, STAGES[name])
        notes.append(locked(here))
    said = run(here, "dvc", "repro", "train@arcface")
    assert "continuing at epoch " in said
    assert notes == [True, True]  # DVC left them, and cleared them by itself
    for name in ("crop", "train"):
        assert outputs(here, STAGES[name]) == expected[name]


def test_stage_that_outlived_its_repro_keeps_a_second_one_out(here: Path) -> None:
    """Only `dvc` is killed; its stage goes on, and the next repro says so."""
    change(here, loss={"margin_real": 0.7}, train={"seeds": [1]})
    process = start(here, "dvc", "repro", "train@arcface", cold_stages=False)
    wait_for_work(process, here, STAGES["train"].work)
    os.kill(process.pid, signal.SIGKILL)
    process.wait()
    [lock] = (here / ".checkpoints").glob(".*.lock")
    orphan = int(lock.read_text())
    os.kill(orphan, signal.SIGSTOP)  # as slow as a training can be
    try:
        second = call(here, "dvc", "repro", "train@arcface")
        assert second.returncode != 0
        assert f"another process (number {orphan})" in second.stdout + second.stderr
    finally:
        os.kill(orphan, signal.SIGKILL)
        os.killpg(process.pid, signal.SIGKILL)
    run(here, "dvc", "repro", "train@arcface")
