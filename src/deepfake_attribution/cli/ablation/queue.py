"""DVC's experiment queue: what is in it, what is finished, and the results.

The queue is used through DVC's commands. The package ``dvc`` is only imported where the stages'
dependencies or results are read: it is slow to load.
"""

import io
import re
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from enum import Enum
from pathlib import Path
from typing import Any

import pandas as pd
import psutil

from deepfake_attribution.cli.ablation.experiments import Experiment, digest, overrides
from deepfake_attribution.core.code import hash_of
from deepfake_attribution.core.errors import UserError
from deepfake_attribution.core.params import PARAMS, read

CODE = ("src/", "stages/")  # where the dependencies of stages are code
COPIES = Path(".dvc/tmp/exps")  # DVC runs each queued experiment in a copy of the workspace here
POLL = 60.0  # seconds between two looks at the queue: one takes seconds of processor time
QUESTIONS = 3  # times to ask for workers: a busy one may miss a question
PATIENCE = 3  # looks without a worker: one that has just been started does not answer at once
RESTARTS = 3  # times that workers are started where none is at work, without a new result


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
    """Return the code of stages and all before them (its place -> hash), and their sections."""
    from dvc.dependency import ParamsDependency

    code: dict[str, str] = {}
    sections: set[str] = set()
    for target in stages:
        for stage in repo.stage.collect(target, with_deps=True):
            if stage.addressing == "settings":
                continue  # only checks: no result depends on it
            for dep in stage.deps:
                if isinstance(dep, ParamsDependency):
                    sections |= {key.split(".")[0] for key in dep.params}
                elif dep.def_path.startswith(CODE):
                    place = Path(dep.fs_path)
                    code[dep.def_path] = hash_of(place, start=place.parent)
    return code, sections


def states(names: Iterable[str]) -> dict[str, State]:
    """Return where the experiments of these names are."""
    return _states(names, _look()[0])


def _states(names: Iterable[str], listed: Mapping[str, State]) -> dict[str, State]:
    found = {name: listed.get(name, State.ABSENT) for name in names}
    if all(state in (State.QUEUED, State.RUNNING) for state in found.values()):
        return found
    done = _done()
    return {name: State.DONE if name in done else state for name, state in found.items()}


def _done() -> set[str]:
    """Return the names of all finished experiments, whatever commit they started from."""
    return set(_dvc("exp", "list", "--all-commits", "--names-only").split())


def _look() -> tuple[dict[str, State], int]:
    """Return where the queue's experiments are, and the number of workers that answer."""
    shown = {"Queued": State.QUEUED, "Running": State.RUNNING, "Failed": State.FAILED}
    text = _dvc("queue", "status")
    rows = [line.split() for line in text.splitlines()]  # of: task, name, created, status
    listed = {row[1]: shown[row[-1]] for row in rows if len(row) > 3 and row[-1] in shown}
    workers = re.search(r"^Worker status: (\d+) active, (\d+) idle", text, re.MULTILINE)
    if workers is None:
        raise UserError(f"`dvc queue status` does not show the number of workers: {text!r}")
    return listed, int(workers[1]) + int(workers[2])


def _dvc(*command: str) -> str:
    """Run a command of DVC and return what it prints.

    Raises:
        UserError: it failed.
    """
    done = subprocess.run(
        [sys.executable, "-m", "dvc", *command], text=True, capture_output=True, check=False
    )
    if done.returncode != 0:
        reasons = [line for line in done.stderr.splitlines() if line.startswith("ERROR: ")]
        why = reasons[0] if reasons else f"it ended with code {done.returncode}"
        raise UserError(f"dvc {' '.join(command[:2])}: {why.removeprefix('ERROR: ')}")
    return done.stdout


def put(experiments: Iterable[Experiment], names: Mapping[str, str]) -> dict[str, State]:
    """Queue the experiments that are neither finished nor queued nor running.

    Those that failed are queued again, and so are those that DVC lists as running although nothing
    is at work: they were killed, or the power failed.

    Args:
        experiments: of a plan.
        names: `named`.

    Returns:
        Where each was before.

    Raises:
        UserError: DVC refuses.
    """
    params = read(PARAMS)
    before = states(names.values())
    if _give_up_lost(before):
        before = states(names.values())
    failed = [name for name, state in before.items() if state is State.FAILED]
    if failed:
        _dvc("queue", "remove", *failed)
    for experiment in experiments:
        name = names[experiment.key]
        if before[name] in (State.FAILED, State.ABSENT):
            changes = overrides(experiment.settings, params)
            options = [option for change in changes for option in ("--set-param", change)]
            _dvc("exp", "run", "--queue", "--name", name, *options, *targets(experiment))
    return before


def _give_up_lost(now: Mapping[str, State]) -> bool:
    """Let DVC list as failed what it lists as running while nothing works; say if there was any."""
    running = [name for name, state in now.items() if state is State.RUNNING]
    if not running or any(_at_work(_look()[1]) for _ in range(QUESTIONS)):
        return False
    _dvc("queue", "kill", *running)
    return True


def wait(
    names: Sequence[str], say: Callable[[str, State, int], None], jobs: int = 1
) -> dict[str, State]:
    """Return where each experiment is when none is queued or running any more.

    DVC's workers end too early in two cases: one takes an unanswered question for an empty queue on
    a busy machine, and one reads a message that another process is still writing
    (https://github.com/celery/kombu/issues/1551). Others are started for the rest.

    Args:
        names: to wait for.
        say: called with the name, the new state, and how many are left, at every change.
        jobs: workers to have while experiments are queued.

    Raises:
        UserError: some are left, and nothing works on them.
    """
    ends: dict[str, State] = {}
    before: dict[str, State] = {}
    short = restarts = 0
    while True:
        listed, workers = _look()
        now = ends | _states([name for name in names if name not in ends], listed)
        ended = len(ends)
        ends = {name: state for name, state in now.items() if state in (State.DONE, State.FAILED)}
        restarts = 0 if len(ends) > ended else restarts
        left = [name for name in names if now[name] in (State.QUEUED, State.RUNNING)]
        for name in names:
            if now[name] is not before.get(name):
                say(name, now[name], len(left))
        if not left:
            return now
        queued = State.QUEUED in now.values()
        at_work = _at_work(workers)
        short = short + 1 if at_work < (jobs if queued else 1) else 0
        if short >= PATIENCE:
            if not at_work and (restarts >= RESTARTS or not queued):
                raise UserError(
                    f"{len(left)} experiments wait and nothing works on them, such as {left[0]}: "
                    "begin again (make ablation, make final); finished experiments are kept"
                )
            _dvc("queue", "start", "--jobs", str(jobs))
            short, restarts = 0, restarts + (not at_work)
        before = now
        time.sleep(POLL)


def _at_work(workers: int) -> int:
    """Return how many workers there are: those that answer, or run an experiment in silence."""
    folder = COPIES.resolve()
    places = (process.info["cwd"] for process in psutil.process_iter(["cwd"]))
    inside = (Path(place) for place in places if place and Path(place).is_relative_to(folder))
    copies = {place.relative_to(folder).parts[:1] for place in inside}
    return max(workers, len(copies))


def reason(name: str) -> str:
    """Return why an experiment failed: the first error in its log, else the log's last line."""
    try:
        lines = [line.strip() for line in _dvc("queue", "logs", name).splitlines() if line.strip()]
    except UserError as error:
        return str(error)
    errors = [line for line in lines if line.lower().startswith("error: ")]
    return (errors or lines[-1:] or ["its log is empty"])[0]


def outputs(name: str, paths: Sequence[Path]) -> list[pd.DataFrame]:
    """Return tables that a finished experiment wrote, from DVC's cache.

    Args:
        name: of the experiment.
        paths: of the tables, parquet files, in the repository.

    Raises:
        UserError: one has left DVC's cache.
    """
    from dvc.api import DVCFileSystem
    from dvc.exceptions import DvcException

    found = []
    try:
        files = DVCFileSystem(rev=name)  # opening it takes most of the time
        for path in paths:
            found.append(pd.read_parquet(io.BytesIO(files.read_bytes(path.as_posix()))))
    except (DvcException, FileNotFoundError) as error:
        raise UserError(
            f"{name}: {paths[len(found)]} is not in DVC's cache ({error}): "
            f"`dvc exp remove {name}`, and queue it again"
        ) from None
    return found
