"""The server behind a real reverse proxy, and its token."""

import http.client
import os
import re
import shutil
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import httpx2
import pytest
from fake_judge import MP4

from deepfake_attribution.analyse.serving.access import Access, origin_of, token_of
from deepfake_attribution.analyse.serving.guard import refusal
from deepfake_attribution.core.errors import UserError

SCRIPT = Path(__file__).with_name("fake_server.py")
DOCS = Path(__file__).parents[3] / "docs/serve.md"
ORIGIN, TOKEN = "https://lab.example", "0123456789abcdef"
BROWSER = {"Host": "lab.example", "Origin": ORIGIN, "Sec-Fetch-Site": "same-origin"}
SEND = "/api/videos?name=a.mp4"


@contextmanager
def served(folder: Path, **environment: str) -> Iterator[int]:
    """Run a server and yield its port."""
    shelf = folder / "shelf"
    shelf.mkdir(exist_ok=True)
    known = os.environ | {"TMPDIR": str(folder), "PYTHONPATH": os.pathsep.join(sys.path)}
    process = subprocess.Popen(
        [sys.executable, SCRIPT, shelf], env=known | environment, text=True, stdout=subprocess.PIPE
    )
    try:
        assert process.stdout is not None
        yield int(process.stdout.readline().rstrip().rstrip("/").rpartition(":")[2])
    finally:
        process.terminate()
        process.wait(20)


@contextmanager
def proxy(port: int, keeps_host: bool) -> Iterator[str]:
    """Run a proxy before the server and yield its address; proxies differ in the ``Host``."""

    class Proxy(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def handle_one(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            line = http.client.HTTPConnection("127.0.0.1", port)
            headers = dict(self.headers.items()) | {"X-Forwarded-For": self.client_address[0]}
            if not keeps_host:
                headers["Host"] = f"127.0.0.1:{port}"
            line.request(self.command, self.path, body, headers)
            answer = line.getresponse()
            content = answer.read()
            self.send_response(answer.status)
            for name, value in answer.getheaders():
                if name.lower() not in ("content-length", "transfer-encoding", "connection"):
                    self.send_header(name, value)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        do_GET = do_POST = do_DELETE = handle_one  # noqa: N815

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Proxy)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()


def use_page(where: str) -> None:
    """Do what the page does, as a browser sends it."""
    with httpx2.Client(base_url=where, headers=BROWSER) as browser:
        assert browser.get("/").status_code == 200
        assert browser.get("/static/page.js").status_code == 200
        answer = browser.post(SEND, content=MP4)
        assert answer.status_code == 201, answer.text
        key = answer.json()["id"]
        assert browser.get(f"/api/videos/{key}").status_code == 200
        assert browser.delete(f"/api/videos/{key}").status_code == 204
        foreign = {"Origin": "https://evil.example", "Sec-Fetch-Site": "cross-site"}
        assert browser.post(SEND, content=MP4, headers=foreign).status_code == 403
        foreign = {"Origin": "https://evil.example"}
        assert browser.post(SEND, content=MP4, headers=foreign).status_code == 403


@pytest.mark.slow
@pytest.mark.parametrize("keeps_host", [True, False])
def test_page_works_through_a_proxy(tmp_path: Path, keeps_host: bool) -> None:
    with served(tmp_path, ORIGIN=ORIGIN) as port, proxy(port, keeps_host) as where:
        use_page(where)
    with served(tmp_path) as port, proxy(port, keeps_host) as where:
        answer = httpx2.post(where + SEND, content=MP4, headers=BROWSER)
        assert answer.status_code == (421 if keeps_host else 403)  # it was not told of the proxy


@pytest.mark.slow
def test_the_recipe_of_the_docs_works_as_written(tmp_path: Path) -> None:
    nginx = shutil.which("nginx")
    if nginx is None:
        pytest.skip("nginx is not installed")
    recipe = re.search(r"```nginx\n(.*?)```", DOCS.read_text(), re.DOTALL)
    assert recipe is not None
    with socket.create_server(("127.0.0.1", 0)) as free:
        own = free.getsockname()[1]
    with served(tmp_path, ORIGIN=ORIGIN) as port:
        text = recipe[1].replace("http://127.0.0.1:8000", f"http://127.0.0.1:{port}")
        text = re.sub(r"(?m)^ *(ssl_|auth_).*$", "", text)
        text = text.replace("listen 443 ssl;", f"listen 127.0.0.1:{own};")
        places = "".join(
            f"{kind}_temp_path {tmp_path}/{kind};\n"
            for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
        )
        (tmp_path / "nginx.conf").write_text(
            f"daemon off; pid {tmp_path}/pid; error_log {tmp_path}/log;\nevents {{}}\n"
            f"http {{ access_log off;\n{places}{text}}}\n"
        )
        command = [nginx, "-p", str(tmp_path), "-c", str(tmp_path / "nginx.conf")]
        process = subprocess.Popen(command, stderr=subprocess.DEVNULL)
        try:
            transport = httpx2.HTTPTransport(retries=8)
            with httpx2.Client(transport=transport) as client:
                client.get(f"http://127.0.0.1:{own}/", headers=BROWSER)
            use_page(f"http://127.0.0.1:{own}")
            big = httpx2.post(
                f"http://127.0.0.1:{own}{SEND}", content=MP4 + bytes(4_000_000), headers=BROWSER
            )
            assert big.status_code == 201, big.text  # nginx's own limit would be 1 MB
        finally:
            process.terminate()
            process.wait(20)


@pytest.mark.slow
def test_token(tmp_path: Path) -> None:
    with served(tmp_path, ORIGIN=ORIGIN, TOKEN=TOKEN) as port, proxy(port, True) as where:
        with httpx2.Client(base_url=where, headers=BROWSER) as browser:
            for path in ("/", "/static/page.js", "/api/queue", "/?token=0123456789abcdeF"):
                answer = browser.get(path)
                assert answer.status_code == 401 and "set-cookie" not in answer.headers
            assert browser.post(SEND, content=MP4).status_code == 401
            first = browser.get(f"/?token={TOKEN}")
            assert (first.status_code, first.headers["location"]) == (303, "./")
            cookie = first.headers["set-cookie"]
            assert cookie.endswith("; Path=/; HttpOnly; SameSite=Lax; Secure")
            keep = {"Cookie": f"other=1; {cookie.partition(';')[0]}"}
            assert browser.get("/", headers=keep).status_code == 200
            assert browser.post(SEND, content=MP4, headers=keep).status_code == 201
            evil = keep | {"Origin": "https://evil.example", "Sec-Fetch-Site": "cross-site"}
            assert browser.post(SEND, content=MP4, headers=evil).status_code == 403
        for given, status in ((TOKEN, 201), (TOKEN + "x", 401), ("x", 401)):
            headers = {"Authorization": f"Bearer {given}", "Host": "lab.example"}
            answer = httpx2.post(where + SEND, content=MP4, headers=headers)
            assert answer.status_code == status


@pytest.mark.parametrize(
    ("headers", "passes"),
    [
        ({"host": "lab.example", "origin": ORIGIN}, True),
        ({"host": "lab.example:443", "origin": ORIGIN}, True),
        ({"host": "127.0.0.1:8000", "origin": ORIGIN}, True),
        ({"host": "lab.example"}, True),
        ({"host": "127.0.0.1:8000", "origin": "http://127.0.0.1:8000"}, True),  # without the proxy
        ({"host": "127.0.0.1:8000", "origin": "https://other.example"}, False),
        ({"host": "evil.example", "origin": ORIGIN}, False),
        ({"host": "evil.example", "origin": "https://evil.example"}, False),
        ({"host": "lab.example.evil.example", "origin": ORIGIN}, False),
        ({"host": "127.0.0.1:8000", "origin": "https://lab.example:8443"}, False),
        ({"host": "127.0.0.1:8000", "origin": ORIGIN, "sec-fetch-site": "same-site"}, False),
    ],
)
def test_who_may_ask_through_a_proxy(headers: dict[str, str], passes: bool) -> None:
    assert (refusal("POST", headers, "127.0.0.1", ORIGIN) == "") == passes


@pytest.mark.parametrize(
    ("given", "origin"),
    [
        ("https://lab.example", ORIGIN),
        (" HTTPS://Lab.Example:443/ ", ORIGIN),
        ("http://lab.example:80", "http://lab.example"),
        ("https://lab.example:8443", "https://lab.example:8443"),
        ("http://[::1]:81", "http://[::1]:81"),
    ],
)
def test_origins(given: str, origin: str) -> None:
    assert origin_of(given) == origin


@pytest.mark.parametrize(
    "given",
    [
        *("lab.example", "ftp://lab.example", "https://", "https://lab.example/path"),
        *("https://a:b@c/", "https://lab.example?x", "https://lab.example:x", "https://[::1"),
        "null",
    ],
)
def test_what_is_no_origin(given: str) -> None:
    with pytest.raises(UserError, match=r"--origin: .* is no origin: give the scheme and name"):
        origin_of(given)


def test_tokens() -> None:
    assert token_of("", is_needed=False) == "" and token_of(TOKEN, is_needed=False) == TOKEN
    made = {token_of("", is_needed=True) for _ in range(3)}
    assert len(made) == 3 and all(len(one) == 32 for one in made)
    for bad in ("short", "a space in it, 1234567", "a;cookie=1234567890"):
        with pytest.raises(UserError, match="--token: give at least 16"):
            token_of(bad, is_needed=True)
    assert Access().admits({}) and not Access().given(b"token=")
    access = Access("", TOKEN)
    assert "Secure" not in access.set_cookie()
    assert not access.admits({"cookie": 'a="'}) and not access.admits({"authorization": TOKEN})
