from pathlib import Path

import pytest
import torch

from deepfake_attribution.core.errors import UserError
from deepfake_attribution.train.processes import check, is_first, together

NAMES = ("TORCHELASTIC_RUN_ID", "RANK", "WORLD_SIZE", "LOCAL_RANK", "NODE_RANK", "GROUP_RANK")
NAMES += ("SLURM_NTASKS", "SLURM_PROCID", "SLURM_JOB_NAME")
TORCHRUN = {"TORCHELASTIC_RUN_ID": "x", "WORLD_SIZE": "4", "LOCAL_RANK": "0", "GROUP_RANK": "1"}
SLURM = {"SLURM_NTASKS": "4", "SLURM_JOB_NAME": "train"}


@pytest.fixture(autouse=True)
def alone(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in NAMES:
        monkeypatch.delenv(name, raising=False)


def setenv(monkeypatch: pytest.MonkeyPatch, variables: dict[str, str]) -> None:
    for name, value in variables.items():
        monkeypatch.setenv(name, value)


@pytest.mark.parametrize(
    ("variables", "first"),
    [
        ({}, True),
        ({"LOCAL_RANK": "0", "NODE_RANK": "0"}, True),
        ({"LOCAL_RANK": "1", "NODE_RANK": "0"}, False),
        ({"NODE_RANK": "1"}, False),  # another machine's, before it has started others
        ({"LOCAL_RANK": "0", "NODE_RANK": "1"}, False),
        (TORCHRUN | {"RANK": "0"}, True),
        (TORCHRUN | {"RANK": "2"}, False),  # the first of its machine
        (SLURM | {"SLURM_PROCID": "0"}, True),
        (SLURM | {"SLURM_PROCID": "3"}, False),
        # a shell on a cluster, where Lightning starts the processes
        (SLURM | {"SLURM_PROCID": "0", "SLURM_JOB_NAME": "bash", "LOCAL_RANK": "1"}, False),
    ],
)
def test_one_process_of_all_machines_is_the_first(
    monkeypatch: pytest.MonkeyPatch, variables: dict[str, str], first: bool
) -> None:
    setenv(monkeypatch, variables)
    assert is_first() == first


@pytest.mark.parametrize(
    ("variables", "count", "refused"),
    [
        ({}, 4, False),
        (TORCHRUN | {"RANK": "0"}, 4, False),
        (TORCHRUN | {"RANK": "0"}, 2, True),
        (TORCHRUN | {"RANK": "1"}, 1, True),
        (SLURM | {"SLURM_PROCID": "0"}, 4, False),
        (SLURM | {"SLURM_PROCID": "0"}, 8, True),
        (SLURM | {"SLURM_PROCID": "1"}, 1, True),
        (SLURM | {"SLURM_PROCID": "0"}, 1, False),  # a job of several tasks, this one for itself
    ],
)
def test_processes_that_were_started_must_be_those_that_are_set(
    monkeypatch: pytest.MonkeyPatch, variables: dict[str, str], count: int, refused: bool
) -> None:
    setenv(monkeypatch, variables)
    if not refused:
        return check(count)
    with pytest.raises(UserError, match=rf"4 processes .* compute\.nodes is {count}: set "):
        check(count)


LOST = (
    RuntimeError("[gloo/transport/tcp/pair.cc:538] Connection closed by peer [127.0.0.1]:1"),
    torch.distributed.DistBackendError("NCCL communicator was aborted"),
)


@pytest.mark.parametrize("error", [UserError("a shard is damaged"), ValueError("ours"), *LOST])
def test_first_failure_is_told_and_the_others_say_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    expected = UserError if error in LOST else type(error)
    told = "another process of this training was killed" if error in LOST else str(error)
    with pytest.raises(expected, match=told), together(tmp_path / "binary", 2):
        raise error
    monkeypatch.setenv("NODE_RANK", "1")
    for other in (*LOST, UserError("the same")):
        with pytest.raises(SystemExit, match=r"^1$"), together(tmp_path / "binary", 2):
            raise other
    monkeypatch.delenv("NODE_RANK")
    with together(tmp_path / "binary", 2):  # started again
        assert list(tmp_path.iterdir()) == []


def test_one_process_alone_leaves_no_mark(tmp_path: Path) -> None:
    for error in (RuntimeError("Broken pipe"), UserError("a shard is damaged")):
        with pytest.raises(type(error), match=str(error)), together(tmp_path / "binary", 1):
            raise error
    assert list(tmp_path.iterdir()) == []


def test_failure_on_a_full_disk_is_still_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    with pytest.raises(OSError, match="the checkpoint's"), together(tmp_path / "binary", 2):
        monkeypatch.setattr(Path, "touch", full)
        raise OSError(28, "the checkpoint's")
