"""``deepfake-attribution times``: what ran, and how long it took."""

import os
import signal
import stat
import sys

from rich import box
from rich.console import Console
from rich.table import Table

from deepfake_attribution.core.errors import UserError

PIPE = "`dvc repro | deepfake-attribution times`"


def times() -> None:
    """Show how long each stage took when it last ran; behind a pipe, take the time.

    `dvc repro | deepfake-attribution times` shows what DVC says and takes the time of each stage,
    as `make demo` does; `deepfake-attribution times` then shows what was kept. A stage that was
    skipped keeps the time of its last run.
    """
    from deepfake_attribution.cli import stage_times

    if _behind_a_pipe():
        before = signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C ends dvc: no more lines
        try:
            found = stage_times.watch(sys.stdin, _pass_on)
        finally:
            signal.signal(signal.SIGINT, before)
        if found:
            stage_times.keep(found)
            ran = f"{len(found)} stage{'s' if len(found) > 1 else ''}"
            print(f"{ran} in {sum(found.values()):.0f} s; each: `deepfake-attribution times`")
        return
    kept = stage_times.read()
    if not kept:
        raise UserError(f"no stage was timed yet: {PIPE} does, and so does `make demo`")
    shown = Table("stage", "number", "seconds", box=box.MARKDOWN)
    for row in stage_times.table(kept).itertuples(index=False):
        shown.add_row(row.stage, str(row.number), f"{row.seconds:.0f}")
    Console().print(shown, highlight=False)


def _behind_a_pipe() -> bool:
    """Return whether lines may come: not from a terminal, and not from /dev/null, as for cron."""
    try:
        return not stat.S_ISCHR(os.fstat(sys.stdin.fileno()).st_mode)
    except (OSError, ValueError):  # no file of the system
        return not sys.stdin.isatty()


def _pass_on(line: str) -> None:
    sys.stdout.write(line)
    sys.stdout.flush()
