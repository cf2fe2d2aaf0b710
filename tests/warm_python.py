"""Processes that begin with everything imported, for tests that start many stages and commands.

A stage spends 2 to 7 seconds on imports. A warm process imports once what the stages and commands
import, runs nothing, and forks for each command: so each still has a process, a folder, an
environment and streams of its own. `folder` names a folder with commands that look like ``python``,
``dvc`` and ``deepfake-attribution`` and are run this way: put it first on the PATH.
"""

import ast
import atexit
import contextlib
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

ROOT = Path(__file__).parents[1]
CLIENT = Path(__file__).with_name("warm_client.py")
COMMANDS = ("python", "dvc", "deepfake-attribution")
GIVEN = frozenset(os.environb)  # variables that this process was started with


@cache
def folder() -> Path:
    """Start the warm process, if this is the first call; return the folder of its commands."""
    place = Path(tempfile.mkdtemp(prefix="warm-"))
    (place / "real").write_text(sys.executable, encoding="utf-8")
    for name in COMMANDS:
        (place / name).write_text(f"#!{sys.executable} -IS\n{CLIENT.read_text(encoding='utf-8')}")
        (place / name).chmod(0o755)
    environment = os.environ | {"OMP_NUM_THREADS": "1", "PYTHONPATH": str(ROOT / "src")}
    environment["JE_ARROW_MALLOC_CONF"] = "background_thread:false"
    # It ends when the other end of its standard input is closed, so with this process.
    process = subprocess.Popen(
        [sys.executable, __file__, str(place)],
        env=environment,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    assert process.stdout and process.stdout.read() == b"ready", "the warm process did not start"
    atexit.register(_stop, process, place)
    return place


def _stop(process: subprocess.Popen[bytes], place: Path) -> None:
    process.communicate()
    shutil.rmtree(place)


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


def _serve(listener: socket.socket) -> list[str]:
    """Fork for each command; return in the forked process, ready to run it, with its words."""
    attending = 0
    while True:
        ready, _, _ = select.select([listener, sys.stdin], [], [])
        if sys.stdin in ready:
            os._exit(0)
        client, _ = listener.accept()
        if os.fork() == 0:
            listener.close()
            return _attend(client)
        client.close()
        attending += 1
        while attending and os.waitpid(-1, os.WNOHANG)[0]:
            attending -= 1


def _attend(client: socket.socket) -> list[str]:
    """Fork once more; see the new process to its end, and end it if its client goes away."""
    size, streams, _, _ = socket.recv_fds(client, 8, 3)
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
    sys.path.remove(own)
    threads = [*Path("/proc/self/task").iterdir()]
    assert len(threads) == 1, "a process with threads must not fork"
    gc.collect()
    gc.freeze()
    listener = socket.socket(socket.AF_UNIX)
    listener.bind(str(Path(sys.argv[1]) / "socket"))
    listener.listen()
    os.write(1, b"ready")
    os.dup2(2, 1)
    words = _serve(listener)
    sys.argv[:] = words
    sys.executable = str(Path(sys.orig_argv[-1]) / "python")  # what it starts is warm, too
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
