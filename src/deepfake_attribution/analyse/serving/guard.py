"""Refuse requests for another host name and requests from other pages.

A page of a stranger in the analyst's own browser can reach this server, too. It is told apart by
what browsers say of every request: the name that was asked for (``Host``: another one means that
a stranger's name was made to point here), and where the asking page came from (``Origin``,
``Sec-Fetch-Site``). Programs such as curl send neither of the latter two, and may ask.
"""

import ipaddress
import socket
from collections.abc import Mapping

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

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


class Guard:
    """Lets requests through to ``app``, or refuses them; adds `HEADERS` to every answer.

    Args:
        app: what is guarded.
        host: that the server listens at.
    """

    def __init__(self, app: ASGIApp, host: str) -> None:
        self._app = app
        self._host = host

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request, as ASGI has it."""
        if scope["type"] == "lifespan":
            return await self._app(scope, receive, send)
        if scope["type"] != "http":  # there are no websockets here
            return await send({"type": "websocket.close", "code": 1008})

        async def guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in HEADERS.items():
                    headers.setdefault(name, value)
            await send(message)

        message = refusal(scope["method"], Headers(scope=scope), self._host)
        if message:
            status = 421 if message == MISDIRECTED else 403
            return await JSONResponse({"error": message}, status)(scope, receive, guarded)
        await self._app(scope, receive, guarded)


MISDIRECTED = "this server is asked by its own address only, as its terminal shows it"
FOREIGN = "another page may not use this server"


def refusal(method: str, headers: Mapping[str, str], host: str) -> str:
    """Return why a request is refused; empty: it is let through.

    Args:
        method: of HTTP.
        headers: by names in small letters.
        host: that the server listens at.
    """
    asked = headers.get("host", "")
    if not is_own(asked, host):
        return MISDIRECTED
    site = headers.get("sec-fetch-site", "same-origin")
    if method in SAFE:
        # "none": the address was typed, or a bookmark. A link elsewhere may lead to the page.
        is_visit = headers.get("sec-fetch-mode") == "navigate"
        return "" if is_visit or site in ("same-origin", "none") else FOREIGN
    origin = headers.get("origin")
    own = {f"http://{asked}".lower(), f"https://{asked}".lower()}
    is_ours = site == "same-origin" and (origin is None or origin.lower() in own)
    return "" if is_ours else FOREIGN


def is_own(asked: str, host: str) -> bool:
    """Return whether ``asked``, of a ``Host`` header, names this server.

    Addresses in numbers cannot be made to point elsewhere. A server for this machine alone answers
    to its loopback addresses; one for others also to its other addresses and the machine's name.
    """
    name = _without_port(asked).lower().rstrip(".")
    if not name:
        return False
    if name in ("localhost", host.lower()):
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
