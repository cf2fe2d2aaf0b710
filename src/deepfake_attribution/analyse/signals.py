"""Signals that end a program, caught while something must end in order."""

import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType


@contextmanager
def caught(does: Callable[[int, FrameType | None], None], *signals: int) -> Iterator[None]:
    """Call ``does`` for these signals; what was done for them before comes back in the end."""
    before = {number: signal.signal(number, does) for number in signals}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
