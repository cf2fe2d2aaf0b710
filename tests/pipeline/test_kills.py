"""Stages killed at any moment and started again end with the bytes of an undisturbed run.

The real scripts, in processes of their own, killed with all their worker processes. The moments
are chosen by a seed, within the time in which a stage writes.
"""

import contextlib
import json
import os
import random
import shutil
import signal
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

import pytest
from ruamel.yaml import YAML

from pipeline_copy import repository, run

pytestmark = pytest.mark.slow

SEED = 20220522
KILLS = {"extract": 7, "crop": 6, "train": 7}
Files = dict[str, bytes]


@dataclass(frozen=True)
class Stage:
    """A script, the folder of its unfinished work, and what comes out."""

    command: tuple[str, ...]
    work: str
    outs: tuple[str, ...]


STAGES = {
    "extract": Stage(("stages/extract.py", "tiny"), ".work/extract", ("data/frames/tiny",)),
    "crop": Stage(("stages/crop.py", "tiny"), ".work/crop", ("data/faces/tiny",)),
    "train": Stage(
        ("stages/train.py", "arcface"),
        ".checkpoints",
        ("models/arcface", "metrics/curves/arcface.csv"),
    ),
}


@pytest.fixture(scope="module")
def here(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A repository with a small rendered dataset and small blocks, up to its catalog."""
    folder = repository(tmp_path_factory.mktemp("kills") / "repository")
    path = folder / "params.yaml"
    yaml = YAML()
    settings = yaml.load(path)
    settings["rendered"]["tiny"]["identities"] = {"train": 4, "val": 2, "test": 2}
    settings["rendered"]["tiny"]["frames"] = 8
    settings["extract"]["frames"] = 8
    settings["train"] |= {"seeds": [1, 2], "epochs": 3, "batch_size": 4}
    settings["compute"] |= {"workers": 2, "device": "cpu", "block_videos": 1}
    settings["compute"]["checkpoint_seconds"] = 0
    yaml.dump(settings, path)
    for stage in ("weights", "render", "catalog"):
        run(folder, "python", f"stages/{stage}.py", *(["tiny"] if stage != "weights" else []))
    return folder


def start(folder: Path, *command: str) -> subprocess.Popen[str]:
    """Start a command of the environment in a process group of its own."""
    binaries = Path(sys.executable).parent
    environment = os.environ | {"PYTHONPATH": str(folder / "src")}
    environment["PATH"] = os.pathsep.join([str(binaries), os.environ["PATH"]])
    with (folder.parent / "said.txt").open("w") as said:
        return subprocess.Popen(
            [binaries / command[0], *command[1:]],
            cwd=folder,
            env=environment,
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


def outputs(folder: Path, stage: Stage) -> Files:
    """Return every file of the stage's outputs, and take them away as DVC does."""
    content = {}
    for name in stage.outs:
        path = folder / name
        for file in sorted(path.rglob("*")) if path.is_dir() else [path]:
            if file.is_file():  # each seed has a folder
                content[str(file.relative_to(folder))] = file.read_bytes()
        shutil.rmtree(path) if path.is_dir() else path.unlink()
    return content


def undisturbed(folder: Path, stage: Stage) -> tuple[Files, float]:
    """Return what comes out, and for how many seconds the stage writes."""
    process = start(folder, "python", *stage.command)
    wait_for_work(process, folder, stage.work)
    begun = time.monotonic()
    assert process.wait() == 0, (folder.parent / "said.txt").read_text()
    writing = time.monotonic() - begun
    return outputs(folder, stage), writing


def unfinished(folder: Path, stage: Stage) -> list[str]:
    return sorted(seen(folder, stage.work))


@pytest.mark.parametrize("name", KILLS)
def test_killed_stage_ends_with_the_bytes_of_an_undisturbed_run(
    here: Path, name: str, capsys: pytest.CaptureFixture[str]
) -> None:
    stage, choice = STAGES[name], random.Random(f"{SEED} {name}")
    expected, writing = undisturbed(here, stage)
    assert expected and not unfinished(here, stage)
    hits = with_work = 0
    for number in range(KILLS[name]):
        # Each kill has its own part of the time; a resumed run has less left to do.
        moment = (number + choice.random()) / KILLS[name] * writing * 0.8
        process = start(here, "python", *stage.command)
        wait_for_work(process, here, stage.work)
        time.sleep(moment if number % 2 else moment / 3)
        if kill(process):
            hits += 1
            with_work += bool(unfinished(here, stage))
        else:  # it was through before
            assert process.returncode == 0, (here.parent / "said.txt").read_text()
            assert outputs(here, stage) == expected
    process = start(here, "python", *stage.command)
    assert process.wait() == 0, (here.parent / "said.txt").read_text()
    result = outputs(here, stage)
    assert list(result) == list(expected)
    assert [file for file in expected if result[file] != expected[file]] == []
    assert not unfinished(here, stage)
    with capsys.disabled():
        print(f"\n{name}: {hits} of {KILLS[name]} kills hit, {with_work} with unfinished work")
    assert hits > KILLS[name] / 2 and with_work > KILLS[name] / 2
    run(here, "python", *stage.command)  # for the stages after it
    if name == "crop":
        run(here, "python", "stages/superset.py")


def test_resumed_training_says_where_it_goes_on(here: Path) -> None:
    stage = STAGES["train"]
    outputs(here, stage)
    process = start(here, "python", *stage.command)
    wait_for_work(process, here, stage.work)
    time.sleep(0.5)
    assert kill(process)
    assert "continuing at epoch " in run(here, "python", *stage.command)


def locked(folder: Path) -> bool:
    """Return whether DVC's own notes still name a killed process."""
    path = folder / ".dvc" / "tmp" / "rwlock"
    return path.exists() and any(json.loads(path.read_text()).values())


def test_killed_repro_is_simply_started_again(here: Path) -> None:
    """Killed with its stage, within the crops and within the training."""
    expected = {name: outputs(here, STAGES[name]) for name in ("crop", "train")}
    made = ("weights", "render@tiny", "catalog@tiny", "extract@tiny")
    run(here, "dvc", "commit", "--force", *made)
    notes = []
    for name in ("crop", "train"):
        process = start(here, "dvc", "repro", "train@arcface")
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
    text = (here / "params.yaml").read_text()
    (here / "params.yaml").write_text(text.replace("margin_real: 0.5", "margin_real: 0.7"))
    process = start(here, "dvc", "repro", "train@arcface")
    wait_for_work(process, here, STAGES["train"].work)
    os.kill(process.pid, signal.SIGKILL)
    process.wait()
    [lock] = (here / ".checkpoints").glob(".*.lock")
    orphan = int(lock.read_text())
    os.kill(orphan, signal.SIGSTOP)  # as slow as a training can be
    try:
        second = start(here, "dvc", "repro", "train@arcface")
        assert second.wait() != 0
        assert f"another process (number {orphan})" in (here.parent / "said.txt").read_text()
    finally:
        os.killpg(process.pid, signal.SIGKILL)
    run(here, "dvc", "repro", "train@arcface")
