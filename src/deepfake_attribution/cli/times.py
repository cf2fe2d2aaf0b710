"""``deepfake-attribution times``: the stages that ran, and how long they took."""

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
    """Show how long each stage took in its last run; with input from a pipe, measure the time.

    `dvc repro | deepfake-attribution times` shows the output of DVC and measures the time of each
    stage, as `make demo` does; `deepfake-attribution times` then shows the stored times. A stage
    that was skipped keeps the time of its last run.
    """
    from deepfake_attribution.cli import stage_times

    if _behind_a_pipe():
        # Ctrl-C ends dvc, and then the input ends
        before = signal.signal(signal.SIGINT, signal.SIG_IGN)
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
        raise UserError(f"no stage was timed yet: run {PIPE} or `make demo`")
    shown = Table("stage", "number", "seconds", box=box.MARKDOWN)
    for row in stage_times.table(kept).itertuples(index=False):
        shown.add_row(row.stage, str(row.number), f"{row.seconds:.0f}")
    Console().print(shown, highlight=False)


def _behind_a_pipe() -> bool:
    """Return whether the input may have lines: it is no terminal and not /dev/null (cron)."""
    try:
        return not stat.S_ISCHR(os.fstat(sys.stdin.fileno()).st_mode)
    except (OSError, ValueError):  # no file of the system
        return not sys.stdin.isatty()


def _pass_on(line: str) -> None:
    sys.stdout.write(line)
    sys.stdout.flush()
