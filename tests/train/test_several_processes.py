"""Heads trained by several processes, as DVC runs the stage; on CPUs, which talk through gloo."""

import os
import runpy
import signal
import socket
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
import safetensors.numpy

import crop_sets
import warm_python
from deepfake_attribution.core import paths
from training_folder import LIMIT, REPOSITORY, Files, change, end, outputs, prepare, start, train

pytestmark = pytest.mark.slow

Make = Callable[..., Path]
# It normalises each crop by itself: batch normalisation on a CPU sees a process's own part of the
# batch, so that two processes compute something else than one.
BACKBONE = {"name": "test_convnext"}
RATE = 1e-3
RECIPES: dict[str, dict[str, Any]] = {
    "shuffled": {"train": {"sampling": "shuffled"}},
    "paired": {
        "train": {"sampling": "paired", "averaging": 0.5, "schedule": "cosine", "warmup": 0.2}
        | {"backbone_rate": 0.5},
        "augment": {"chance": 0.5},
    },
    "frozen": {"train": {"freeze": "all_but_norm", "averaging": 0.5}},
}
HEADS = ("binary", "triplet", "arcface")
# All but alike, so that losses do not come down to nothing.
COLOURS = {"real": (131, 128, 126), "mouth": (126, 131, 128), "swap": (128, 126, 131)}


@pytest.fixture
def make(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Make:
    monkeypatch.setattr(crop_sets, "COLOURS", COLOURS)

    def folder(name: str, **changes: dict[str, Any]) -> Path:
        changes["train"] = {"learning_rate": RATE} | changes.get("train", {})
        return prepare(tmp_path / name, monkeypatch.chdir, **({"backbone": BACKBONE} | changes))

    return folder


def train_here(folder: Path, head: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Run the stage in this process: the start of another takes longer than a training."""
    with monkeypatch.context() as patch:
        patch.chdir(folder)
        patch.setattr(sys, "argv", ["train.py", head])
        patch.syspath_prepend(REPOSITORY / "stages")
        runpy.run_path(str(REPOSITORY / "stages" / "train.py"), run_name="__main__")


def weights(folder: Path, head: str, seed: int = 1) -> dict[str, np.ndarray]:
    return safetensors.numpy.load_file(folder / paths.model(head, seed) / "model.safetensors")


# Triplets are mined among all processes' crops; both other heads have their own losses per crop.
@pytest.mark.parametrize(
    ("head", "name"),
    [
        ("binary", "shuffled"),
        ("triplet", "shuffled"),
        ("triplet", "paired"),
        ("arcface", "paired"),
        ("arcface", "frozen"),
    ],
)
def test_two_processes_train_as_one_does(
    make: Make, monkeypatch: pytest.MonkeyPatch, head: str, name: str
) -> None:
    """The same curve and weights, but for the order in which 32-bit numbers are summed up.

    A mean of 6 losses and a mean of two means of 3 differ by some 1e-7 of their value, and so do
    gradients. Adam makes steps of about the rate, whatever the gradient's size: weights may differ
    by a small share of it.
    """
    one, two = make("one", **RECIPES[name]), make("two", **RECIPES[name])
    change(two, compute={"devices": 2})
    train_here(one, head, monkeypatch)
    train(two, head, warm=True)
    expected, found = (pd.read_csv(folder / paths.curve(head)) for folder in (one, two))
    assert found["epoch"].tolist() == [1, 2]
    assert expected["train_loss"].min() > 1e-3 and expected["val_loss"].min() > 1e-3
    np.testing.assert_allclose(found, expected, rtol=1e-4)
    before, after = weights(one, head), weights(two, head)
    assert before.keys() == after.keys()
    away = np.concatenate([np.abs(before[key] - after[key]).ravel() for key in before])
    assert away.max() < RATE / 100  # seen: RATE / 2000


# What a process does is noted before the stage's modules take the names that write.
NOTING = """
import os
from pathlib import Path
from deepfake_attribution.core import durable
put, rank = durable.put, os.environ.get("LOCAL_RANK", "0")
def noted(temporary, path):
    with open(f"wrote-{rank}.txt", "a") as file:
        print(path, file=file)
    put(temporary, path)
durable.put = noted
"""


def test_first_process_writes_and_killed_ones_go_on_to_the_same_bytes(make: Make) -> None:
    seeds: dict[str, Any] = {"train": {"seeds": [1, 2]}, "compute": {"devices": 2}}
    whole = make("whole", **seeds)
    said = train(whole, "binary", script=NOTING, warm=True)
    assert said.count("epoch 1: training loss") == 2 and said.count("kept") == 2
    assert [path.name for path in whole.glob("wrote-*")] == ["wrote-0.txt"]
    written = (whole / "wrote-0.txt").read_text().splitlines()
    made = outputs(whole, "binary")
    assert len(made) == 9 and all(written.count(path) == 1 for path in made)
    folder = make("killed", **seeds)
    for moment in ("epoch 1", "epoch 2"):  # the second: of what had begun, or of the second seed
        process = start(folder, "binary", warm=True)
        assert process.stdout
        while not process.stdout.readline().startswith(moment):
            assert process.poll() is None
        os.killpg(process.pid, signal.SIGKILL)
        end(process)  # when all of them have closed their streams
        assert not outputs(folder, "binary")
    said = train(folder, "binary", warm=True)
    told = ("is trained already", "continuing at epoch")
    assert sum(said.count(words) for words in told) in (1, 2), said  # by the first process only
    assert outputs(folder, "binary") == made
    assert [path.name for path in (folder / ".checkpoints").iterdir()] == [".binary.lock"]


FAILING = """
import os, signal
from deepfake_attribution.core.errors import UserError
from deepfake_attribution.train.learner import Learner
step, rank = Learner.training_step, int(os.environ.get("LOCAL_RANK", "0"))
def fail(self, batch, batch_idx):
    if rank in {ranks} and batch_idx == 1:
        {what}
    return step(self, batch, batch_idx)
Learner.training_step = fail
"""


@pytest.mark.parametrize("ranks", [(0,), (1,), (0, 1)])
def test_failure_of_any_process_is_one_line_and_ends_all(
    make: Make, ranks: tuple[int, ...]
) -> None:
    folder = make("failing", compute={"devices": 2})
    script = FAILING.format(ranks=ranks, what="raise UserError('a shard is damaged')")
    code, _, complaints = end(
        start(folder, "binary", script, warm=True)
    )  # it waits for all of them
    assert (code, complaints) == (1, "error: a shard is damaged\n")
    train(folder, "binary", warm=True)


@pytest.mark.parametrize("rank", [0, 1])
def test_loss_of_a_process_is_one_line_and_ends_all(make: Make, rank: int) -> None:
    folder = make("failing", compute={"devices": 2})
    script = FAILING.format(ranks=(rank,), what="os.kill(os.getpid(), signal.SIGKILL)")
    code, _, complaints = end(start(folder, "binary", script, warm=True))
    assert code == (-signal.SIGKILL if rank == 0 else 1)
    assert complaints.startswith("error: another process of this training was killed")
    assert complaints.count("\n") == 1


def test_two_machines_and_torchrun_train_as_two_processes_do(make: Make) -> None:
    """Machines are told apart by variables only: here both are this one."""
    made: list[Files] = []
    for name, compute in (("processes", {"devices": 2}), ("machines", {"nodes": 2})):
        folder = make(name, compute=compute)
        known = {"MASTER_ADDR": "127.0.0.1", "MASTER_PORT": str(free_port())}
        machines = range(2) if name == "machines" else range(1)
        running = [
            start(folder, "triplet", environment=known | {"NODE_RANK": str(number)}, warm=True)
            for number in machines
        ]
        for process in running:
            code, _, complaints = end(process)
            assert code == 0, complaints
        made.append(outputs(folder, "triplet"))
    folder = make("torchrun", compute={"devices": 2})
    assert torchrun(folder, 2).returncode == 0
    made.append(outputs(folder, "triplet"))
    assert made[0] == made[1] == made[2] and len(made[0]) == 5
    refused = torchrun(folder, 1)
    assert refused.returncode != 0
    expected = "error: 1 processes were started to train, but compute.devices x compute.nodes is 2"
    assert expected in refused.stderr


def free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


def torchrun(folder: Path, processes: int) -> subprocess.CompletedProcess[str]:
    python = str(warm_python.folder() / "python")
    command = [python, str(Path(sys.executable).with_name("torchrun")), "--standalone"]
    command += [
        f"--nproc-per-node={processes}",
        "--no-python",
        python,
    ]
    command += [str(REPOSITORY / "stages/train.py"), "triplet"]
    variables = os.environ | {"PYTHONPATH": str(REPOSITORY / "src")}
    return subprocess.run(
        command,
        cwd=folder,
        env=variables,
        text=True,
        capture_output=True,
        check=False,
        timeout=LIMIT,
    )
