"""What a user sees while the pipeline runs: a display that is redrawn, or a line per stage."""

import re
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
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
        about: kind of stage -> what it does.
        last: seconds of earlier runs.
        demo: whether `repro_plan.DEMO` may be used.
        stages: all stages that DVC looks at; empty: not known.
        find_stages: finds them, in two seconds: called when a stage begins, so not at all if
            nothing runs.
        began: when the run began.
        runs: what each ``dvc repro`` has told so far. Several may go on at a time.
    """

    console: Console
    about: Mapping[str, str] = field(default_factory=dict)
    last: Mapping[str, float] = field(default_factory=dict)
    demo: bool = False
    stages: Sequence[str] = ()
    find_stages: Callable[[], Sequence[str]] = tuple
    began: float = field(default_factory=time.monotonic)
    runs: list[Watched] = field(default_factory=list)
    _lines: dict[str, str] = field(default_factory=dict)  # running stage -> what it printed last

    @property
    def passed(self) -> set[str]:
        """All stages that DVC is done with."""
        return set().union(*(run.passed for run in self.runs))

    @property
    def seconds(self) -> dict[str, float]:
        """Stage -> its time, of the stages that ran to their end."""
        return {stage: second for run in self.runs for stage, second in run.seconds.items()}

    @property
    def running(self) -> dict[str, float]:
        """Stage that has not ended -> when it began."""
        return {run.running: run.since for run in self.runs if run.running}

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

    def begins(self, stage: str) -> None:
        """Take in that a stage begins."""
        self._lines[stage] = ""
        self.stages = self.stages or self.find_stages()
        if not self.console.is_interactive:
            does = self._does(stage)
            self._print(f"{self.counted()} {named(stage)}{does and ': ' + does}")

    def ended(self, stage: str) -> None:
        """Take in that a stage ran to its end."""
        self._lines.pop(stage, None)
        if self.console.is_interactive:
            self._print(f"{self.counted()} {named(stage)}, {duration(self.seconds[stage])}")

    def printed(self, stage: str, line: str) -> None:
        """Take in a line that a running stage printed; warnings are left to the log."""
        text = CONTROL.sub("", line).strip()
        if text and not WARNED.search(text):
            self._lines[stage] = text

    def counted(self) -> str:
        """Return ``[17/60]``: how many stages are done or running."""
        number = len(self.passed | {*self.running})
        return f"[{number}/{len(self.stages)}]" if self.stages else f"[{number}]"

    def remaining(self, now: float) -> str:
        """Return how long the rest may take, one stage after the other; empty if not known."""
        running = self.running
        rest = [one for one in self.stages if one not in self.passed and one not in running]
        waiting = repro_plan.expected(rest, self.last, self.demo)
        own = {one: repro_plan.expected([one], self.last, self.demo) for one in running}
        if not self.stages or waiting is None or None in own.values():
            return ""
        left = [(own[one] or 0.0) - (now - since) for one, since in running.items()]
        if left and max(left) < 0:
            then = f", then up to {duration(waiting)}" if waiting else ""
            return f"longer than expected{then}"
        return f"up to {duration(waiting + sum(max(one, 0.0) for one in left))} left"

    def render(self) -> RenderableType:
        """Return the lines at the bottom of the terminal; none is longer than the terminal."""
        now = time.monotonic()
        rows: list[RenderableType] = [self._summary(now)]
        for stage, since in self.running.items():
            does, took = self._does(stage), duration(now - since)
            rows.append(_cut(f"{named(stage)}, {took}{does and ': ' + does}"))
            rows.append(_cut(self._lines.get(stage, ""), "dim"))
        return Group(*rows)

    def _summary(self, now: float) -> RenderableType:
        words = f"{self.counted()} {duration(now - self.began)}"
        if left := self.remaining(now):
            words += f", {left}"
        if not self.stages:
            return _cut(words)
        row = Table.grid(padding=(0, 1))
        row.add_row(ProgressBar(len(self.stages), len(self.passed), width=BAR), _cut(words))
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
