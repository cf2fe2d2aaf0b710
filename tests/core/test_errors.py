import errno
import os
import signal
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from joblib import Parallel, delayed

from deepfake_attribution.core import errors

FULL_FILE = Path("/dev/full")  # Linux: every write fails as on a full disk


def line_of(main: Callable[[], object]) -> str:
    """Return what `run` ends with, which must be one line; Python prints it and exits with 1."""
    with pytest.raises(SystemExit) as stop:
        errors.run(lambda: main() and None)
    assert isinstance(stop.value.code, str) and "\n" not in stop.value.code
    return stop.value.code


def raising(error: BaseException) -> Callable[[], None]:
    def main() -> None:
        raise error

    return main


def test_user_error_becomes_one_line_and_exit_code_one(capsys: pytest.CaptureFixture[str]) -> None:
    line = line_of(raising(errors.UserError("a.csv:  two\nlines")))
    assert line == "error: a.csv: two lines"
    assert capsys.readouterr().out == ""


def test_a_programming_error_is_not_hidden() -> None:
    for error in (
        ZeroDivisionError("x"),
        RuntimeError("x"),
        FileNotFoundError(errno.ENOENT, "x", "a"),
        OSError("no number"),
    ):
        with pytest.raises(type(error)):
            errors.run(raising(error))


def test_success_passes_through() -> None:
    done: list[int] = []
    errors.run(lambda: done.append(1))
    assert done == [1]


@pytest.mark.parametrize("code", [errno.ENOSPC, errno.EDQUOT])
def test_a_full_disk_is_named_with_what_to_do(code: int) -> None:
    line = line_of(raising(OSError(code, os.strerror(code), "data/a.tar")))
    assert line == (
        f"error: data/a.tar: {os.strerror(code)}: the disk that holds it is full: make room there "
        "and start again: a stage goes on from its finished blocks"
    )


@pytest.mark.parametrize("code", [errno.EACCES, errno.EPERM, errno.EROFS])
def test_a_forbidden_path_is_named_with_what_to_do(code: int) -> None:
    line = line_of(raising(OSError(code, os.strerror(code), "data")))
    assert line == (
        f"error: data: {os.strerror(code)}: let this user read and write there, or work in another "
        "folder"
    )


def test_memory_names_the_stage_and_the_setting(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "argv", ["stages/crop.py", "mine"])
    lower = "lower compute.workers in params.yaml (it changes no result), and start again"
    assert line_of(raising(MemoryError())) == f"error: crop mine: not enough memory: {lower}"
    assert line_of(raising(MemoryError("25 MiB"))) == (
        f"error: crop mine: not enough memory (25 MiB): {lower}"
    )


def _killed(number: int) -> None:
    if number == 1:
        os.kill(os.getpid(), signal.SIGKILL)


def test_a_worker_that_the_system_ends_is_one_line(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "argv", ["stages/render.py", "demo_a"])
    line = line_of(lambda: Parallel(n_jobs=2)(delayed(_killed)(number) for number in range(4)))
    assert line.startswith("error: render demo_a: the system killed a worker process, most likely")
    assert "lower compute.workers in params.yaml" in line


def _written(number: int) -> None:
    with errors.naming(Path(f"{number}.tar")), FULL_FILE.open("wb", buffering=0) as file:
        file.write(b"x")


@pytest.mark.skipif(not FULL_FILE.exists(), reason="needs /dev/full")
def test_a_disk_full_in_a_worker_names_the_file() -> None:
    line = line_of(lambda: Parallel(n_jobs=2)(delayed(_written)(number) for number in (1, 1)))
    assert line.startswith(f"error: 1.tar: {os.strerror(errno.ENOSPC)}: the disk that holds it")


def test_naming_keeps_a_name_that_is_there_and_errors_without_a_number() -> None:
    with pytest.raises(OSError, match="b") as stop, errors.naming(Path("a")):
        raise OSError(errno.ENOSPC, "full", "b")
    assert stop.value.filename == "b"
    with pytest.raises(OSError, match=r"^text$"), errors.naming(Path("a")):
        raise OSError("text")
