"""What the server does not do, in a clear word."""

from http import HTTPStatus


class RefusedError(Exception):
    """The answer to a request that is not met.

    Attributes:
        status: of HTTP.
        message: one line for people; it names no path of the server.
    """

    def __init__(self, status: HTTPStatus, message: str) -> None:
        super().__init__(message)
        self.status = status
        self.message = message
