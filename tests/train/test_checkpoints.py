from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
import torch

from deepfake_attribution.core.errors import UserError
from deepfake_attribution.train import checkpoints
from deepfake_attribution.train.checkpoints import LAST, Checkpoints, WholeFiles

STEPS = 10


class Clock:
    """Time that passes only when the test, or a save, says so."""

    now = 0.0

    def monotonic(self) -> float:
        return self.now


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock()
    monkeypatch.setattr(checkpoints, "time", clock)
    return clock


def saved(
    clock: Clock, tmp_path: Path, seconds: float, cost: float, epochs: int = 1, processes: int = 1
) -> list[tuple[int, int]]:
    """Return after which epoch and step a checkpoint was written; a step takes a second."""
    order: Any = SimpleNamespace(go_on=lambda *_: None)
    best: Any = SimpleNamespace(forget_others=lambda: None)
    resume = Checkpoints(tmp_path, order, 4, seconds, best)
    found: list[tuple[int, int]] = []

    def save(*_: object, **__: object) -> None:
        clock.now += cost
        found.append((resume.epoch, resume.step))

    trainer: Any = SimpleNamespace(
        world_size=processes, num_training_batches=STEPS, save_checkpoint=save, is_global_zero=True
    )
    trainer.strategy = SimpleNamespace(broadcast=lambda value: value)
    learner: Any = None
    resume.on_train_start(trainer, learner)
    for epoch in range(epochs):
        trainer.current_epoch = epoch
        for number in range(STEPS):
            clock.now += 1
            resume.on_train_batch_end(trainer, learner, None, None, number)
        resume.on_train_epoch_end(trainer, learner)
    return found


def test_checkpoint_is_written_when_the_time_has_come_and_at_the_end(
    clock: Clock, tmp_path: Path
) -> None:
    assert saved(clock, tmp_path, 4, cost=0) == [(0, 4), (0, 8), (1, 0)]


def test_zero_seconds_are_every_step_but_the_last_whose_validation_is_open(
    clock: Clock, tmp_path: Path
) -> None:
    expected = [(0, step) for step in range(1, STEPS)]
    assert saved(clock, tmp_path, 0, cost=5) == [*expected, (1, 0)]


def test_long_writing_takes_no_more_than_its_share(clock: Clock, tmp_path: Path) -> None:
    found = saved(clock, tmp_path, 1, cost=0.5, epochs=20)
    within = [step for _, step in found if step]
    assert len(within) <= 20 * STEPS * 0.02 / 0.5 + 1 and len(within) >= 1


def test_several_processes_write_at_the_end_of_epochs_only(clock: Clock, tmp_path: Path) -> None:
    assert saved(clock, tmp_path, 0, cost=0, epochs=2, processes=2) == [(1, 0), (2, 0)]


def test_full_disk_names_the_file_and_leaves_the_older_checkpoint(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "new" / LAST
    WholeFiles().save_checkpoint({"step": 1}, path)
    before = path.read_bytes()

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(Path, "write_bytes", full)
        with pytest.raises(OSError, match=r"No space left on device: '.*last\.ckpt") as stop:
            WholeFiles().save_checkpoint({"step": 2}, path)
    assert stop.value.errno == 28
    assert path.read_bytes() == before
    WholeFiles().save_checkpoint({"step": 2}, path)
    assert torch.load(path) == {"step": 2}
    assert [file.name for file in path.parent.iterdir()] == [LAST]


def test_machine_that_does_not_see_the_checkpoint_says_so(tmp_path: Path) -> None:
    order: Any = SimpleNamespace(go_on=lambda *_: None)
    resume = Checkpoints(tmp_path / "binary-1", order, 4, 60, best=None)  # type: ignore[arg-type]
    first = SimpleNamespace(broadcast=lambda _: (3, 0))  # goes on at the fourth epoch
    trainer: Any = SimpleNamespace(strategy=first, is_global_zero=False, num_training_batches=9)
    learner: Any = None
    with pytest.raises(UserError, match=r"last\.ckpt: not all machines see the same checkpoint"):
        resume.on_train_start(trainer, learner)
    resume.load_state_dict({"epoch": 3, "step": 0})
    resume.on_train_start(trainer, learner)
