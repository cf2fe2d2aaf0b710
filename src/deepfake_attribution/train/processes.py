"""The processes that train one head together: which is the first, and how all end by one's failure.

Lightning starts the further ones by running the stage's script again, or finds that torchrun or
SLURM has started all. What is asked here must be known before it says so itself.
"""

import os
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import torch

from deepfake_attribution.core.errors import UserError

PATIENCE = 5.0  # seconds that a process has, when its fellows have ended, to say why
# gloo has no class of its own for a connection that broke; NCCL raises a `DistError`.
BROKEN = ("gloo/", "Connection closed by peer", "Connection reset by peer", "Broken pipe")


def is_first() -> bool:
    """Return whether this is the first process, of all machines: the one that writes.

    It goes by the variables that Lightning goes by: torchrun's, else SLURM's, else its own.
    """
    known = os.environ
    if _by_torchrun():
        return known["RANK"] == "0"
    if _by_slurm():
        return known["SLURM_PROCID"] == "0"
    machine = known.get("NODE_RANK", known.get("GROUP_RANK", "0"))
    return (machine, known.get("LOCAL_RANK", "0")) == ("0", "0")


def check(count: int) -> None:
    """Hold the number of processes that torchrun or SLURM has started to ``count``.

    Raises:
        UserError: there are more or fewer, and so each would train alone, or wait for ever.
    """
    started = count
    if _by_torchrun():
        started = int(os.environ["WORLD_SIZE"])
    elif _by_slurm() and (count > 1 or not is_first()):
        started = int(os.environ["SLURM_NTASKS"])  # else a job's that runs one process of it
    if started != count:
        raise UserError(
            f"{started} processes were started to train, but compute.devices x compute.nodes is "
            f"{count}: set compute.devices to the processes per machine, and compute.nodes to the "
            "number of machines"
        )


@contextmanager
def together(folder: Path, count: int) -> Iterator[None]:
    """Let the first failure of any of ``count`` processes be told once, and end all of them.

    The one that fails first leaves a mark beside ``folder``, which all of them see. The others,
    whose connection to it breaks, find the mark and end without a word.

    Raises:
        UserError: the system ended another process.
        SystemExit: another process has failed, and says why.
    """
    if count == 1:
        yield
        return
    mark = folder.with_name(f".{folder.name}.failed")
    mark.parent.mkdir(parents=True, exist_ok=True)
    if is_first():
        mark.unlink(missing_ok=True)
    if _by_lightning():
        _end_with_parent()
    try:
        yield
    except Exception as error:
        if not _left(mark):
            _wait_for_parent()
            raise SystemExit(1) from None
        if not _broke(error):
            raise
        raise UserError(
            "another process of this training was ended, most likely because memory ran out "
            "there: lower the batch size or compute.workers in params.yaml, and start again"
        ) from None


def _by_torchrun() -> bool:
    return "TORCHELASTIC_RUN_ID" in os.environ


def _by_slurm() -> bool:
    named = os.environ.get("SLURM_JOB_NAME")  # of a shell within a job: these are no tasks of it
    return "SLURM_NTASKS" in os.environ and named not in ("bash", "interactive")


def _by_lightning() -> bool:
    """Return whether the first process of this machine has started this one."""
    outside = _by_torchrun() or _by_slurm()
    return not outside and os.environ.get("LOCAL_RANK", "0") != "0"


def _left(mark: Path) -> bool:
    """Leave the mark; return whether it was not there."""
    try:
        mark.touch(exist_ok=False)
    except FileExistsError:
        return False
    except OSError:  # a full disk: what the process has failed of is to be told, and not this
        return True
    return True


def _broke(error: Exception) -> bool:
    """Return whether it is the loss of another process that ``error`` tells of."""
    if isinstance(error, torch.distributed.DistError):
        return True
    return isinstance(error, RuntimeError) and any(words in str(error) for words in BROKEN)


def _end_with_parent() -> None:
    """See to it that this process ends when the one that started it has ended, however.

    On a GPU it might wait for that one until a time limit of half an hour.
    """
    parent = os.getppid()

    def watch() -> None:
        while os.getppid() == parent:
            time.sleep(1)
        time.sleep(PATIENCE)
        os._exit(1)

    threading.Thread(target=watch, name="end with parent", daemon=True).start()


def _wait_for_parent() -> None:
    """Let the process that started this one end first: it is about to say why.

    Lightning there kills itself when it sees that one of those that it started has failed.
    """
    parent, until = os.getppid(), time.monotonic() + PATIENCE
    while _by_lightning() and os.getppid() == parent and time.monotonic() < until:
        time.sleep(0.1)
