"""What is done about each state of the queue; tests/test_pipeline_ablation.py asks the real one."""

import json
import os
from pathlib import Path
from typing import Any

import dvc.repo
import pytest

from deepfake_attribution.cli.ablation import queue
from deepfake_attribution.cli.ablation.experiments import Experiment
from deepfake_attribution.cli.ablation.queue import State, put, states, wait
from deepfake_attribution.core.errors import UserError

NAMES = ["done", "queued", "running", "killed", "failed", "new"]


class Queue:
    """DVC's queue as far as it is asked: what it lists, and what its workers are at."""

    def __init__(self, listed: dict[str, str], working: list[str], done: list[str]) -> None:
        self.listed, self.working, self.done = listed, working, done
        self.experiments = self.celery_queue = self
        self.queued: list[dict[str, Any]] = []
        self.wdir = "."
        self.started = 0

    def __enter__(self) -> "Queue":
        return self

    def __exit__(self, *_: object) -> None:
        pass

    def ls(self, all_commits: bool) -> dict[str, list[tuple[str, str]]]:
        assert all_commits
        return {"commit": [(name, f"revision of {name}") for name in self.done]}

    def status(self) -> list[dict[str, str]]:
        return [{"name": name, "status": status} for name, status in self.listed.items()]

    def worker_status(self) -> dict[str, list[dict[str, Any]]]:
        return (
            {"worker": [{"args": [{"name": name}]} for name in self.working]}
            if self.working
            else {}
        )

    def start_workers(self, count: int) -> None:
        self.started += count

    def kill(self, names: list[str]) -> None:
        self.listed |= dict.fromkeys(names, "Failed")

    def remove(self, names: list[str]) -> None:
        for name in names:
            del self.listed[name]

    def run(self, **arguments: Any) -> None:
        assert arguments.pop("queue") and arguments["name"] not in self.listed
        self.queued.append(arguments)


@pytest.fixture
def there(monkeypatch: pytest.MonkeyPatch) -> Queue:
    listed = {"queued": "Queued", "running": "Running", "killed": "Running", "failed": "Failed"}
    found = Queue(listed, ["running"], ["done"])
    monkeypatch.setattr(dvc.repo, "Repo", lambda: found)
    monkeypatch.setattr(queue, "POLL", 0.0)
    return found


def test_states_are_told_apart(there: Queue) -> None:
    assert states(NAMES) == dict(
        zip(
            NAMES,
            [State.DONE, State.QUEUED, State.RUNNING, State.RUNNING, State.FAILED, State.ABSENT],
            strict=True,
        )
    )


def test_what_failed_or_was_killed_is_queued_again(
    there: Queue, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("params.yaml").write_text("train:\n  epochs: 1\n  flip: true\n")
    settings = {"train": {"epochs": 2, "flip": True}}
    chosen = [Experiment(name, name, settings, ("arcface",)) for name in NAMES]
    before = put(chosen, {name: name for name in NAMES})
    assert before["killed"] is State.FAILED and before["running"] is State.RUNNING
    assert [one["name"] for one in there.queued] == ["killed", "failed", "new"]
    for one in there.queued:
        assert one["params"] == ["train.epochs=2"] and one["targets"] == ["evaluate@arcface"]


def test_waiting_ends_when_nothing_is_left(there: Queue) -> None:
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


def test_waiting_for_nobody_stops(there: Queue) -> None:
    there.working = []
    with pytest.raises(UserError, match="2 experiments wait and nothing works on them"):
        wait(["queued", "killed", "done"], lambda *_: None)
    assert there.started == queue.RESTARTS


def test_a_worker_that_ended_too_early_has_a_successor(there: Queue) -> None:
    there.working = []

    def start(count: int) -> None:
        there.working = ["queued"]
        there.done += ["queued", "killed"]

    there.start_workers = start  # type: ignore[method-assign]
    ends = wait(["queued", "killed"], lambda *_: None)
    assert ends == {"queued": State.DONE, "killed": State.DONE}


def test_a_worker_that_is_there_but_silent_is_waited_for(there: Queue, tmp_path: Path) -> None:
    there.working, there.wdir = [], str(tmp_path)
    (tmp_path / "worker.json").write_text(json.dumps({"pid": os.getpid()}))
    looks = 0

    def status() -> dict[str, list[dict[str, Any]]]:
        nonlocal looks
        looks += 1
        if looks > 3 * queue.PATIENCE:
            there.done.append("running")
        return {}

    there.worker_status = status  # type: ignore[method-assign]
    assert wait(["running"], lambda *_: None) == {"running": State.DONE}
    assert there.started == 0
