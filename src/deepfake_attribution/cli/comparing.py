"""The steps of ``ablation``: queue the experiments, wait for them, write their table."""

from itertools import chain
from pathlib import Path
from typing import Literal

from rich.console import Console

from deepfake_attribution.cli.ablation import experiments, queue
from deepfake_attribution.cli.ablation.collect import compared
from deepfake_attribution.cli.ablation.kept import Kept
from deepfake_attribution.cli.ablation.plan import PLAN, load
from deepfake_attribution.cli.ablation.queue import State
from deepfake_attribution.cli.project import no_experiments_in_copies
from deepfake_attribution.core.errors import UserError
from deepfake_attribution.core.params import PARAMS, read


def compare(
    step: Literal["queue", "wait", "table"], final: bool, page: Path, jobs: int = 1
) -> None:
    """Run one step of the comparison of recipes.

    Args:
        step: which step.
        final: compare whole recipes on the database that is kept for the end; else single parts.
        page: the table is written there, between its marks.
        jobs: workers that the step ``wait`` keeps.

    Raises:
        UserError: the plan or DVC's queue cannot work here, or no worker runs it.
    """
    unable = no_experiments_in_copies()
    if step == "queue" and unable:
        raise UserError(unable)
    plan = load(PLAN)
    prefix = "final" if final else "ablation"
    params = read(PARAMS)
    database = plan.final.database if final else plan.ablation.database
    experiments.check_database(database, params, final)
    chosen = (
        experiments.recipes(plan, params, plan.final.heads)
        if final
        else experiments.parts(plan, params)
    )
    trainings = experiments.per_seed(chosen, plan.seeds)
    # the first seed of every row, then the second: a stopped comparison has all rows
    in_order = list(chain.from_iterable(zip(*trainings.values(), strict=True)))
    names = queue.named(in_order, prefix)
    kept = Kept(prefix, params, database)
    left = [one for one in in_order if names[one.key] not in kept]
    console = Console(highlight=False, soft_wrap=True)
    if step == "queue":
        before = queue.put(left, {one.key: names[one.key] for one in left})
        for one in in_order:
            name = names[one.key]
            console.print(f"  {name}: {'is kept' if name in kept else _queued(before[name])}")
        new = sum(state in (State.ABSENT, State.FAILED) for state in before.values())
        hint = "; `dvc queue start` runs them" if new else ""
        console.print(f"{new} of {len(in_order)} experiments queued{hint}")
    elif step == "wait":
        _wait([names[one.key] for one in left], jobs, console)
    else:
        # here: drawing is slow to load
        from deepfake_attribution.cli.ablation import page as writing

        shown = None if final else plan.ablation.readings
        found = compared(chosen, trainings, names, kept, shown, params)
        writing.write(page, prefix, chosen, found, shown)
        done = sum(name in kept for name in names.values())
        console.print(f"{page}: {done} of {len(in_order)} experiments")


def _queued(before: State) -> str:
    if before is State.ABSENT:
        return "queued"
    return "queued again: it failed" if before is State.FAILED else f"is {before.value}"


def _wait(names: list[str], jobs: int, console: Console) -> None:
    def say(name: str, state: State, left: int) -> None:
        console.print(f"  {name}: {state.value} ({left} of {len(names)} left)")

    try:
        ends = queue.wait(names, say, jobs)
    except KeyboardInterrupt:
        console.print("the queue continues in the background; `dvc queue stop --kill` ends it")
        raise
    failed = [name for name in names if ends[name] is not State.DONE]
    console.print(f"{len(names) - len(failed)} of {len(names)} experiments are done")
    for name in failed:
        why = f": {queue.reason(name)}" if ends[name] is State.FAILED else ""
        console.print(f"  {name}: {ends[name].value}{why} (all of it: dvc queue logs {name})")
