"""``deepfake-attribution repro``: ``dvc repro``, with the stage, its number and the time left."""

import os
import signal
import subprocess
import time
from collections import deque
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from types import FrameType
from typing import Annotated, TextIO

import typer
from rich.console import Console

from deepfake_attribution.cli import repro_plan, stage_times
from deepfake_attribution.cli.repro_display import Display, duration
from deepfake_attribution.core import paths
from deepfake_attribution.core.errors import UserError

LOG = paths.WORK / "repro.log"
BEFORE = paths.WORK / "repro-before.log"  # of the run before
SHOWN = 20  # lines, after a failure
STOPPED = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


def repro(
    arguments: Annotated[
        list[str] | None, typer.Argument(help="of `dvc repro`: targets and options")
    ] = None,
) -> None:
    """Run the pipeline like `dvc repro`, and show which stage runs and how long the rest may take.

    All that the stages and DVC print is in .work/repro.log. After a failure its last lines are
    shown. Ctrl-C stops the run; the same command goes on. `make demo` runs this.
    """
    given = arguments or []
    if {"-i", "--interactive"} & {*given}:
        raise UserError("repro: cannot ask questions: run `dvc repro --interactive`")
    console = Console()
    watched = stage_times.Watched()
    code, stopped, last = _run(given, watched, console)
    if watched.seconds:
        stage_times.keep(watched.seconds)
    if code == 0:
        _end(watched, console)
        return
    if stopped:
        where = (
            f" in {watched.running or watched.failed}" if watched.running or watched.failed else ""
        )
        again = " ".join(["deepfake-attribution repro", *given]) + ("" if given else " (make demo)")
        _tell(console, f"stopped{where}; to go on: {again}")
        raise typer.Exit(128 + stopped)
    for line in last:
        _tell(console, f"  {line}")
    _tell(console, f"failed: {watched.failed or 'dvc repro'}, exit code {code}; all output: {LOG}")
    raise typer.Exit(code)


def _run(
    arguments: Sequence[str], watched: stage_times.Watched, console: Console
) -> tuple[int, int, Sequence[str]]:
    """Run DVC; return its exit code, the signal that stopped it (or 0), and its last lines."""
    listing = repro_plan.graph(arguments)
    command = [*repro_plan.DVC, "repro", *arguments]
    # In a session of its own, so that each signal reaches DVC and the stage once, from here.
    process = subprocess.Popen(
        command,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        env=os.environ | {"PYTHONUNBUFFERED": "1"},  # lines arrive when they are printed
        start_new_session=True,
        text=True,
        encoding="utf-8",
        errors="replace",
    )
    assert process.stdout
    with _passed_on(process) as stopped, _log() as log:
        display = Display(
            console,
            watched,
            repro_plan.stages(arguments, listing),
            repro_plan.descriptions(),
            stage_times.read(),
            repro_plan.is_demo(),
        )
        with display.shown():
            last = follow(process.stdout, log, display)
        code = process.wait()
    return code if code >= 0 else 128 - code, stopped[0] if stopped else 0, last


def follow(lines: TextIO | Iterator[str], log: TextIO, display: Display) -> Sequence[str]:
    """Write every line to the log and show what it means; return the last ones.

    Args:
        lines: of ``dvc repro``, both outputs.
        log: gets each line as it comes.
        display: and what it has watched.
    """
    watched = display.watched
    last: deque[str] = deque(maxlen=SHOWN)
    for line in lines:
        log.write(line)
        log.flush()
        text = line.rstrip("\n")
        before, count = watched.running, len(watched.seconds)
        is_dvc = watched.take(text, time.monotonic())
        if len(watched.seconds) > count:
            display.ended(before)
        if watched.running and watched.running != before:
            last.clear()
            display.begins()
        elif watched.running and not is_dvc:
            display.printed(text)
        if text.strip():
            last.append(text)
    return last


@contextmanager
def _log() -> Iterator[TextIO]:
    """Open the log anew; the one of the run before is kept beside it."""
    LOG.parent.mkdir(parents=True, exist_ok=True)
    if LOG.exists():
        LOG.replace(BEFORE)
    with LOG.open("w", encoding="utf-8") as stream:
        yield stream


@contextmanager
def _passed_on(process: subprocess.Popen[str]) -> Iterator[list[int]]:
    """Pass signals that end a command on to DVC and its stage; give the signals that came."""
    came: list[int] = []

    def pass_on(number: int, _frame: FrameType | None) -> None:
        came.append(number)
        with suppress(ProcessLookupError):
            os.killpg(process.pid, number)

    before = {number: signal.signal(number, pass_on) for number in STOPPED}
    try:
        yield came
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
        if process.poll() is None:  # an error of ours: nothing may go on unseen
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGTERM)


def _end(watched: stage_times.Watched, console: Console) -> None:
    """Tell the best approach, if the whole pipeline is finished, the time, and what to open."""
    from deepfake_attribution.cli import outcome

    finished = "report" in watched.passed
    if finished:
        _tell(console, outcome.best_unseen())
    count, seconds = len(watched.seconds), sum(watched.seconds.values())
    ran = f"{count} of {len(watched.passed)} stages ran, in {duration(seconds)}"
    _tell(console, f"time: {ran}; each: `deepfake-attribution times`; all output: {LOG}")
    if finished:
        _tell(console, outcome.page())


def _tell(console: Console, line: str) -> None:
    console.print(line, highlight=False, markup=False, soft_wrap=True)
