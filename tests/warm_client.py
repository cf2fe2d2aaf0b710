"""A command that a warm process runs in its place; `warm_python` writes it out under many names.

As ``python SCRIPT ...`` it runs the script, as ``python -m dvc`` DVC, and under another name the
command of that name. It ends as the process that did the work has ended. Anything else is Python's
own business.
"""

import marshal
import os
import signal
import socket
import struct
import sys
from contextlib import suppress
from pathlib import Path

HERE = Path(__file__).parent
REAL = Path((HERE / "real").read_text(encoding="utf-8"))


def main() -> None:
    """Send arguments, folder, environment and the three streams; wait for the exit code."""
    name, *words = sys.argv
    if words[:2] == ["-m", "dvc"]:
        name, words = "dvc", words[2:]
    if Path(name).name != "python":
        words = [str(REAL.with_name(Path(name).name)), *words]
    elif not words or words[0].startswith("-"):
        os.execv(REAL, [str(REAL), *words])
    request = marshal.dumps((words, str(Path.cwd()), dict(os.environb)))
    with socket.socket(socket.AF_UNIX) as server:
        server.connect(str(HERE / "socket"))
        socket.send_fds(server, [struct.pack("q", len(request))], [0, 1, 2])
        server.sendall(request)
        answer = server.recv(8)
    if len(answer) != 8:
        sys.exit("the warm process is gone")
    [code] = struct.unpack("q", answer)
    if code < 0:  # of a signal
        with suppress(OSError):  # of SIGKILL
            signal.signal(-code, signal.SIG_DFL)
        os.kill(os.getpid(), -code)
    sys.exit(code)


main()
