"""DVC's experiment queue: what stands in it, what is through, and what came out.

The only module that knows DVC, which is imported where it is used: it is slow to load.
"""

import hashlib
import io
import json
import os
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from enum import Enum
from pathlib import Path
from typing import Any

import pandas as pd

from deepfake_attribution.cli.ablation.experiments import Experiment, digest, overrides
from deepfake_attribution.core import paths
from deepfake_attribution.core.errors import UserError
from deepfake_attribution.core.params import PARAMS, read

POLL = 5.0  # seconds between two looks at the queue
QUESTIONS = 3  # to the workers: a busy one may miss one
PATIENCE = 6  # looks without a worker: one that has just been started is not seen at once
RESTARTS = 3  # workers started for those that ended before the queue did


class State(Enum):
    """Where an experiment is."""

    ABSENT = "not there"
    QUEUED = "queued"
    RUNNING = "running"
    FAILED = "failed"
    DONE = "done"


def named(experiments: Iterable[Experiment], prefix: str) -> dict[str, str]:
    """Return experiment's key -> its name in DVC: the same one as long as results would be.

    Args:
        experiments: of a plan.
        prefix: of the names.
    """
    from dvc.repo import Repo

    found = {}
    inputs: dict[tuple[str, ...], tuple[dict[str, str], set[str]]] = {}
    with Repo() as repo:
        for experiment in experiments:
            if experiment.heads not in inputs:  # DVC takes a second for each stage
                inputs[experiment.heads] = _inputs(repo, targets(experiment))
            code, sections = inputs[experiment.heads]
            read_by = {key: experiment.settings[key] for key in sorted(sections)}
            found[experiment.key] = f"{prefix}-{experiment.key}-{digest(read_by, code)}"
    return found


def targets(experiment: Experiment) -> list[str]:
    """Return the stages that an experiment asks for."""
    return [f"evaluate@{head}" for head in experiment.heads]


def _inputs(repo: Any, stages: Sequence[str]) -> tuple[dict[str, str], set[str]]:
    """Return the code that stages and all before them run (file -> hash), and their sections."""
    from dvc.dependency import ParamsDependency

    code: dict[str, str] = {}
    sections: set[str] = set()
    for target in stages:
        for stage in repo.stage.collect(target, with_deps=True):
            for dep in stage.deps:
                if isinstance(dep, ParamsDependency):
                    sections |= {key.split(".")[0] for key in dep.params}
                elif dep.def_path.endswith(".py"):
                    content = Path(dep.fs_path).read_bytes()
                    code[dep.def_path] = hashlib.sha256(content).hexdigest()
    return code, sections


def states(names: Iterable[str]) -> dict[str, State]:
    """Return where the experiments of these names are."""
    from dvc.repo import Repo

    with Repo() as repo:
        return _states(repo, names)


def _states(repo: Any, names: Iterable[str]) -> dict[str, State]:
    done = set(_revisions(repo))
    seen = {
        str(task["name"]): str(task["status"]) for task in repo.experiments.celery_queue.status()
    }
    told = {"Queued": State.QUEUED, "Running": State.RUNNING, "Failed": State.FAILED}
    return {
        name: State.DONE if name in done else told.get(seen.get(name, ""), State.ABSENT)
        for name in names
    }


def _revisions(repo: Any) -> dict[str, str]:
    """Return the name and commit of each experiment that is through, whatever it started from."""
    found = repo.experiments.ls(all_commits=True)
    return {name: revision for members in found.values() for name, revision in members}


def put(experiments: Iterable[Experiment], names: Mapping[str, str]) -> dict[str, State]:
    """Queue the experiments that are neither through nor queued nor running.

    Those that failed are queued again, and so are those that DVC calls running while nothing works
    on them: they were killed, or the power failed.

    Args:
        experiments: of a plan.
        names: `named`.

    Returns:
        Where each was before.
    """
    from dvc.repo import Repo

    params = read(PARAMS)
    with Repo() as repo:
        _give_up_lost(repo, _states(repo, names.values()))
        before = _states(repo, names.values())
        for experiment in experiments:
            name = names[experiment.key]
            if before[name] is State.FAILED:
                repo.experiments.celery_queue.remove([name])
            if before[name] in (State.FAILED, State.ABSENT):
                repo.experiments.run(
                    queue=True,
                    targets=targets(experiment),
                    params=overrides(experiment.settings, params),
                    name=name,
                )
    return before


def _give_up_lost(repo: Any, now: Mapping[str, State]) -> None:
    """Let DVC list as failed what it lists as running and no worker has."""
    running = [name for name, state in now.items() if state is State.RUNNING]
    queue = repo.experiments.celery_queue
    for _ in range(QUESTIONS if running else 0):
        tasks = [task for at_work in queue.worker_status().values() for task in at_work]
        at_work = {task["args"][0]["name"] for task in tasks}
        running = [name for name in running if name not in at_work]
    if running:
        queue.kill(running)


def wait(names: Sequence[str], say: Callable[[str, State, int], None]) -> dict[str, State]:
    """Return where each experiment is when none is queued or running any more.

    DVC's worker takes an unanswered question for an empty queue, on a machine with much to do: it
    then ends, after the experiment that it is at. Another one is started for the rest.

    Args:
        names: to wait for.
        say: called with the name, the new state, and how many are left, at every change.

    Raises:
        UserError: some are left, and nothing works on them.
    """
    from dvc.repo import Repo

    before: dict[str, State] = {}
    idle = restarts = 0
    while True:
        with Repo() as repo:
            now = _states(repo, names)
            left = [name for name in names if now[name] in (State.QUEUED, State.RUNNING)]
            alive = not left or _is_at_work(repo.experiments.celery_queue)
            waiting = any(now[name] is State.QUEUED for name in left)
            if idle + 1 >= PATIENCE and not alive and waiting and restarts < RESTARTS:
                repo.experiments.celery_queue.start_workers(1)
                idle, restarts, alive = 0, restarts + 1, True
        for name in names:
            if now[name] is not before.get(name):
                say(name, now[name], len(left))
        if not left:
            return now
        idle = 0 if alive else idle + 1
        if idle >= PATIENCE:
            raise UserError(
                f"{len(left)} experiments wait and nothing works on them, such as {left[0]}: begin "
                "again (make ablation, make final); what is through stays"
            )
        before = now
        time.sleep(POLL)


def _is_at_work(queue: Any) -> bool:
    """Return whether a worker answers, or its process is there: a worker about to end is silent."""
    if queue.worker_status():
        return True
    for file in Path(queue.wdir).glob("*.json"):
        with suppress(OSError, ValueError, KeyError):
            os.kill(int(json.loads(file.read_text())["pid"]), 0)  # asks whether it is there
            return True
    return False


def figures(names: Iterable[str], head: str) -> dict[str, pd.DataFrame]:
    """Return name -> the table ``figures`` of a head's results (`evaluation.write`).

    Experiments that are not through are left out.

    Raises:
        UserError: the results of one have left DVC's cache.
    """
    import dvc.api
    from dvc.exceptions import DvcException
    from dvc.repo import Repo

    path = paths.results(head) / "figures.parquet"
    with Repo() as repo:
        revisions = _revisions(repo)
    found = {}
    for name in names:
        if name in revisions:
            try:
                content = dvc.api.read(path.as_posix(), rev=revisions[name], mode="rb")
            except (DvcException, FileNotFoundError) as error:
                raise UserError(
                    f"{name}: {path} is not in DVC's cache ({error}): `dvc exp remove {name}`, "
                    "and queue it again"
                ) from None
            found[name] = pd.read_parquet(io.BytesIO(content))
    return found
