"""What the server does not do, in a clear word."""

from http import HTTPStatus


class RefusedError(Exception):
    """The answer to a request that is not met.

    Attributes:
        status: of HTTP.
        said: one line for people; it names no path of the server.
    """

    def __init__(self, status: HTTPStatus, said: str) -> None:
        super().__init__(said)
        self.status = status
        self.said = said
