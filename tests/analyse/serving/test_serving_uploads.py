"""What is sent, cut off, too large, too slow, or no video."""

import asyncio
import os
import shutil
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path
from typing import Any

import fake_judge
import pytest
from fake_judge import BASE, MP4, Server
from starlette.testclient import TestClient

from deepfake_attribution.analyse.serving import uploads
from deepfake_attribution.analyse.serving.limits import Limits

MOST = 10_000


@pytest.fixture
def served(tmp_path: Path) -> Iterator[tuple[Server, TestClient]]:
    server = fake_judge.server(tmp_path, Limits(reserve=0, upload=MOST, places=2))
    with TestClient(server.app, base_url=BASE) as client:
        yield server, client
        server.judge.may.set()


def refused(server: Server, answer: Any, status: int, word: str) -> None:
    assert answer.status_code == status, answer.text
    assert word in answer.json()["error"], answer.text
    assert list(server.folder.iterdir()) == [] and server.jobs.free() == 2


def test_too_large_by_its_own_word(served: tuple[Server, TestClient]) -> None:
    server, client = served
    answer = client.post("/api/videos?name=a.mp4", content=MP4 + bytes(MOST))
    refused(server, answer, 413, "a.mp4: larger than 0.01 MB")


def test_too_large_without_a_word(served: tuple[Server, TestClient]) -> None:
    server, client = served

    def parts() -> Iterator[bytes]:
        yield MP4
        yield from (bytes(1000) for _ in range(100))

    answer = client.post("/api/videos?name=a.mp4", content=parts())
    refused(server, answer, 413, "larger than 0.01 MB")


def test_too_large_though_it_says_less(served: tuple[Server, TestClient]) -> None:
    server, client = served
    told = {"Content-Length": "10"}
    answer = client.post("/api/videos?name=a.mp4", content=MP4 + bytes(MOST), headers=told)
    refused(server, answer, 413, "larger than 0.01 MB")


def test_the_most_is_taken(served: tuple[Server, TestClient]) -> None:
    server, client = served
    whole = MP4 + bytes(MOST - len(MP4))
    assert client.post("/api/videos?name=a.mp4", content=whole).status_code == 201
    assert [path.stat().st_size for path in server.folder.iterdir()] == [MOST]


@pytest.mark.parametrize(
    ("name", "content", "status", "word"),
    [
        ("a.txt", MP4, 415, "a.txt: neither a video nor an image by its suffix"),
        ("mp4", MP4, 415, "neither a video nor an image by its suffix"),
        ("a.mp4", b"", 400, "a.mp4: the file is empty"),
        ("a.mp4", b"hello", 415, "a.mp4: not a video"),
        ("a.mp4", b"#EXTM3U\n#EXTINF:1\nfile:///etc/passwd\n", 415, "not a video"),
        ("a.avi", b"ffconcat version 1.0\nfile /etc/passwd\n" * 40, 415, "not a video"),
        ("a.mp4", b"<html>" * 200, 415, "not a video"),
    ],
)
def test_what_is_no_video(
    served: tuple[Server, TestClient], name: str, content: bytes, status: int, word: str
) -> None:
    server, client = served
    answer = client.post("/api/videos", params={"name": name}, content=content)
    refused(server, answer, status, word)


def test_form_is_told_how_to_send(served: tuple[Server, TestClient]) -> None:
    server, client = served
    told = {"Content-Type": "multipart/form-data; boundary=x"}
    answer = client.post("/api/videos?name=a.mp4", content=MP4, headers=told)
    refused(server, answer, 415, "as the body, not a form")


def test_full_disk_takes_nothing(
    served: tuple[Server, TestClient], monkeypatch: pytest.MonkeyPatch
) -> None:
    server, client = served
    total = shutil.disk_usage(server.folder).total
    monkeypatch.setattr("shutil.disk_usage", lambda _: shutil._ntuple_diskusage(total, total, 0))  # type: ignore[attr-defined]
    answer = client.post("/api/videos?name=a.mp4", content=MP4)
    refused(server, answer, 507, "too full for this video")


def test_disk_that_fills_up_meanwhile(
    served: tuple[Server, TestClient], monkeypatch: pytest.MonkeyPatch
) -> None:
    server, client = served

    def full(*_: object) -> None:
        raise OSError(28, os.strerror(28))

    monkeypatch.setattr(uploads, "run_in_threadpool", full)
    refused(server, client.post("/api/videos?name=a.mp4", content=MP4), 507, "too full")


def asked(app: Any, events: Callable[[], AsyncIterator[dict[str, Any]]]) -> list[dict[str, Any]]:
    """Return what the server sends to a client that sends ``events`` and nothing more."""
    sent: list[dict[str, Any]] = []
    scope = {"type": "http", "method": "POST", "path": "/api/videos", "http_version": "1.1"}
    scope |= {"query_string": b"name=a.mp4", "headers": [(b"host", b"localhost")]}
    scope |= {"raw_path": b"/api/videos", "root_path": "", "scheme": "http"}

    async def conversation() -> None:
        coming = aiter(events())

        async def receive() -> dict[str, Any]:
            try:
                return await anext(coming)
            except StopAsyncIteration:
                return {"type": "http.disconnect"}

        async def send(message: dict[str, Any]) -> None:
            sent.append(message)

        await app(scope, receive, send)

    asyncio.run(conversation())
    return sent


def test_upload_that_is_cut_off_leaves_no_file_and_no_job(tmp_path: Path) -> None:
    server = fake_judge.server(tmp_path)
    seen = []

    async def events() -> AsyncIterator[dict[str, Any]]:
        yield {"type": "http.request", "body": MP4 * 10, "more_body": True}
        seen.append([path.name for path in tmp_path.iterdir()])
        yield {"type": "http.disconnect"}

    asked(server.app, events)
    assert len(seen[0]) == 1  # it was there meanwhile
    assert list(tmp_path.iterdir()) == [] and server.jobs.free() == 16


def test_upload_that_stalls_is_given_up(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(uploads, "PATIENCE", 0.05)
    server = fake_judge.server(tmp_path, Limits(reserve=0, stall=0.05))

    async def events() -> AsyncIterator[dict[str, Any]]:
        yield {"type": "http.request", "body": MP4, "more_body": True}
        await asyncio.sleep(60)

    start, body = asked(server.app, events)
    assert start["status"] == 408 and b"too slowly" in body["body"]
    assert list(tmp_path.iterdir()) == [] and server.jobs.free() == 16


@pytest.mark.slow
@pytest.mark.parametrize(("size", "status"), [(50, 408), (1000, 201)])
def test_upload_has_a_lowest_rate(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, size: int, status: int
) -> None:
    """At 2.5 or at most 50 kB per second."""
    monkeypatch.setattr(uploads, "PATIENCE", 0.05)
    server = fake_judge.server(tmp_path, Limits(reserve=0, stall=0.3, slowest=5_000))

    async def events() -> AsyncIterator[dict[str, Any]]:
        yield {"type": "http.request", "body": MP4, "more_body": True}
        for _ in range(50):
            yield {"type": "http.request", "body": bytes(size), "more_body": True}
            await asyncio.sleep(0.02)
        yield {"type": "http.request", "body": b"", "more_body": False}

    start, _ = asked(server.app, events)
    assert start["status"] == status


def test_upload_that_trickles_for_ever_is_given_up(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(uploads, "PATIENCE", 0.05)
    server = fake_judge.server(tmp_path, Limits(reserve=0, whole=0.2))

    async def events() -> AsyncIterator[dict[str, Any]]:
        while True:
            yield {"type": "http.request", "body": MP4, "more_body": True}
            await asyncio.sleep(0.02)

    start, _ = asked(server.app, events)
    assert start["status"] == 408
    assert list(tmp_path.iterdir()) == []
