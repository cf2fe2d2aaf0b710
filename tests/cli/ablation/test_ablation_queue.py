"""What is done about each state of the queue; tests/test_pipeline_ablation.py asks the real one."""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from deepfake_attribution.cli.ablation import queue
from deepfake_attribution.cli.ablation.experiments import Experiment
from deepfake_attribution.cli.ablation.queue import State, put, reason, states, wait
from deepfake_attribution.core.errors import UserError

NAMES = ["done", "queued", "running", "failed", "new"]


class Commands:
    """DVC's commands as far as they are used: what they list, and what they were asked."""

    def __init__(self) -> None:
        self.listed = {"queued": "Queued", "running": "Running", "failed": "Failed"}
        self.done = ["done"]
        self.workers = 1
        self.asked: list[tuple[str, ...]] = []

    def __call__(self, *command: str) -> str:
        if command[:2] == ("queue", "status"):
            return self.status()
        if command[:2] == ("exp", "list"):
            return "".join(f"{name}\n" for name in self.done)
        self.asked.append(command)
        if command[:2] == ("queue", "kill"):
            self.listed |= dict.fromkeys(command[2:], "Failed")
        if command[:2] == ("queue", "remove"):
            self.listed = {key: told for key, told in self.listed.items() if key not in command}
        if command[:2] == ("queue", "start"):
            self.start()
        return ""

    def status(self) -> str:
        rows = [
            f"{number:07x}  {name:<10}  Nov 28, 2026  {status}"
            for number, (name, status) in enumerate(self.listed.items())
        ]
        rows = ["Task     Name  Created  Status", *rows, "0000009        03:48 PM  Success"]
        return "\n".join([*rows, "", f"Worker status: {self.workers} active, 0 idle\n"])

    def start(self) -> None:
        """Do what a started worker does: by default it ends at once."""

    def count(self, *command: str) -> int:
        return sum(one[: len(command)] == command for one in self.asked)


@pytest.fixture
def there(monkeypatch: pytest.MonkeyPatch) -> Commands:
    found = Commands()
    monkeypatch.setattr(queue, "_dvc", found)
    monkeypatch.setattr(queue, "POLL", 0.0)
    return found


def test_states_are_told_apart(there: Commands) -> None:
    expected = [State.DONE, State.QUEUED, State.RUNNING, State.FAILED, State.ABSENT]
    assert states(NAMES) == dict(zip(NAMES, expected, strict=True))


@pytest.fixture
def chosen(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[Experiment]:
    monkeypatch.chdir(tmp_path)
    Path("params.yaml").write_text("train:\n  epochs: 1\n  flip: true\n")
    settings = {"train": {"epochs": 2, "flip": True}}
    return [Experiment(name, name, settings, ("arcface",)) for name in NAMES]


def test_failed_and_new_ones_are_queued(there: Commands, chosen: list[Experiment]) -> None:
    before = put(chosen, {name: name for name in NAMES})
    assert before["failed"] is State.FAILED and before["running"] is State.RUNNING
    options = ("--set-param", "train.epochs=2", "evaluate@arcface")
    assert there.asked == [
        ("queue", "remove", "failed"),
        ("exp", "run", "--queue", "--name", "failed", *options),
        ("exp", "run", "--queue", "--name", "new", *options),
    ]


def test_what_is_listed_as_running_and_was_killed_is_queued_again(
    there: Commands, chosen: list[Experiment]
) -> None:
    there.workers = 0
    assert put(chosen, {name: name for name in NAMES})["running"] is State.FAILED
    assert there.asked[:2] == [
        ("queue", "kill", "running"),
        ("queue", "remove", "running", "failed"),
    ]
    assert there.count("exp", "run") == 3


def test_waiting_ends_when_nothing_is_left(there: Commands) -> None:
    said: list[tuple[str, State, int]] = []

    def say(name: str, state: State, left: int) -> None:
        said.append((name, state, left))
        there.listed.pop("running", None)  # it ends after the first look
        there.done.append("running")

    ends = wait(["done", "running", "failed"], say)
    assert ends == {"done": State.DONE, "running": State.DONE, "failed": State.FAILED}
    assert said[1:] == [
        ("running", State.RUNNING, 1),
        ("failed", State.FAILED, 1),
        ("running", State.DONE, 0),
    ]


def test_waiting_for_nobody_stops(there: Commands) -> None:
    there.workers = 0
    with pytest.raises(UserError, match="2 experiments wait and nothing works on them"):
        wait(["queued", "running", "done"], lambda *_: None)
    assert there.count("queue", "start") == queue.RESTARTS


def test_a_worker_that_ended_too_early_has_a_successor(
    there: Commands, monkeypatch: pytest.MonkeyPatch
) -> None:
    there.workers = 0

    def start() -> None:
        there.workers = 1
        there.listed.clear()
        there.done.append("queued")

    monkeypatch.setattr(there, "start", start)
    assert wait(["queued"], lambda *_: None) == {"queued": State.DONE}
    assert there.count("queue", "start") == 1


def test_workers_that_ended_are_replaced_while_others_are_at_work(
    there: Commands, monkeypatch: pytest.MonkeyPatch
) -> None:
    there.listed = {"queued": "Queued", "running": "Running"}

    def start() -> None:
        there.workers = 2
        there.listed.clear()
        there.done += ["queued", "running"]

    monkeypatch.setattr(there, "start", start)
    ends = wait(["queued", "running"], lambda *_: None, jobs=2)
    assert set(ends.values()) == {State.DONE}
    assert there.asked == [("queue", "start", "--jobs", "2")]


def test_workers_added_beside_others_do_not_count_as_restarts(
    there: Commands, monkeypatch: pytest.MonkeyPatch
) -> None:
    there.listed = {"queued": "Queued"}
    added = 2 * queue.RESTARTS

    def start() -> None:
        if there.count("queue", "start") == added:
            there.workers = 0  # the last one ends, too

    monkeypatch.setattr(there, "start", start)
    with pytest.raises(UserError, match="1 experiments wait and nothing works on them"):
        wait(["queued"], lambda *_: None, jobs=2)
    assert there.count("queue", "start") == added + queue.RESTARTS


def test_no_worker_is_started_for_what_only_one_can_do(
    there: Commands, monkeypatch: pytest.MonkeyPatch
) -> None:
    there.listed = {"running": "Running"}
    looks = 0
    status = there.status

    def look() -> str:
        nonlocal looks
        looks += 1
        if looks > 2 * queue.PATIENCE:
            there.listed.clear()
            there.done.append("running")
        return status()

    monkeypatch.setattr(there, "status", look)
    assert wait(["running"], lambda *_: None, jobs=2) == {"running": State.DONE}
    assert there.asked == []


def test_workers_may_end_any_number_of_times_while_experiments_are_finished(
    there: Commands, monkeypatch: pytest.MonkeyPatch
) -> None:
    names = [f"queued-{number}" for number in range(2 * queue.RESTARTS)]
    there.workers = 0
    there.listed = dict.fromkeys(names, "Queued")

    def start() -> None:
        name, _ = there.listed.popitem()
        there.done.append(name)

    monkeypatch.setattr(there, "start", start)
    assert set(wait(names, lambda *_: None).values()) == {State.DONE}
    assert there.count("queue", "start") == len(names)


@pytest.fixture
def runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A process in one of the copies that DVC runs experiments in."""
    monkeypatch.chdir(tmp_path)
    copy = queue.COPIES / "tmp1" / "src"
    copy.mkdir(parents=True)
    process = subprocess.Popen([sys.executable, "-c", "input()"], cwd=copy, stdin=subprocess.PIPE)
    yield
    process.communicate()


def test_an_experiment_that_runs_is_waited_for_though_its_worker_is_silent(
    there: Commands, runs: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    there.workers, looks = 0, 0
    status = there.status

    def look() -> str:
        nonlocal looks
        looks += 1
        if looks > 3 * queue.PATIENCE:
            there.done.append("running")
            there.listed.clear()
        return status()

    monkeypatch.setattr(there, "status", look)
    assert wait(["running"], lambda *_: None) == {"running": State.DONE}
    assert there.asked == []


def test_an_experiment_that_runs_is_not_killed(
    there: Commands, runs: None, chosen: list[Experiment]
) -> None:
    there.workers = 0
    assert put(chosen, {name: name for name in NAMES})["running"] is State.RUNNING
    assert there.count("queue", "kill") == 0


@pytest.mark.parametrize(
    ("log", "why"),
    [
        ("Running\nerror: no weights\nERROR: failed to run\n", "error: no weights"),
        ("Running\nTraceback\nValueError: x\n\n", "ValueError: x"),
        ("", "its log is empty"),
    ],
)
def test_the_reason_is_the_first_error_of_the_log(
    log: str, why: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(queue, "_dvc", lambda *_: log)
    assert reason("failed") == why


def test_what_dvc_refuses_is_one_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(UserError, match=r"^dvc queue status: you are not inside of a DVC repo.*$"):
        states(NAMES)
