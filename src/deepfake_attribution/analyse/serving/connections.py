"""Connections with a deadline, so that nobody keeps others out by holding many of them.

A connection that waits for the head of a request has `HEAD` seconds. When there are too many, the
one that has waited longest is closed, so a new visitor always gets in.
"""

import asyncio

from uvicorn.protocols.http.h11_impl import H11Protocol

CONNECTIONS = 256  # at a time
PER_ADDRESS = 64  # of one client; a browser has six. A proxy has those of all its clients
HEAD = 10.0  # seconds for the head of a request, from its first moment


class Connection(H11Protocol):
    """One connection of a client."""

    _deadline: asyncio.TimerHandle | None = None
    _since = 0.0  # when it began to wait for a request

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Start the deadline; close another connection if there are too many."""
        super().connection_made(transport)
        self._await_head()
        self._make_room()

    def connection_lost(self, exc: Exception | None) -> None:
        """Forget the deadline."""
        if self._deadline is not None:
            self._deadline.cancel()
        super().connection_lost(exc)

    def on_response_complete(self) -> None:
        """Start the deadline of the next request."""
        self._await_head()
        super().on_response_complete()

    @property
    def is_waiting(self) -> bool:
        """Whether no request is being answered."""
        return self.cycle is None or self.cycle.response_complete

    def _await_head(self) -> None:
        if self._deadline is not None:
            self._deadline.cancel()
        self._since = self.loop.time()
        self._deadline = self.loop.call_later(HEAD, self._close_if_waiting)

    def _close_if_waiting(self) -> None:
        if self.is_waiting:
            self.transport.abort()

    def _make_room(self) -> None:
        others = [one for one in self.connections if isinstance(one, Connection)]
        others = [one for one in others if one is not self and not one.transport.is_closing()]
        own = [one for one in others if one._address == self._address]
        if len(own) >= PER_ADDRESS and not self.config.proxy_headers:
            self._close_one_of(own)
        elif len(others) >= CONNECTIONS:
            self._close_one_of(others)

    def _close_one_of(self, those: list["Connection"]) -> None:
        waiting = [one for one in those if one.is_waiting]
        min(waiting, key=lambda one: one._since, default=self).transport.abort()

    @property
    def _address(self) -> str:
        return self.client[0] if self.client else ""
