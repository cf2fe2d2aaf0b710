"""A stranger's page in the analyst's own browser gets nothing."""

import re
import time
from collections.abc import Iterator
from pathlib import Path

import fake_judge
import pytest
from fake_judge import BASE, MP4
from starlette.testclient import TestClient

from deepfake_attribution.analyse.serving.guard import HEADERS, is_own, refusal


@pytest.fixture
def client(tmp_path: Path) -> Iterator[TestClient]:
    server = fake_judge.server(tmp_path)
    server.judge.may.set()
    with TestClient(server.app, base_url=BASE, raise_server_exceptions=False) as client:
        yield client


@pytest.mark.parametrize(
    ("asked", "own"),
    [
        ("127.0.0.1:8000", True),
        ("127.0.0.1", True),
        ("localhost:9000", True),  # through a tunnel
        ("LOCALHOST.:8000", True),
        ("[::1]:8000", True),
        ("127.8.9.1", True),
        ("", False),
        ("evil.example:8000", False),
        ("localhost.evil.example", False),
        ("127.0.0.1.evil.example:8000", False),
        ("10.0.0.7:8000", False),
        ("[::2]:8000", False),
        ("127.0.0.1@evil.example", False),
    ],
)
def test_names_of_a_server_for_this_machine(asked: str, own: bool) -> None:
    assert is_own(asked, "127.0.0.1") == own


def test_server_for_others_answers_to_addresses_in_numbers_and_its_name(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("socket.gethostname", lambda: "Lab7")
    monkeypatch.setattr("socket.getfqdn", lambda: "lab7.example")
    for asked in ("10.0.0.7:8000", "lab7:8000", "lab7.example", "localhost", "[fe80::1]:80"):
        assert is_own(asked, "0.0.0.0")
    assert not is_own("evil.example", "0.0.0.0")


OWN = {"host": "localhost:8000"}


@pytest.mark.parametrize(
    ("method", "said", "passes"),
    [
        ("POST", {}, True),  # curl
        ("POST", {"origin": "http://localhost:8000", "sec-fetch-site": "same-origin"}, True),
        ("POST", {"origin": "http://localhost:3000", "sec-fetch-site": "same-site"}, False),
        ("POST", {"origin": "http://localhost:3000"}, False),  # an older browser
        ("POST", {"origin": "http://127.0.0.1:8000"}, False),
        ("POST", {"origin": "https://evil.example", "sec-fetch-site": "cross-site"}, False),
        ("POST", {"origin": "null"}, False),
        ("POST", {"sec-fetch-site": "none"}, False),
        ("DELETE", {"sec-fetch-site": "cross-site"}, False),
        ("GET", {"sec-fetch-site": "cross-site", "sec-fetch-mode": "no-cors"}, False),
        ("GET", {"sec-fetch-site": "cross-site", "sec-fetch-mode": "navigate"}, True),
        ("GET", {"sec-fetch-site": "same-origin"}, True),
        ("GET", {"sec-fetch-site": "none"}, True),
    ],
)
def test_who_may_ask(method: str, said: dict[str, str], passes: bool) -> None:
    assert (refusal(method, OWN | said, "127.0.0.1") == "") == passes


def test_foreign_page_can_neither_send_nor_read(client: TestClient, tmp_path: Path) -> None:
    foreign = {"Origin": "https://evil.example", "Sec-Fetch-Site": "cross-site"}
    answer = client.post("/api/videos?name=a.mp4", content=MP4, headers=foreign)
    assert answer.status_code == 403 and answer.json() == {
        "error": "another page may not use this server"
    }
    assert list(tmp_path.iterdir()) == []
    assert client.get("/api/queue", headers=foreign).status_code == 403
    assert client.options("/api/videos", headers=foreign).status_code == 403
    answer = client.get("/", headers={"Host": "evil.example"})
    assert answer.status_code == 421 and "evil" not in answer.text
    assert not any(name.startswith("access-control") for name in answer.headers)


def test_every_answer_has_the_headers(client: TestClient) -> None:
    files = ("/static/page.js", "/report.css", "/report.js")
    answers = [client.get(path) for path in ("/", *files, "/api/none")]
    answers += [client.get("/", headers={"Host": "x"}), client.post("/api/videos?name=a.txt")]
    answers += [client.put("/api/videos"), client.post("/api/videos")]
    assert [answer.status_code for answer in answers] == [
        200,
        200,
        200,
        200,
        404,
        421,
        415,
        405,
        422,
    ]
    for answer in answers:
        for name, value in HEADERS.items():
            assert answer.headers[name] == value


def test_page_and_result_load_files_of_the_server_only(client: TestClient) -> None:
    key = client.post("/api/videos?name=a.mp4", content=MP4).json()["id"]
    while client.get(f"/api/videos/{key}").json()["state"] != "done":
        time.sleep(0.01)
    result = client.get(f"/api/videos/{key}/result.html").text
    assert "Called fake" in result and "<script" not in result
    for page in (client.get("/").text, result):
        assert "//" not in page and "data:" not in page
        assert "style=" not in page and "<style" not in page
        assert "<script>" not in page and "onclick" not in page
    assert not re.search(r"url\(|@import|https?:", client.get("/report.css").text)
    assert "https:" not in client.get("/report.js").text
    assert client.get("/docs").status_code == client.get("/openapi.json").status_code == 404


def test_mistake_of_ours_shows_nothing_of_it(
    client: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(_: object) -> None:
        raise RuntimeError("/secret/path")

    monkeypatch.setattr("deepfake_attribution.analyse.serving.pages.ServedPages.start", broken)
    answer = client.get("/")
    assert answer.status_code == 500 and "secret" not in answer.text
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
