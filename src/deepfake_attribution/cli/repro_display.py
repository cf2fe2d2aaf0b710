"""What a user sees while the pipeline runs: a display that is redrawn, or a line per stage."""

import re
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field

from rich.console import Console, Group, RenderableType
from rich.live import Live
from rich.progress_bar import ProgressBar
from rich.table import Table
from rich.text import Text

from deepfake_attribution.cli import repro_plan
from deepfake_attribution.cli.stage_times import Watched

CONTROL = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]|[\x00-\x08\x0b-\x1f\x7f]")
WARNED = re.compile(r"Warning\b|\bwarn(?:ings\.warn)?\(")
BAR = 16  # columns


@dataclass
class Display:
    """Shows what `stage_times.Watched` knows.

    Attributes:
        console: a terminal or not.
        watched: what DVC has told so far.
        stages: all stages that DVC looks at; empty: not known.
        about: kind of stage -> what it does.
        last: seconds of earlier runs.
        demo: whether `repro_plan.DEMO` may be used.
        began: when the run began.
    """

    console: Console
    watched: Watched
    stages: Sequence[str] = ()
    about: Mapping[str, str] = field(default_factory=dict)
    last: Mapping[str, float] = field(default_factory=dict)
    demo: bool = False
    began: float = field(default_factory=time.monotonic)
    _line: str = ""

    @contextmanager
    def shown(self) -> Iterator[None]:
        """Redraw the display until the block ends, if there is a terminal."""
        if not self.console.is_interactive:
            yield
            return
        with Live(
            console=self.console,
            get_renderable=self.render,
            refresh_per_second=4,
            transient=True,
            vertical_overflow="crop",
        ):
            yield

    def begins(self) -> None:
        """Take in that a stage begins."""
        self._line = ""
        if not self.console.is_interactive:
            does = self._does(self.watched.running)
            self._print(f"{self.counted()} {named(self.watched.running)}{does and ': ' + does}")

    def ended(self, stage: str) -> None:
        """Take in that a stage ran to its end."""
        if self.console.is_interactive:
            took = duration(self.watched.seconds[stage])
            self._print(f"{self.counted(0)} {named(stage)}, {took}")

    def printed(self, line: str) -> None:
        """Take in a line that the running stage printed; warnings are left to the log."""
        text = CONTROL.sub("", line).strip()
        if text and not WARNED.search(text):
            self._line = text

    def counted(self, further: int = 1) -> str:
        """Return ``[17/60]``: the number of the running stage; of the last one with 0."""
        done = len(self.watched.passed) + further
        return f"[{done}/{len(self.stages)}]" if self.stages else f"[{done}]"

    def remaining(self, now: float) -> str:
        """Return how long the rest may take; empty if that is not known."""
        running = self.watched.running
        rest = [name for name in self.stages if name not in self.watched.passed]
        waiting = repro_plan.expected((one for one in rest if one != running), self.last, self.demo)
        own = repro_plan.expected([running] if running else [], self.last, self.demo)
        if not self.stages or waiting is None or own is None:
            return ""
        left = own - (now - self.watched.since) if running else 0.0
        if left < 0:
            then = f", then up to {duration(waiting)}" if waiting else ""
            return f"longer than expected{then}"
        return f"up to {duration(waiting + left)} left"

    def render(self) -> RenderableType:
        """Return the lines at the bottom of the terminal; none is longer than the terminal."""
        now = time.monotonic()
        running = self.watched.running
        rows: list[RenderableType] = [self._summary(now)]
        if running:
            does, since = self._does(running), duration(now - self.watched.since)
            rows.append(_cut(f"{named(running)}, {since}{does and ': ' + does}"))
            rows.append(_cut(self._line, "dim"))
        return Group(*rows)

    def _summary(self, now: float) -> RenderableType:
        words = f"{self.counted(1 if self.watched.running else 0)} {duration(now - self.began)}"
        if left := self.remaining(now):
            words += f", {left}"
        if not self.stages:
            return _cut(words)
        row = Table.grid(padding=(0, 1))
        done = len(self.watched.passed)
        row.add_row(ProgressBar(len(self.stages), done, width=BAR), _cut(words))
        return row

    def _does(self, stage: str) -> str:
        return self.about.get(repro_plan.kind(stage), "")

    def _print(self, line: str) -> None:
        self.console.print(line, highlight=False, markup=False, soft_wrap=True)


def named(stage: str) -> str:
    """Return ``crop demo_a`` for ``crop@demo_a``."""
    return stage.replace("@", " ", 1)


def duration(seconds: float) -> str:
    """Return such as ``1 h 2 min``, ``3 min 20 s`` or ``4 s``."""
    minutes, rest = divmod(round(seconds), 60)
    if minutes >= 60:
        return f"{minutes // 60} h {minutes % 60} min"
    return f"{minutes} min {rest} s" if minutes else f"{rest} s"


def _cut(text: str, style: str = "") -> Text:
    return Text(text, style=style, no_wrap=True, overflow="ellipsis")
