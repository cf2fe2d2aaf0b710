"""How far a stage is: a bar in a terminal, else a line now and then."""

import time
from collections.abc import Iterable, Iterator
from typing import TypeVar

from rich.console import Console
from rich.progress import track

EVERY = 10.0  # seconds between two lines where there is no terminal
T = TypeVar("T")


def progress(
    things: Iterable[T], title: str, total: int, console: Console | None = None
) -> Iterator[T]:
    """Yield ``things``, and show on standard error how many are done.

    Args:
        things: come as they are done.
        title: what is done, such as ``crop demo_a``.
        total: how many there are.
        console: whose other lines appear above the bar.
    """
    console = console or Console(stderr=True)
    if console.is_terminal:
        yield from track(things, title, total=total, console=console)
        return
    shown = time.monotonic()
    for done, thing in enumerate(things, start=1):
        yield thing
        if time.monotonic() - shown >= EVERY and done < total:
            shown = time.monotonic()
            console.print(f"{title}: {done} of {total}", highlight=False, soft_wrap=True)
