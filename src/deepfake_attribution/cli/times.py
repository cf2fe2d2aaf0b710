"""``deepfake-attribution times``: how long each kind of stage took."""

from rich import box
from rich.console import Console
from rich.table import Table

from deepfake_attribution.cli import stage_times
from deepfake_attribution.core.errors import UserError


def times() -> None:
    """Show how long each stage took in its last run by `make demo` or `deepfake-attribution repro`.

    A stage that was skipped keeps the time of its last run.
    """
    kept = stage_times.read()
    if not kept:
        raise UserError("no stage was timed yet: run `make demo` or `deepfake-attribution repro`")
    shown = Table("stage", "number", "seconds", box=box.MARKDOWN)
    for row in stage_times.table(kept).itertuples(index=False):
        shown.add_row(row.stage, str(row.number), f"{row.seconds:.0f}")
    shown.add_row("all, one after another", str(len(kept)), f"{sum(kept.values()):.0f}")
    Console().print(shown, highlight=False)
