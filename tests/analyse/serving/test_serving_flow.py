"""From an upload to a report, and what is left of it."""

import re
import time
from collections.abc import Iterator
from dataclasses import replace
from html import escape
from pathlib import Path
from typing import Any

import fake_judge
import pytest
from fake_judge import BASE, MP4, TELLTALE, Server
from starlette.testclient import TestClient

from deepfake_attribution.analyse.serving.limits import Limits


@pytest.fixture
def served(tmp_path: Path) -> Iterator[tuple[Server, TestClient]]:
    (tmp_path / "temporary").mkdir()
    server = fake_judge.server(tmp_path / "temporary", Limits(reserve=0, places=3))
    with TestClient(server.app, base_url=BASE, raise_server_exceptions=False) as client:
        yield server, client
        server.judge.may.set()


def send(client: TestClient, name: str = "clip.mp4", content: bytes = MP4) -> Any:
    return client.post("/api/videos", params={"name": name}, content=content)


def until(client: TestClient, key: str, state: str) -> dict[str, Any]:
    for _ in range(500):
        said = client.get(f"/api/videos/{key}").json()
        if said["state"] == state:
            return said
        time.sleep(0.01)
    raise AssertionError(said)


def files(server: Server) -> list[Path]:
    return sorted(server.folder.iterdir())


def test_video_is_judged_and_removed_at_once(served: tuple[Server, TestClient]) -> None:
    server, client = served
    answer = send(client, "../../etc/my clip.MP4")
    assert answer.status_code == 201
    key = answer.json()["id"]
    assert len(key) >= 32
    assert until(client, key, "reading")["name"] == "my clip.MP4"
    (file,) = files(server)
    assert file.suffix == ".mp4" and "clip" not in file.name  # names of uploads are no paths
    server.judge.may.set()
    done = until(client, key, "done")
    assert (done["verdict"], done["message"]) == ("fake", "fake, swap, P(real) 0.200")
    assert done["seconds_left"] == 3600
    assert files(server) == [] and server.judge.seen == [MP4]
    result = client.get(f"/api/videos/{key}/result.html").text
    assert "<h2>my clip.MP4</h2>" in result and "Kept for 60 minutes from now." in result
    told = "Called fake: P(real) 0.200 over 3 frames is not above the threshold 0.500."
    assert told in result
    shown = re.findall(rf'<img src="api/videos/{key}/crops/(\d)"', result)
    assert shown == ["0", "1", "2"]  # no face in the last one
    crops = [client.get(f"/api/videos/{key}/crops/{n}") for n in range(4)]
    assert crops[0].headers["content-type"] == "image/png"
    assert crops[0].content == fake_judge.crop(0) and crops[1].content == fake_judge.crop(1)
    assert crops[3].status_code == 404


def test_reports_are_downloads_with_the_videos_name(served: tuple[Server, TestClient]) -> None:
    server, client = served
    server.judge.may.set()
    key = send(client, 'kä"t;.mp4').json()["id"]
    until(client, key, "done")
    page = client.get(f"/api/videos/{key}/report.html")
    assert "Called fake: P(real) 0.200" in page.text
    assert page.text.count("<script") == page.text.count("sha256-") == 3  # of the tables
    assert "sandbox" in page.headers["content-security-policy"]
    plain = client.get(f"/api/videos/{key}/report.json")
    assert plain.json()["p_real"] == pytest.approx(0.2)
    named = plain.headers["content-disposition"]
    assert named.startswith('attachment; filename="k__t_.mp4.json"; ')
    assert named.endswith("filename*=UTF-8''k%C3%A4%22t%3B.mp4.json")


def test_document_for_the_file_is_a_download(served: tuple[Server, TestClient]) -> None:
    server, client = served
    server.judge.may.set()
    key = send(client, "clip.mp4").json()["id"]
    until(client, key, "done")
    for suffix, kind in ((".pdf", "application/pdf"), (".html", "text/html")):
        made = client.get(f"/api/videos/{key}/examination{suffix}")
        assert made.headers["content-type"].startswith(kind)
        assert f'"clip.mp4.examination{suffix}"' in made.headers["content-disposition"]
        assert made.content[:5] == {".pdf": b"%PDF-", ".html": b"<!DOC"}[suffix]
    assert client.get(f"/api/videos/{key}/examination.json").json()["verdict"] == "fake"


def test_no_answer_names_a_path_of_the_server(tmp_path: Path) -> None:
    shelf, temporary = tmp_path / "shelf", tmp_path / "temporary"
    for folder in (shelf, temporary):
        folder.mkdir()
    (shelf / "a.mp4").write_bytes(MP4)
    server = fake_judge.server(temporary, Limits(reserve=0, upload=10_000), shelf)
    server.judge.may.set()
    server.judge.bundle = replace(server.judge.bundle, detector=tmp_path / "models")
    said: list[Any] = []
    with TestClient(server.app, base_url=BASE, raise_server_exceptions=False) as client:
        sent = send(client)
        picked = client.post("/api/folder", params={"name": "a.mp4"})
        for key in (sent.json()["id"], picked.json()["id"]):
            until(client, key, "done")
            ends = (
                "",
                "/result.html",
                "/report.html",
                "/report.json",
                "/examination.pdf",
                "/examination.html",
                "/examination.json",
                "/crops/0",
                "/crops/9",
                "/crops/x",
            )
            said += [client.get(f"/api/videos/{key}{end}") for end in ends]
        said += [sent, picked, send(client, "x.txt"), send(client, "x.mp4", b"MP4" * 9999)]
        said += [send(client, "x.mp4", b"#EXTM3U"), send(client, "x.mp4", b"")]
        said += [client.post("/api/folder", params={"name": name}) for name in ("../x", "/", ".")]
        places = ("queue", "folder", "nothing", "videos", "videos/none")
        said += [client.get(f"/api/{place}") for place in places]
        said += [client.get("/static/../app.py"), client.get("/static/nothing"), client.get("/")]
        said += [client.get("/report.css")]
        server.judge.wrong = OSError(f"{tmp_path}: broken")
        key = send(client).json()["id"]
        said += [until(client, key, "failed") and client.get(f"/api/videos/{key}")]
    for answer in said:
        everything = answer.content.decode(errors="replace") + str(answer.headers)
        assert str(tmp_path) not in everything, answer.url
        assert "temporary" not in everything and "shelf" not in everything, answer.url
    assert f"nobody in clip.mp4 {escape(TELLTALE)}" in said[1].text and TELLTALE not in said[1].text
    reasons = [frame["reason"] for frame in said[3].json()["frames"]]
    assert f"nobody in clip.mp4 {TELLTALE}" in reasons
    assert (shelf / "a.mp4").exists()  # of others: judged where it lies, and left there


def test_no_video_in_the_folder_is_told_at_once(tmp_path: Path) -> None:
    shelf, temporary = tmp_path / "shelf", tmp_path / "temporary"
    for folder in (shelf, temporary):
        folder.mkdir()
    (shelf / "list.mp4").write_bytes(b"#EXTM3U")
    server = fake_judge.server(temporary, shelf=shelf)
    with TestClient(server.app, base_url=BASE) as client:
        assert client.get("/api/folder").json() == {"names": ["list.mp4"]}
        answer = client.post("/api/folder?name=list.mp4")
        assert answer.status_code == 415 and "list.mp4: not a video" in answer.json()["error"]


def test_queue_is_bounded_and_says_who_is_next(served: tuple[Server, TestClient]) -> None:
    server, client = served
    first = send(client).json()["id"]
    until(client, first, "reading")
    keys = [send(client).json()["id"] for _ in range(3)]
    assert [until(client, key, "waiting")["ahead"] for key in keys] == [0, 1, 2]
    assert client.get("/api/queue").json() == {"free": 0}
    answer = send(client)
    assert answer.status_code == 503 and answer.headers["retry-after"]
    assert "as many videos as it takes" in answer.json()["error"]
    assert len(files(server)) == 4
    server.judge.may.set()
    for key in (first, *keys):
        until(client, key, "done")
    assert client.get("/api/queue").json() == {"free": 3} and files(server) == []


def test_owner_takes_a_video_back(served: tuple[Server, TestClient]) -> None:
    server, client = served
    running, waiting = (send(client).json()["id"] for _ in range(2))
    until(client, running, "reading")
    for key in (waiting, running):
        assert client.delete(f"/api/videos/{key}").status_code == 204
        assert client.get(f"/api/videos/{key}").status_code == 404
        assert client.get(f"/api/videos/{key}/result.html").status_code == 404
    assert files(server) == []
    server.judge.may.set()
    third = send(client).json()["id"]
    until(client, third, "done")
    assert len(server.judge.seen) == 2  # the waiting one was never looked at
    assert client.delete(f"/api/videos/{third}").status_code == 204
    assert client.delete(f"/api/videos/{third}").status_code == 404


def test_result_is_forgotten_when_its_time_is_over(served: tuple[Server, TestClient]) -> None:
    server, client = served
    server.judge.may.set()
    key = send(client).json()["id"]
    until(client, key, "done")
    server.now[0] = 3599.0
    assert client.get(f"/api/videos/{key}/crops/0").status_code == 200
    server.now[0] = 3600.0
    answer = client.get(f"/api/videos/{key}/crops/0")
    assert answer.status_code == 404 and "its time is over" in answer.json()["error"]


def test_video_that_cannot_be_judged_stops_nobody_else(served: tuple[Server, TestClient]) -> None:
    server, client = served
    server.judge.may.set()
    server.judge.wrong = RuntimeError("a secret of the server")
    key = send(client).json()["id"]
    said = until(client, key, "failed")
    assert "could not judge this video" in said["message"] and "secret" not in said["message"]
    assert client.get(f"/api/videos/{key}/result.html").status_code == 409
    server.judge.wrong = None
    until(client, send(client).json()["id"], "done")
    assert files(server) == []


def test_end_of_the_server_leaves_no_file(tmp_path: Path) -> None:
    server = fake_judge.server(tmp_path)
    with TestClient(server.app, base_url=BASE) as client:
        keys = [send(client).json()["id"] for _ in range(3)]
        until(client, keys[0], "reading")
        assert len(files(server)) == 3
    assert files(server) == []
    server.judge.may.set()


def test_page_says_what_is_taken_and_what_verdicts_rest_on(
    served: tuple[Server, TestClient],
) -> None:
    _, client = served
    page = client.get("/").text
    assert (
        "Verdict and attack by Attribution." in page and "results are kept for 60 minutes" in page
    )
    assert 'data-most-bytes="500000000"' in page and "up to 500 MB each: " in page
    (accepted,) = re.findall('accept="([^"]*)"', page)
    assert ".mp4" in accepted.split(",") and ".html" not in accepted
    for told in (
        "Trained on 30 videos of d",
        "8 of 20 real videos called fake (40.0 %)",
        "A method that the model was not trained on may pass as real",
    ):
        assert told in page
    assert 'id="folder"' not in page  # the server was given none


def test_result_is_drawn_as_the_report_is(served: tuple[Server, TestClient]) -> None:
    server, client = served
    server.judge.may.set()
    key = send(client).json()["id"]
    until(client, key, "done")
    part = client.get(f"/api/videos/{key}/result.html").text
    report = client.get(f"/api/videos/{key}/report.html").text
    for drawing in ("gauge", "plot", "bars", "map-points", "legend"):
        (of_part,), (of_report,) = (
            re.findall(rf'<(svg|div|ul|table)( class="{drawing}".*?</\1>)', page, re.DOTALL)
            for page in (part, report)
        )
        assert of_part == of_report
