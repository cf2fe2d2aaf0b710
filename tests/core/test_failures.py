import os
import signal
from typing import Any

import pytest
import torch
from torch.utils.data import DataLoader, Dataset

from deepfake_attribution.core.errors import UserError
from deepfake_attribution.core.failures import one_line


class Broken(Dataset[int]):
    """Fails in the process that loads it."""

    def __init__(self, error: BaseException | None) -> None:
        self.error = error

    def __len__(self) -> int:
        return 2

    def __getitem__(self, _: int) -> int:
        if self.error is None:
            os.kill(os.getpid(), signal.SIGKILL)
        else:
            raise self.error
        return 0


def load(error: BaseException | None) -> None:
    with one_line("train.batch_size"):
        list(DataLoader(Broken(error), num_workers=1))


def test_loading_process_that_was_killed_is_one_line() -> None:
    with pytest.raises(UserError, match=r"killed a process that loads crops.* compute\.workers"):
        load(None)


def test_mistake_found_by_a_loading_process_keeps_its_own_words() -> None:
    with pytest.raises(UserError) as stop:
        load(UserError("shard-00000.tar: broken; do this"))
    assert str(stop.value) == "shard-00000.tar: broken; do this"


def test_want_of_memory_in_a_loading_process_names_the_setting() -> None:
    with pytest.raises(UserError, match=r"not enough memory for a batch .*lower train\.batch_size"):
        load(MemoryError())


def test_memory_that_torch_cannot_have_names_the_setting() -> None:
    with (
        pytest.raises(UserError, match=r"not enough memory .*lower embed\.batch_size"),
        one_line("embed.batch_size"),
    ):
        torch.empty(2**60, dtype=torch.uint8)


@pytest.mark.parametrize("error", [RuntimeError("shape mismatch"), KeyError("x")])
def test_programming_error_is_not_hidden(error: Any) -> None:
    with pytest.raises(type(error)), one_line("train.batch_size"):
        raise error
