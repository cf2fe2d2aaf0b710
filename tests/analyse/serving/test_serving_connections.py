"""Nobody keeps others out: silent connections, slow headers, slow uploads, one busy client."""

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import fake_judge
import pytest
from fake_judge import HOST, MP4

from deepfake_attribution.analyse.serving import connections, running
from deepfake_attribution.analyse.serving.access import Access
from deepfake_attribution.analyse.serving.jobs import Jobs
from deepfake_attribution.analyse.serving.limits import Limits
from deepfake_attribution.analyse.serving.parts import Parts
from deepfake_attribution.analyse.serving.running import bound, server_of

GET = f"GET /api/queue HTTP/1.1\r\nHost: {HOST}\r\n"
SEND = f"POST /api/videos?name=a.mp4 HTTP/1.1\r\nHost: {HOST}\r\nContent-Length: 100000\r\n\r\n"
OTHER = "127.0.0.2"  # another client address of this machine


@contextmanager
def served(folder: Path, origin: str = "", **changes: float) -> Iterator[int]:
    """Run a server in a thread and yield its port."""
    limits = Limits(reserve=0, **changes)  # type: ignore[arg-type]
    parts = Parts(fake_judge.FakeJudge(), Jobs(limits), folder, limits)
    with bound(HOST, 0) as listening:
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(running, "GRACE", 0.1)  # the tests leave requests unfinished
            server = server_of(parts, HOST, Access(origin))
        thread = threading.Thread(target=server.run, args=([listening],), daemon=True)
        thread.start()
        try:
            yield listening.getsockname()[1]
        finally:
            server.should_exit = True
            thread.join(20)


@pytest.fixture
def held() -> Iterator[ExitStack]:
    with ExitStack() as stack:
        yield stack


def connect(port: int, held: ExitStack, source: str = HOST) -> socket.socket:
    return held.enter_context(
        socket.create_connection((HOST, port), timeout=10, source_address=(source, 0))
    )


def is_closed(line: socket.socket, seconds: float = 0.01) -> bool:
    """Return whether the server has closed a connection on which nothing is to be read."""
    line.settimeout(seconds)
    try:
        return line.recv(1) == b""
    except (TimeoutError, BlockingIOError):
        return False
    except ConnectionError:
        return True


def answer(line: socket.socket, text: str) -> str:
    line.sendall(text.encode())
    return rest_of(line)


def rest_of(line: socket.socket) -> str:
    """Return an answer, which ends with JSON."""
    line.settimeout(10)
    found = ""
    while not found.endswith("}"):
        content = line.recv(65536)
        assert content, found
        found += content.decode()
    return found


@pytest.mark.slow
@pytest.mark.parametrize("origin", ["", "https://lab.example"])
def test_silent_connections_keep_nobody_out(
    tmp_path: Path, held: ExitStack, monkeypatch: pytest.MonkeyPatch, origin: str
) -> None:
    monkeypatch.setattr(connections, "HEAD", 2.0)
    with served(tmp_path, origin) as port:
        silent = [connect(port, held) for _ in range(127)]
        assert answer(connect(port, held), GET + "\r\n").startswith("HTTP/1.1 200")
        now = [is_closed(line, 0.0) for line in silent]
        assert sum(now) == (0 if origin else 64)  # the oldest ones of an address
        assert all(is_closed(line, 10.0) for line in silent)


@pytest.mark.slow
def test_all_connections_together_are_bounded(
    tmp_path: Path, held: ExitStack, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connections, "CONNECTIONS", 20)
    with served(tmp_path, "https://lab.example") as port:
        busy = connect(port, held)
        busy.sendall(SEND.encode() + MP4)
        time.sleep(0.3)
        silent = [connect(port, held) for _ in range(60)]
        assert answer(connect(port, held, OTHER), GET + "\r\n").startswith("HTTP/1.1 200")
        assert sum(map(is_closed, silent)) == 42
        assert not is_closed(busy)  # a request under way is never closed for others


@pytest.mark.slow
@pytest.mark.parametrize("is_first", [True, False])
def test_head_that_trickles_is_given_up(
    tmp_path: Path, held: ExitStack, monkeypatch: pytest.MonkeyPatch, is_first: bool
) -> None:
    monkeypatch.setattr(connections, "HEAD", 1.0)
    with served(tmp_path) as port:
        line = connect(port, held)
        if not is_first:
            assert answer(line, GET + "\r\n").startswith("HTTP/1.1 200")
        begun = time.monotonic()
        line.sendall(GET.encode())
        while not is_closed(line, 0.1) and time.monotonic() < begun + 8:
            try:
                line.sendall(b"X: y\r\n")
            except ConnectionError:
                break
        assert 0.8 < time.monotonic() - begun < 5


@pytest.mark.slow
def test_upload_may_take_longer_than_a_head(
    tmp_path: Path, held: ExitStack, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connections, "HEAD", 0.5)
    with served(tmp_path) as port:
        line = connect(port, held)
        line.sendall(SEND.encode() + MP4)
        for _ in range(5):
            time.sleep(0.3)
            line.sendall(bytes(1000))
        rest = 100_000 - len(MP4) - 5000
        line.sendall(bytes(rest))
        assert line.recv(65536).startswith(b"HTTP/1.1 201")


@pytest.mark.slow
def test_one_client_does_not_take_all_places(tmp_path: Path, held: ExitStack) -> None:
    with served(tmp_path, stall=3.0) as port:
        slow = [connect(port, held) for _ in range(16)]
        for line in slow:
            line.sendall(SEND.encode() + MP4)
        time.sleep(0.5)
        full = answer(connect(port, held), GET + "\r\n")
        assert full.endswith('{"free":0}')
        other = connect(port, held, OTHER)
        assert answer(other, GET + "\r\n").endswith('{"free":8}')
        other.sendall(SEND.encode() + MP4 + bytes(100_000 - len(MP4)))
        assert rest_of(other).startswith("HTTP/1.1 201")
        answers = [rest_of(line) for line in slow]  # of all, within bounded time
        assert sum("your address has as many videos here" in one for one in answers) == 8
        assert sum("came too slowly (less than 10 kB per second" in one for one in answers) == 8
        assert answer(connect(port, held), GET + "\r\n").endswith('{"free":8}')


@pytest.mark.slow
def test_clients_behind_a_proxy_are_told_apart(tmp_path: Path, held: ExitStack) -> None:
    for origin, free in (("https://lab.example", 8), ("", 7)):
        with served(tmp_path, origin) as port:
            first = f"{GET}X-Forwarded-For: 10.0.0.1\r\n\r\n"
            sent = SEND.replace("\r\nContent", "\r\nX-Forwarded-For: 10.0.0.2\r\nContent")
            connect(port, held).sendall(sent.encode() + MP4)
            time.sleep(0.5)
            assert answer(connect(port, held), first).endswith(f'{{"free":{free}}}')
