"""``deepfake-attribution repro``: ``dvc repro``, with the stage, its number and the time left."""

import time
from collections.abc import Sequence
from typing import Annotated

import typer
from rich.console import Console

from deepfake_attribution.cli import repro_checks, repro_plan, side_by_side, stage_times
from deepfake_attribution.cli.repro_display import Display, duration
from deepfake_attribution.cli.repro_runs import LOG, Ended, Runs, open_log
from deepfake_attribution.core.errors import UserError


def repro(
    arguments: Annotated[
        list[str] | None, typer.Argument(help="of `dvc repro`: targets and options")
    ] = None,
) -> None:
    """Run the pipeline like `dvc repro`, and show which stage runs and how long the rest may take.

    All that the stages and DVC print is in .work/repro.log. After a failure its last lines are
    shown. Ctrl-C stops the run; the same command goes on. `make demo` runs this. Without targets,
    heads that were never trained run side by side if `train.threads` leaves cores for several.
    """
    given = arguments or []
    if {"-i", "--interactive"} & {*given}:
        raise UserError("repro: cannot ask questions: run `dvc repro --interactive`")
    console = Console()
    about = repro_plan.descriptions()
    if repro_checks.run_all(given):
        repro_checks.check_sections(about)
        repro_checks.check_roots(about)
    listing = repro_plan.graph(given)
    display = Display(console, about, stage_times.read(), repro_plan.is_demo())
    with open_log() as log:
        runs = Runs(display, log)
        with runs.signals_passed_on(), display.shown():
            end = _run(given, listing, display, runs)
    dry = "--dry" in given
    if display.seconds and not dry:
        stage_times.keep(display.seconds)
    if runs.stopped:
        where = f" in {' and '.join(end.stages)}" if end.stages else ""
        again = " ".join(["deepfake-attribution repro", *given]) + ("" if given else " (make demo)")
        _tell(console, f"stopped{where}; to go on: {again}")
        raise typer.Exit(128 + runs.stopped[0])
    if end.code:
        if not end.stages:  # DVC itself failed, perhaps at a name of params.yaml that it fills in
            repro_checks.check_sections(about)
        for line in end.last:
            _tell(console, f"  {line}")
        failed = " and ".join(end.stages) or "dvc repro"
        _tell(console, f"failed: {failed}, exit code {end.code}; all output: {LOG}")
        raise typer.Exit(end.code)
    if dry:
        _tell(console, f"{len(display.seconds)} of {len(display.passed)} stages would run")
        return
    _end(display, console)


def _run(given: Sequence[str], listing: repro_plan.Listing, display: Display, runs: Runs) -> Ended:
    """Run DVC, a few at a time and then once for all; return how it ended."""
    if not given and (heads := side_by_side.untrained()):
        display.stages = repro_plan.stages(given, listing.text)
        parts = side_by_side.parts(listing.text, heads)
        for commands, at_once in parts.rounds() if parts else ():
            # each waits until the other has written dvc.lock
            each = [[*repro_plan.DVC, "--wait-for-lock", "repro", *stages] for stages in commands]
            end = runs.together(each, at_once)
            if end.code or runs.stopped:
                return end
    display.find_stages = lambda: repro_plan.stages(given, listing.text)
    return runs.follow(runs.start([*repro_plan.DVC, "repro", *given]))


def _end(display: Display, console: Console) -> None:
    """Tell the best approach, if the whole pipeline is finished, the time, and what to open."""
    from deepfake_attribution.cli import outcome

    finished = "report" in display.passed
    if finished:
        _tell(console, outcome.best_unseen())
    took = duration(time.monotonic() - display.began)
    ran = f"{len(display.seconds)} of {len(display.passed)} stages ran, in {took}"
    _tell(console, f"time: {ran}; each: `deepfake-attribution times`; all output: {LOG}")
    if finished:
        _tell(console, outcome.page())


def _tell(console: Console, line: str) -> None:
    console.print(line, highlight=False, markup=False, soft_wrap=True)
