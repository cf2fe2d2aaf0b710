"""Work by blocks for tests that other processes take part in: they import it by this name."""

import os
import signal
import subprocess
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa

from deepfake_attribution.core.settings import Compute
from deepfake_attribution.workers.block_files import Row

SCHEMA = pa.schema([("number", pa.int64()), ("word", pa.string())])


# where a process that a test starts finds the tests' modules: first its own folder
PLACES = [str(Path(__file__).parent / "workers"), str(Path(__file__).parent)]


def wait_for(there: Callable[[], object], other: subprocess.Popen[Any] | None = None) -> None:
    """Wait until ``there`` is true; a process that should bring it about must not have ended."""
    until = time.monotonic() + 60
    while not there():
        if other is not None and other.poll() is not None:
            raise AssertionError(f"ended with {other.returncode}: {other.communicate()}")
        assert time.monotonic() < until
        time.sleep(0.01)


def spread(workers: int, **other: object) -> Compute:
    """Return how work is spread: over ``workers`` processes of this machine, unless told."""
    settings = {
        "workers": workers,
        "device": "cpu",
        "devices": 1,
        "nodes": 1,
        "compile": False,
        "tensorboard": False,
        "precision": "32-true",
        "block_videos": 1,
        "block_seconds": 600,
        "engine": "local",
        "scheduler": "",
        "checkpoint_seconds": 60,
    }
    return Compute.model_validate(settings | other)


def produce(block: Sequence[int], log: Path, bad: dict[int, str]) -> Iterator[Row]:
    """Yield a row with bytes per number; ``bad`` says what some do to their process.

    Each number that is begun adds a letter to the file of its name in ``log``.
    """
    for number in block:
        with (log / str(number)).open("a") as begun:
            begun.write("x")
        how = bad.get(number, "")
        if how == "crash" or (how == "crash once" and (log / str(number)).stat().st_size == 1):
            os.kill(os.getpid(), signal.SIGSEGV)
        if how == "memory":
            os.kill(os.getpid(), signal.SIGKILL)
        if how == "exit":
            os._exit(3)
        if how == "hang":
            signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
            while True:
                time.sleep(1)
        if how == "slow":
            time.sleep(0.3)
        yield Row({"number": number, "word": ""}, f"{number:03d}.bin", bytes([number]) * 1000)


def lost(number: int, how: str) -> Iterator[Row]:
    """Yield the row of a number that ended every process."""
    yield Row({"number": number, "word": f"it {how}"})
