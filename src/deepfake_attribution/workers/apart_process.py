"""The other side of `apart`: what a separate process runs."""

import pickle
import signal
import traceback
from collections.abc import Callable
from multiprocessing.connection import Connection
from typing import Any


def serve(file: int, idle: float) -> None:
    """Run the calls that come through the pipe ``file``.

    Args:
        file: its number.
        idle: seconds without a call after which the process ends.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C reaches the whole group: the parent ends
    signal.signal(signal.SIGALRM, signal.SIG_DFL)
    pipe = Connection(file)
    try:
        pipe.send_bytes(b"here")
        while pipe.poll(idle):
            limit, content = pickle.loads(pipe.recv_bytes())
            pipe.send_bytes(_reply(content, limit))
    except (EOFError, ConnectionError):
        return  # the parent is gone; what was finished is on the disk


def _reply(content: bytes, limit: float) -> bytes:
    try:
        function, arguments = pickle.loads(content)  # imports their modules, before the limit
        return pickle.dumps((True, _timed(function, arguments, limit)))
    except Exception as error:
        error.add_note("".join(traceback.format_exception(error)))  # a traceback is not pickled
        try:
            reply = pickle.dumps((False, error))
            pickle.loads(reply)
        except Exception:  # an error of a library that cannot be pickled: as text
            as_text = RuntimeError("".join(traceback.format_exception(error)))
            reply = pickle.dumps((False, as_text))
        return reply


def _timed(function: Callable[..., Any], arguments: tuple[Any, ...], limit: float) -> Any:
    signal.setitimer(signal.ITIMER_REAL, limit)
    try:
        return function(*arguments)
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
