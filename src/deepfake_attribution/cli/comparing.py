"""The steps of ``ablation``: queue the experiments, wait for them, write their table."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Literal

from rich.console import Console

from deepfake_attribution.cli.ablation import experiments, marks, queue, table
from deepfake_attribution.cli.ablation.comparison import Difference, DrawnVideos, Reading, readings
from deepfake_attribution.cli.ablation.experiments import Experiment
from deepfake_attribution.cli.ablation.plan import PLAN, load
from deepfake_attribution.cli.ablation.queue import State
from deepfake_attribution.cli.project import no_experiments_in_copies
from deepfake_attribution.core import paths
from deepfake_attribution.core.errors import UserError
from deepfake_attribution.core.params import PARAMS, read, validate
from deepfake_attribution.evaluate.uncertainty.assessment import Scored
from deepfake_attribution.evaluate.uncertainty.settings import Uncertainty


def compare(step: Literal["queue", "wait", "table"], final: bool, page: Path) -> None:
    """Run one step of the comparison of recipes.

    Args:
        step: which step.
        final: compare whole recipes on the database that is kept for the end; else single parts.
        page: the table is written there, between its marks.

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
    names = queue.named(chosen, prefix)
    console = Console(highlight=False, soft_wrap=True)
    if step == "queue":
        before = queue.put(chosen, names)
        for one in chosen:
            console.print(f"  {names[one.key]}: {_queued(before[names[one.key]])}")
        new = sum(state in (State.ABSENT, State.FAILED) for state in before.values())
        console.print(f"{new} of {len(chosen)} experiments queued; `dvc queue start` runs them")
    elif step == "wait":
        _wait(list(names.values()), console)
    else:
        shown = None if final else plan.ablation.readings
        text = table_of(chosen, names, database, shown, params)
        marks.write(page, prefix, text)
        console.print(f"{page}: table of {len(chosen)} experiments")


def _queued(before: State) -> str:
    if before is State.ABSENT:
        return "queued"
    return "queued again: it failed" if before is State.FAILED else f"is {before.value}"


def _wait(names: list[str], console: Console) -> None:
    def say(name: str, state: State, left: int) -> None:
        console.print(f"  {name}: {state.value} ({left} of {len(names)} left)")

    try:
        ends = queue.wait(names, say)
    except KeyboardInterrupt:
        console.print("the queue continues in the background; `dvc queue stop --kill` ends it")
        raise
    failed = [name for name in names if ends[name] is not State.DONE]
    console.print(f"{len(names) - len(failed)} of {len(names)} experiments are done")
    for name in failed:
        why = f": {queue.reason(name)}" if ends[name] is State.FAILED else ""
        console.print(f"  {name}: {ends[name].value}{why} (all of it: dvc queue logs {name})")


def table_of(
    chosen: list[Experiment],
    names: dict[str, str],
    database: str,
    shown: dict[str, str] | None,
    params: dict[str, Any],
) -> str:
    """Return the table of the experiments that are finished.

    Args:
        chosen: its rows.
        names: key -> name in DVC.
        database: the figures are on this one.
        shown: head -> approach, of an ablation; None: a table of recipes with all approaches.
        params: the content of params.yaml.
    """
    states = queue.states(names.values())
    failed = [key for key, name in names.items() if states[name] is State.FAILED]
    done = [one for one in chosen if states[names[one.key]] is State.DONE]
    results: dict[str, dict[str, Reading]] = {one.key: {} for one in chosen}
    scored: dict[str, dict[str, list[Scored]]] = {one.key: {} for one in chosen}
    drawn: DrawnVideos | None = None
    for one in done:
        name = names[one.key]
        drawn = drawn or _drawn_videos(name, params, database)
        for head in one.heads:
            figures = queue.output(name, paths.results(head) / "figures.parquet")
            scores = queue.output(name, paths.scores(head))
            results[one.key] |= readings(figures, database)
            scored[one.key] |= {
                approach: trainings
                for approach, trainings in drawn.scored(scores, figures, name).items()
                if shown is None or approach in shown.values()
            }
    by_key = {one.key: one for one in chosen}
    pairs = (
        [(one, chosen[0]) for one in chosen[1:]]
        if shown is None
        else [(one, by_key[one.base]) for one in chosen if one.base]
    )
    found = {one.key: _differences(one, base, scored, drawn) for one, base in pairs if drawn}
    about = table.About(database, validate(Uncertainty, params, PARAMS))
    if shown is None:
        return table.of_recipes(chosen, results, found, about, failed)
    return table.of_parts(chosen, results, found, shown, about, failed)


def _drawn_videos(name: str, params: dict[str, Any], database: str) -> DrawnVideos:
    """Return the test videos, from the catalogs of one experiment: all have the same videos."""
    catalogs = [queue.output(name, paths.catalog(dataset)) for dataset in params["datasets"]]
    return DrawnVideos(catalogs, params, database)


def _differences(
    one: Experiment,
    base: Experiment,
    scored: Mapping[str, Mapping[str, list[Scored]]],
    drawn: DrawnVideos,
) -> dict[str, Difference]:
    """Return approach -> AUC of the one with the part minus that of the one without it."""
    more, less = (base.key, one.key) if one.lacks else (one.key, base.key)
    return {
        approach: drawn.difference(trainings, scored[less][approach], (more, less))
        for approach, trainings in scored[more].items()
        if approach in scored[less]
    }
