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

    `dvc repro | deepfake-attribution times` shows the output of DVC, counts the stages and measures
    the time of each, as `make demo` does; it ends with the best approach on databases that were not
    trained on, the time, and the page to open. `deepfake-attribution times` then shows the stored
    times. A stage that was skipped keeps the time of its last run.
    """
    from deepfake_attribution.cli import outcome, stage_times

    if _behind_a_pipe():
        # Ctrl-C ends dvc, and then the input ends
        before = signal.signal(signal.SIGINT, signal.SIG_IGN)
        try:
            found = stage_times.watch(sys.stdin, _pass_on, total=_total())
        finally:
            signal.signal(signal.SIGINT, before)
        if found.seconds:
            stage_times.keep(found.seconds)
        finished = "report" in found.passed and not found.running
        if finished:
            print(outcome.best_unseen())
        if found.passed:
            count, seconds = len(found.seconds), sum(found.seconds.values())
            ran = f"{count} of {len(found.passed)} stages ran, in {_minutes(seconds)}"
            print(f"time: {ran}; each: `deepfake-attribution times`")
        if finished:
            print(outcome.page())
        return
    kept = stage_times.read()
    if not kept:
        raise UserError(f"no stage was timed yet: run {PIPE} or `make demo`")
    shown = Table("stage", "number", "seconds", box=box.MARKDOWN)
    for row in stage_times.table(kept).itertuples(index=False):
        shown.add_row(row.stage, str(row.number), f"{row.seconds:.0f}")
    Console().print(shown, highlight=False)


def _total() -> int:
    """Return the number of stages; 0 if DVC does not tell: what it runs will say why."""
    from deepfake_attribution.cli import leftovers

    try:
        return len(leftovers.stages())
    except UserError:
        return 0


def _minutes(seconds: float) -> str:
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes} min {rest} s" if minutes else f"{rest} s"


def _behind_a_pipe() -> bool:
    """Return whether the input may have lines: it is no terminal and not /dev/null (cron)."""
    try:
        return not stat.S_ISCHR(os.fstat(sys.stdin.fileno()).st_mode)
    except (OSError, ValueError):  # no file of the system
        return not sys.stdin.isatty()


def _pass_on(line: str) -> None:
    sys.stdout.write(line)
    sys.stdout.flush()
