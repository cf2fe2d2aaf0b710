"""Refuse requests for another host name, requests from other pages, and requests without the token.

A stranger's page in the analyst's own browser can reach this server, too. It is recognised by what
browsers send with every request: the name that the request is for (``Host``: another name means
that a stranger's name was made to point here), and where the requesting page came from (``Origin``,
``Sec-Fetch-Site``). Programs such as curl send neither of the latter two, and are let through.
"""

import asyncio
import ipaddress
import socket
from collections.abc import Mapping
from contextlib import suppress

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from deepfake_attribution.analyse.serving.access import Access

READING = 60.0  # seconds in which a client must read a part of an answer
SAFE = {"GET", "HEAD"}
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=()",
    "Cache-Control": "no-store",  # nothing of a video stays behind in a browser
}


class _SlowReaderError(Exception):
    """A client does not read its answer."""


class Guard:
    """Lets requests through to ``app``, or refuses them; adds `HEADERS` to every answer.

    Args:
        app: what is guarded.
        host: that the server listens at.
        access: how it is reached from elsewhere.
    """

    def __init__(self, app: ASGIApp, host: str, access: Access) -> None:
        self._app = app
        self._host = host
        self._access = access

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request; the interface of ASGI."""
        if scope["type"] == "lifespan":
            return await self._app(scope, receive, send)
        if scope["type"] != "http":  # there are no websockets here
            return await send({"type": "websocket.close", "code": 1008})

        async def guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in HEADERS.items():
                    headers.setdefault(name, value)
            try:
                async with asyncio.timeout(READING):
                    await send(message)
            except TimeoutError:
                raise _SlowReaderError from None

        answer = self._answer(scope)
        with suppress(_SlowReaderError):  # the server then closes the connection
            await (answer or self._app)(scope, receive, guarded)

    def _answer(self, scope: Scope) -> Response | None:
        """Return the answer to a request that is not let through; None: it is."""
        headers = Headers(scope=scope)
        message = refusal(scope["method"], headers, self._host, self._access.origin)
        if message:
            return JSONResponse({"error": message}, 421 if message == MISDIRECTED else 403)
        if scope["path"] == "/" and self._access.given(scope["query_string"]):
            # The token leaves the address, which is shown and kept by browsers.
            return RedirectResponse("./", 303, {"Set-Cookie": self._access.set_cookie()})
        if not self._access.admits(headers):
            return JSONResponse({"error": NO_TOKEN}, 401, {"WWW-Authenticate": "Bearer"})
        return None


MISDIRECTED = "this server answers only to its own address, which its terminal shows"
FOREIGN = "another page may not use this server"
NO_TOKEN = (
    "this server needs its token: open the whole address that its terminal shows, or send the "
    "header Authorization: Bearer TOKEN"
)


def refusal(method: str, headers: Mapping[str, str], host: str, origin: str = "") -> str:
    """Return why a request is refused; empty: it is let through.

    Args:
        method: of HTTP.
        headers: by names in lower case.
        host: that the server listens at.
        origin: of a proxy before it; both checks accept it.
    """
    asked = headers.get("host", "")
    if not is_own(asked, host, Access(origin).name):
        return MISDIRECTED
    site = headers.get("sec-fetch-site", "same-origin")
    if method in SAFE:
        # "none": the address was typed, or a bookmark. A link elsewhere may lead to the page.
        is_visit = headers.get("sec-fetch-mode") == "navigate"
        return "" if is_visit or site in ("same-origin", "none") else FOREIGN
    given = headers.get("origin")
    own = {f"http://{asked}".lower(), f"https://{asked}".lower(), origin} - {""}
    is_ours = site == "same-origin" and (given is None or given.lower() in own)
    return "" if is_ours else FOREIGN


def is_own(asked: str, host: str, public: str = "") -> bool:
    """Return whether ``asked``, of a ``Host`` header, names this server.

    Numeric addresses cannot be made to point elsewhere. A server for this machine alone answers
    to its loopback addresses; one for others also to its other addresses and the machine's name.

    Args:
        asked: the header.
        host: that the server listens at.
        public: the name of a proxy before it, which some proxies pass on.
    """
    name = _without_port(asked).lower().rstrip(".")
    if not name:
        return False
    if name in ("localhost", host.lower(), public or "localhost"):
        return True
    address = _address(name)
    if is_loopback(host):
        return address is not None and address.is_loopback
    return address is not None or name in (socket.gethostname().lower(), socket.getfqdn().lower())


def is_loopback(host: str) -> bool:
    """Return whether only this machine reaches ``host``."""
    address = _address(host)
    return host.lower() == "localhost" or (address is not None and address.is_loopback)


def _address(name: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    try:
        return ipaddress.ip_address(name)
    except ValueError:
        return None


def _without_port(asked: str) -> str:
    if asked.startswith("["):
        return asked[1:].partition("]")[0]
    return asked.partition(":")[0]
