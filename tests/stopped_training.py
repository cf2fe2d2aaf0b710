"""A training that breaks off in the middle."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from deepfake_attribution.train.learner import Learner


def stop_in(
    epoch: int, monkeypatch: pytest.MonkeyPatch, error: BaseException, number: int = 1
) -> None:
    """Break a training off in batch ``number`` of ``epoch``, both from 0."""
    whole = Learner.training_step

    def step(self: Learner, batch: Any, batch_idx: int) -> Any:
        if self.current_epoch == epoch and batch_idx == number:
            raise error
        return whole(self, batch, batch_idx)

    monkeypatch.setattr(Learner, "training_step", step)


@contextmanager
def power_cut(monkeypatch: pytest.MonkeyPatch, epoch: int, number: int) -> Iterator[None]:
    """Expect the training inside to break off in batch ``number`` of ``epoch``, both from 0."""
    with monkeypatch.context() as patch, pytest.raises(RuntimeError, match="power cut"):
        stop_in(epoch, patch, RuntimeError("power cut"), number)
        yield
