"""Who may use the server from elsewhere: the address of a proxy before it, and a token.

A browser gives the token once, in the address that the terminal shows, and keeps it as a cookie.
Programs send it with each request: ``Authorization: Bearer TOKEN``.
"""

import hashlib
import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from http.cookies import CookieError, SimpleCookie
from urllib.parse import parse_qs, urlsplit

from deepfake_attribution.core.errors import UserError

PARAMETER = "token"  # of the address that a browser opens first
SHORTEST = 16  # characters of a token
TOKEN_BYTES = 24  # of randomness in a generated one
PORTS = {"http": 80, "https": 443}  # that browsers leave out


@dataclass(frozen=True)
class Access:
    """How the server is reached from elsewhere.

    Attributes:
        origin: the public address of a proxy before it, as `origin_of` returns it; empty: none.
        token: that every request must have; empty: none.
    """

    origin: str = ""
    token: str = ""

    @property
    def name(self) -> str:
        """The public name of the server; empty if there is no proxy."""
        return urlsplit(self.origin).hostname or ""

    @property
    def cookie(self) -> str:
        """The cookie's name. Cookies of one machine are shared by its ports, so it has a hash."""
        return f"deepfake-attribution-{hashlib.sha256(self.token.encode()).hexdigest()[:8]}"

    def admits(self, headers: Mapping[str, str]) -> bool:
        """Return whether a request has the token, or needs none."""
        if not self.token:
            return True
        kind, _, given = headers.get("authorization", "").partition(" ")
        if kind.lower() == "bearer" and self._is(given.strip()):
            return True
        try:
            found = SimpleCookie(headers.get("cookie", "")).get(self.cookie)
        except CookieError:
            return False
        return found is not None and self._is(found.value)

    def given(self, query: bytes) -> bool:
        """Return whether the token is in the query of an address."""
        values = parse_qs(query.decode("latin-1")).get(PARAMETER, [])
        return bool(self.token) and any(map(self._is, values))

    def set_cookie(self) -> str:
        """Return the value of ``Set-Cookie`` that makes a browser keep the token."""
        secure = "; Secure" if self.origin.startswith("https:") else ""
        return f"{self.cookie}={self.token}; Path=/; HttpOnly; SameSite=Lax{secure}"

    def _is(self, given: str) -> bool:
        return secrets.compare_digest(given.encode(), self.token.encode())


def origin_of(address: str) -> str:
    """Return the origin of an address as browsers send it: scheme, name, and an unusual port.

    Raises:
        UserError: it has none, or has more than that.
    """
    try:
        parts = urlsplit(address.strip().lower())
        port = parts.port
    except ValueError:
        parts, port = urlsplit(""), None
    rest = (parts.path.strip("/"), parts.query, parts.fragment, parts.username)
    if parts.scheme not in PORTS or not parts.hostname or any(rest):
        raise UserError(
            f"--origin: {address!r} is no origin: give the scheme and name by which browsers reach "
            "the proxy, for example https://lab.example"
        )
    name = f"[{parts.hostname}]" if ":" in parts.hostname else parts.hostname
    return f"{parts.scheme}://{name}" + ("" if port in (None, PORTS[parts.scheme]) else f":{port}")


def token_of(given: str, is_needed: bool) -> str:
    """Return the token: the given one, a new one if one is needed, or none.

    Raises:
        UserError: the given one is too short, or has characters that addresses do not have.
    """
    if not given:
        return secrets.token_urlsafe(TOKEN_BYTES) if is_needed else ""
    if len(given) < SHORTEST or not re.fullmatch(r"[A-Za-z0-9_.~-]+", given):
        raise UserError(
            f"--token: give at least {SHORTEST} letters, digits, or the characters - _ . ~"
        )
    return given
