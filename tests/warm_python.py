"""Processes that begin with everything imported, for tests that start many stages and commands.

A stage spends 2 to 7 seconds on imports. A warm process imports once what the stages and commands
import, runs nothing, and forks for each command: so each still has a process, a folder, an
environment and streams of its own. `folder` names a folder with commands that look like ``python``,
``dvc`` and ``deepfake-attribution`` and are run this way: put it first on the PATH.

All of pytest's processes share one. It ends when the process ends that started them.
"""

import ast
import atexit
import contextlib
import fcntl
import gc
import importlib
import marshal
import os
import runpy
import select
import shutil
import signal
import socket
import struct
import subprocess
import sys
import tempfile
import threading
import traceback
from functools import cache
from pathlib import Path
from typing import NoReturn

ROOT = Path(__file__).parents[1]
CLIENT = Path(__file__).with_name("warm_client.py")
COMMANDS = ("python", "dvc", "deepfake-attribution")
GIVEN = frozenset(os.environb)  # variables that this process was started with


@cache
def folder() -> Path:
    """Start the warm process, if no process of the tests did; return the folder of its commands."""
    is_one_of_several = "PYTEST_XDIST_WORKER" in os.environ
    owner = os.getppid() if is_one_of_several else os.getpid()
    place = Path(tempfile.gettempdir()) / f"warm-{os.getuid()}-{owner}"
    place.mkdir(mode=0o700, exist_ok=True)
    with (place / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not _answers(place / "socket"):
            _start(place, owner)
    return place


def _answers(address: Path) -> bool:
    """Return whether a warm process listens there: one that was killed leaves its socket."""
    with socket.socket(socket.AF_UNIX) as server:
        if server.connect_ex(str(address)) == 0:
            return True
    address.unlink(missing_ok=True)
    return False


def _start(place: Path, owner: int) -> None:
    """Write the commands to ``place`` and start the process, which ends with process ``owner``."""
    (place / "real").write_text(sys.executable, encoding="utf-8")
    for name in COMMANDS:
        (place / name).write_text(f"#!{sys.executable} -IS\n{CLIENT.read_text(encoding='utf-8')}")
        (place / name).chmod(0o755)
    environment = os.environ | {"OMP_NUM_THREADS": "1", "PYTHONPATH": str(ROOT / "src")}
    environment["JE_ARROW_MALLOC_CONF"] = "background_thread:false"
    environment.pop("PYTEST_XDIST_WORKER", None)  # it is of all of them
    process = subprocess.Popen(
        [sys.executable, __file__, str(place), str(owner)],
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        start_new_session=True,  # a test that kills its own group leaves it alone
    )
    assert process.stdout and process.stdout.read() == b"ready", "the warm process did not start"


def _imports(path: Path) -> set[str]:
    """Return the names of all modules that a file imports, also within functions."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            found.add(node.module)
    return found


def _import_all() -> None:
    """Import what the stages and the commands import, now or later."""
    from stage_imports import imported

    sources = {*(ROOT / "stages").glob("*.py")}
    for script in [*sources]:
        sources |= imported(script, ROOT / "src")
    names = {name for path in sources for name in _imports(path)}
    for name in sorted(names | {"deepfake_attribution.cli.main", "dvc.cli", "dvc.commands"}):
        with contextlib.suppress(ImportError):  # of an extra that is not installed
            importlib.import_module(name)


def _serve(listener: socket.socket, place: Path, owner: int) -> list[str]:
    """Fork for each command; return in the forked process, ready to run it, with its words."""
    attending = 0
    try:
        ended = os.pidfd_open(owner)
    except ProcessLookupError:
        _leave(place)
    while True:
        ready, _, _ = select.select([listener, ended], [], [])
        if ended in ready:
            _leave(place)
        client, _ = listener.accept()
        if os.fork() == 0:
            listener.close()
            os.close(ended)
            return _attend(client)
        client.close()
        attending += 1
        while attending and os.waitpid(-1, os.WNOHANG)[0]:
            attending -= 1


def _leave(place: Path) -> NoReturn:
    shutil.rmtree(place)
    os._exit(0)


def _attend(client: socket.socket) -> list[str]:
    """Fork once more; see the new process to its end, and end it if its client goes away."""
    size, streams, _, _ = socket.recv_fds(client, 8, 3)
    if not size:
        os._exit(0)  # it only asked whether somebody listens
    left, request = struct.unpack("q", size)[0], b""
    while len(request) < left:
        request += client.recv(left - len(request))
    words, cwd, environment = marshal.loads(request)
    child = os.fork()
    if child == 0:
        client.close()
        _become(streams, cwd, environment)
        return list(words)
    ended = os.pidfd_open(child)
    if client in select.select([client, ended], [], [])[0]:
        os.killpg(child, signal.SIGKILL)
    code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    with contextlib.suppress(OSError):
        client.sendall(struct.pack("q", code))
    os._exit(0)


def _become(streams: list[int], cwd: str, environment: dict[bytes, bytes]) -> None:
    """Take over what a new process is given by the one that starts it."""
    set_by_imports = {name: value for name, value in os.environb.items() if name not in GIVEN}
    os.setsid()
    for number, stream in enumerate(streams):
        os.dup2(stream, number)
        os.close(stream)
    os.chdir(cwd)
    os.environb.clear()
    os.environb.update(set_by_imports | environment)
    # a new process in a copy of the repository would import the copy's code, which is the same
    copied = Path("src/deepfake_attribution/__init__.py").absolute()
    if copied.is_file():
        sys.modules["deepfake_attribution"].__file__ = str(copied)


def main() -> None:
    """Import everything, then run each command in a fork."""
    own = sys.path.pop(0)  # the tests' folder is no stage's business
    sys.path.append(own)
    import deadly_changes

    _import_all()
    import quick_lock

    quick_lock.install()
    sys.path.remove(own)
    threads = [*Path("/proc/self/task").iterdir()]
    assert len(threads) == 1, "a process with threads must not fork"
    gc.collect()
    gc.freeze()
    listener = socket.socket(socket.AF_UNIX)
    place = Path(sys.argv[1])
    listener.bind(str(place / "socket"))
    listener.listen()
    os.write(1, b"ready")
    os.dup2(2, 1)
    words = _serve(listener, place, int(sys.argv[2]))
    sys.argv[:] = words
    sys.executable = str(place / "python")  # what it starts is warm, too
    known = os.environ.get("PYTHONPATH", "").split(os.pathsep)
    sys.path[:0] = [str(Path(words[0]).parent), *filter(None, known)]
    deadly_changes.install()
    _end(_run(words[0]))


def _run(script: str) -> int:
    """Run a script as Python does; return the exit code."""
    try:
        runpy.run_path(script, run_name="__main__")
    except SystemExit as stop:
        if stop.code is None or isinstance(stop.code, int):
            return stop.code or 0
        print(stop.code, file=sys.stderr)
        return 1
    except BaseException:
        traceback.print_exc()
        return 1
    return 0


def _end(code: int) -> None:
    """End as Python does, but for the second that it takes to clear away what was imported."""
    threading._shutdown()  # type: ignore[attr-defined]  # ends pools, then joins threads
    atexit._run_exitfuncs()
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code)


if __name__ == "__main__":
    main()
