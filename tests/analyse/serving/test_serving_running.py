"""The server as a process: its port, and what is left when it is ended or killed."""

import os
import signal
import socket
import stat
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx2
import pytest
from fake_judge import MP4

from deepfake_attribution.analyse.serving.running import address, bound
from deepfake_attribution.analyse.workplace import MARK, workplace
from deepfake_attribution.core.errors import UserError

SCRIPT = Path(__file__).with_name("fake_server.py")


def test_port_in_use_is_one_line() -> None:
    with bound("127.0.0.1", 0) as first:
        port = first.getsockname()[1]
        line = f"port {port} of 127.0.0.1 is in use: .* with --port"
        with pytest.raises(UserError, match=line), bound("127.0.0.1", port):
            pass
        assert address(first, "127.0.0.1") == f"http://127.0.0.1:{port}/"
    with bound("127.0.0.1", port):  # free again at once
        pass


@pytest.mark.parametrize("host", ["nowhere.invalid", "203.0.113.7"])
def test_host_that_is_not_there(host: str) -> None:
    with pytest.raises(UserError, match="--host"), bound(host, 0):
        pass


def test_workplace_is_nobody_elses_and_gone_in_the_end(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    dead = tmp_path / "deepfake-attribution-serve-dead"
    dead.mkdir()
    (dead / MARK).touch()
    (dead / "left.mp4").touch()
    with workplace("serve") as one, workplace("serve") as other:
        assert stat.S_IMODE(one.stat().st_mode) == 0o700
        (one / "a.mp4").touch()
        assert sorted(tmp_path.iterdir()) == sorted([one, other])  # the living are left alone
    assert list(tmp_path.iterdir()) == []


@contextmanager
def running(folder: Path) -> Iterator[tuple[subprocess.Popen[str], str]]:
    environment = os.environ | {"TMPDIR": str(folder), "PYTHONPATH": os.pathsep.join(sys.path)}
    process = subprocess.Popen(
        [sys.executable, SCRIPT], env=environment, text=True, stdout=subprocess.PIPE
    )
    try:
        assert process.stdout is not None
        yield process, process.stdout.readline().strip()
    finally:
        process.kill()
        process.wait()


def until_gone(folder: Path) -> list[Path]:
    for _ in range(100):
        if not (left := list(folder.rglob("*.mp4"))):
            break
        time.sleep(0.05)
    return left


@pytest.mark.slow
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_signal_ends_the_server_and_leaves_no_file(tmp_path: Path, number: signal.Signals) -> None:
    with running(tmp_path) as (process, where):
        for _ in range(3):
            answer = httpx2.post(f"{where}api/videos?name=a.mp4", content=MP4)
            assert answer.status_code == 201
        assert len(list(tmp_path.rglob("*.mp4"))) == 3
        process.send_signal(number)
        assert process.wait(20) == 0
    assert list(tmp_path.iterdir()) == []


@pytest.mark.slow
def test_upload_that_is_cut_off_leaves_no_file(tmp_path: Path) -> None:
    with running(tmp_path) as (_, where):
        host, port = where.removeprefix("http://").rstrip("/").split(":")
        with socket.create_connection((host, int(port))) as line:
            head = f"POST /api/videos?name=a.mp4 HTTP/1.1\r\nHost: {host}\r\nContent-Length: 99999"
            line.sendall(head.encode() + b"\r\n\r\n" + MP4)
            while not list(tmp_path.rglob("*.mp4")):
                time.sleep(0.01)
        assert until_gone(tmp_path) == []
        assert httpx2.get(f"{where}api/queue").json() == {"free": 8}


@pytest.mark.slow
def test_refusal_is_heard_though_much_is_still_to_be_sent(tmp_path: Path) -> None:
    with running(tmp_path) as (_, where):
        answer = httpx2.post(f"{where}api/videos?name=a.mp4", content=MP4 + bytes(30_000_000))
        assert answer.status_code == 413
        answer = httpx2.post(f"{where}api/videos?name=a.txt", content=bytes(30_000_000))
        assert answer.status_code == 415


@pytest.mark.slow
def test_what_a_killed_server_left_is_removed_by_the_next(tmp_path: Path) -> None:
    with running(tmp_path) as (process, where):
        httpx2.post(f"{where}api/videos?name=a.mp4", content=MP4)
        process.kill()
        process.wait()
    assert len(list(tmp_path.rglob("*.mp4"))) == 1
    with running(tmp_path) as (process, _):
        process.send_signal(signal.SIGTERM)
        process.wait(20)
    assert list(tmp_path.iterdir()) == []
