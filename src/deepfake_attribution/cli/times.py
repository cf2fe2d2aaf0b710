"""``deepfake-attribution times``: what ran, and how long it took."""

import signal
import sys

from rich import box
from rich.console import Console
from rich.table import Table

from deepfake_attribution.errors import UserError

PIPE = "`dvc repro | deepfake-attribution times`"


def times() -> None:
    """Show how long each stage took when it last ran; behind a pipe, take the time.

    `dvc repro | deepfake-attribution times` shows what DVC says and takes the time of each stage,
    as `make demo` does; `deepfake-attribution times` then shows what was kept. A stage that was
    skipped keeps the time of its last run.
    """
    from deepfake_attribution import stage_times

    if not sys.stdin.isatty():
        before = signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C ends dvc: no more lines
        try:
            found = stage_times.watch(sys.stdin, _pass_on)
        finally:
            signal.signal(signal.SIGINT, before)
        if found:
            stage_times.keep(found)
            seconds = f"{sum(found.values()):.0f} s in {len(found)} stages"
            print(f"{seconds}; `deepfake-attribution times` shows which took how long")
        return
    kept = stage_times.read()
    if not kept:
        raise UserError(f"no stage was timed yet: {PIPE} does, and so does `make demo`")
    shown = Table("stage", "number", "seconds", box=box.MARKDOWN)
    for row in stage_times.table(kept).itertuples(index=False):
        shown.add_row(row.stage, str(row.number), f"{row.seconds:.0f}")
    Console().print(shown, highlight=False)


def _pass_on(line: str) -> None:
    sys.stdout.write(line)
    sys.stdout.flush()
