"""The server as a process: its socket, its signals, and its end, which leaves no file."""

import errno
import signal
import socket
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from types import FrameType
from typing import Any

import uvicorn

from deepfake_attribution.analyse.serving.access import PARAMETER, Access
from deepfake_attribution.analyse.serving.app import create
from deepfake_attribution.analyse.serving.connections import Connection
from deepfake_attribution.analyse.serving.parts import Parts
from deepfake_attribution.analyse.signals import caught
from deepfake_attribution.core.errors import UserError

ENDING = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
GRACE = 3  # seconds for what is being sent when the server ends
BACKLOG = 64


@contextmanager
def bound(host: str, port: int) -> Iterator[socket.socket]:
    """Give a socket that has the address, before anything slow is done.

    Raises:
        UserError: the port is in use, or this machine has no such address.
    """
    try:
        family, _, _, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
    except (OSError, UnicodeError):  # the second: a label that is empty or too long
        raise UserError(f"--host: {host}: there is no such address") from None
    with closing(socket.socket(family, socket.SOCK_STREAM)) as made:
        # A server that ended a minute ago holds its port no longer; one that runs does.
        made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            made.bind(address)
            made.listen(BACKLOG)
        except OSError as error:
            raise UserError(_no_socket(error, host, port)) from None
        yield made


def address(listening: socket.socket, host: str, access: Access | None = None) -> str:
    """Return the address to open in a browser, with the token if there is one."""
    shown = f"[{host}]" if ":" in host else host
    access = access or Access()
    where = access.origin or f"http://{shown}:{listening.getsockname()[1]}"
    return f"{where}/" + (f"?{PARAMETER}={access.token}" if access.token else "")


def run(parts: Parts, host: str, listening: socket.socket, access: Access | None = None) -> None:
    """Serve until Ctrl-C, SIGTERM, or the terminal is closed.

    It then returns normally, so that the caller can remove temporary files.
    """
    server = server_of(parts, host, access or Access())

    def stop(*_: Any) -> None:
        server.should_exit = True

    # The server handles signals itself while it runs, and raises them again at its end.
    with caught(stop, *ENDING):
        server.run(sockets=[listening])


def server_of(parts: Parts, host: str, access: Access) -> uvicorn.Server:
    """Return the server, which does not run yet."""
    config = uvicorn.Config(
        create(parts, host, access),
        http=Connection,
        ws="none",
        loop="asyncio",
        lifespan="on",
        # Addresses hold the keys of results, and the names of videos.
        access_log=False,
        log_level="warning",
        server_header=False,
        # A proxy on this machine passes on the client's address; without one, clients could lie.
        proxy_headers=bool(access.origin),
        forwarded_allow_ips="127.0.0.1,::1",
        timeout_graceful_shutdown=GRACE,
    )
    return uvicorn.Server(config)


@contextmanager
def tidy_end() -> Iterator[None]:
    """Let the signals that end programs end the body as Ctrl-C does, not the process on the spot.

    Temporary files are removed on the way; the body's end by a signal is no error.
    """

    def stop(number: int, frame: FrameType | None) -> None:
        raise KeyboardInterrupt

    with caught(stop, *ENDING), suppress(KeyboardInterrupt):
        yield


def _no_socket(error: OSError, host: str, port: int) -> str:
    if error.errno == errno.EADDRINUSE:
        return f"port {port} of {host} is in use: end what uses it, or take another with --port"
    if error.errno in (errno.EACCES, errno.EPERM):
        return f"port {port} of {host}: this user may not have it: take one above 1023 with --port"
    if error.errno == errno.EADDRNOTAVAIL:
        return f"--host: {host} is no address of this machine"
    return f"port {port} of {host}: {error.strerror}: take another with --port"
