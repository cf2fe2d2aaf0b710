"""The processes that train one head together: which is the first, and how one failure ends all.

Lightning starts the others by running the stage's script again, or detects that torchrun or SLURM
started all. The functions here are needed before Lightning knows.
"""

import os
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import torch

from deepfake_attribution.core.errors import UserError

PATIENCE = 5.0  # seconds that a process has to report an error after the others have ended
# gloo has no class of its own for a connection that broke; NCCL raises a `DistError`.
BROKEN = ("gloo/", "Connection closed by peer", "Connection reset by peer", "Broken pipe")


def is_first() -> bool:
    """Return whether this is the first process, of all machines: the one that writes.

    It reads the same variables as Lightning: torchrun's, else SLURM's, else its own.
    """
    known = os.environ
    if _by_torchrun():
        return known["RANK"] == "0"
    if _by_slurm():
        return known["SLURM_PROCID"] == "0"
    machine = known.get("NODE_RANK", known.get("GROUP_RANK", "0"))
    return (machine, known.get("LOCAL_RANK", "0")) == ("0", "0")


def check(count: int) -> None:
    """Check that torchrun or SLURM, if used, has started ``count`` processes.

    Raises:
        UserError: there are more or fewer, so each would train alone, or wait forever.
    """
    started = count
    if _by_torchrun():
        started = int(os.environ["WORLD_SIZE"])
    elif _by_slurm() and (count > 1 or not is_first()):
        started = int(os.environ["SLURM_NTASKS"])  # otherwise the job may run just this process
    if started != count:
        raise UserError(
            f"{started} processes were started to train, but compute.devices x compute.nodes is "
            f"{count}: set compute.devices to the processes per machine, and compute.nodes to the "
            "number of machines"
        )


@contextmanager
def together(folder: Path, count: int) -> Iterator[None]:
    """Report the first failure of any of ``count`` processes once, and end all of them.

    The process that fails first leaves a mark next to ``folder``, which all of them see. The
    others, whose connection to it breaks, find the mark and end silently.

    Raises:
        UserError: the system killed another process.
        SystemExit: another process has failed, and reports the error.
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
        if not _is_first_mark(mark):
            _wait_for_parent()
            raise SystemExit(1) from None
        if not _broke(error):
            raise
        raise UserError(
            "another process of this training was killed, most likely because memory ran out "
            "there: lower the batch size or compute.workers in params.yaml, and start again"
        ) from None


def _by_torchrun() -> bool:
    return "TORCHELASTIC_RUN_ID" in os.environ


def _by_slurm() -> bool:
    named = os.environ.get("SLURM_JOB_NAME")  # of a shell within a job, which is not a task of it
    return "SLURM_NTASKS" in os.environ and named not in ("bash", "interactive")


def _by_lightning() -> bool:
    """Return whether the first process of this machine has started this one."""
    outside = _by_torchrun() or _by_slurm()
    return not outside and os.environ.get("LOCAL_RANK", "0") != "0"


def _is_first_mark(mark: Path) -> bool:
    """Create the mark; return whether it was not there before."""
    try:
        mark.touch(exist_ok=False)
    except FileExistsError:
        return False
    except OSError:  # a full disk: report the process's own failure instead
        return True
    return True


def _broke(error: Exception) -> bool:
    """Return whether ``error`` means that the connection to another process is lost."""
    if isinstance(error, torch.distributed.DistError):
        return True
    return isinstance(error, RuntimeError) and any(words in str(error) for words in BROKEN)


def _end_with_parent() -> None:
    """End this process after the one that started it has ended, for whatever reason.

    On a GPU it might otherwise wait for that one until a time limit of half an hour.
    """
    parent = os.getppid()

    def watch() -> None:
        while os.getppid() == parent:
            time.sleep(1)
        time.sleep(PATIENCE)
        os._exit(1)

    threading.Thread(target=watch, name="end with parent", daemon=True).start()


def _wait_for_parent() -> None:
    """Let the process that started this one end first: it is about to report the error.

    Lightning in that process kills it when one of the processes that it started has failed.
    """
    parent, until = os.getppid(), time.monotonic() + PATIENCE
    while _by_lightning() and os.getppid() == parent and time.monotonic() < until:
        time.sleep(0.1)
