"""Trainings with what goes beyond the paper's recipe."""

import multiprocessing
import os
import signal
from dataclasses import replace
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
import safetensors.torch
import torch

from deepfake_attribution.core import paths
from deepfake_attribution.core.errors import UserError
from deepfake_attribution.model.model import load_network
from deepfake_attribution.train.checkpoints import Checkpoints
from deepfake_attribution.train.learner import Learner
from deepfake_attribution.train.loading import Crops
from deepfake_attribution.train.recipe import Recipe
from deepfake_attribution.train.repeated_training import train_all
from deepfake_attribution.train.training import identity
from recipes import AUGMENT, COMPUTE, EVERY_STEP, LOSSES, recipe
from stopped_training import power_cut

pytestmark = pytest.mark.usefixtures("one_thread")

EVERYTHING = {"sampling": "paired", "self_blended": True, "schedule": "cosine", "warmup": 0.2}
EVERYTHING |= {"averaging": 0.5}
DEGRADED = AUGMENT.model_copy(update={"chance": 0.5})


@pytest.fixture
def table(tiny_superset: pd.DataFrame) -> pd.DataFrame:
    return tiny_superset


def run(what: Recipe, table: pd.DataFrame, out: str, compute: Any = COMPUTE) -> None:
    folder = Path(out)
    train_all(
        {folder: what}, table, paths.DATA / "faces", compute, Path("checkpoints"), folder / "copy"
    )


def states(monkeypatch: pytest.MonkeyPatch) -> list[torch.Tensor]:
    """Note the head's weights at the beginning of the training and after each step."""
    seen: list[torch.Tensor] = []
    start, step = Learner.on_train_start, Learner.optimizer_step

    def begin(self: Learner) -> None:
        seen.append(self.network.head.weight.detach().clone())
        start(self)

    def walk(self: Learner, *args: Any, **words: Any) -> None:
        step(self, *args, **words)
        seen.append(self.network.head.weight.detach().clone())

    monkeypatch.setattr(Learner, "on_train_start", begin)
    monkeypatch.setattr(Learner, "optimizer_step", walk)
    return seen


def test_kept_weights_are_the_moving_average(
    table: pd.DataFrame, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen = states(monkeypatch)
    run(recipe(epochs=1, averaging=0.8), table, "model")
    average = seen[1]  # the first step begins it
    for weights in seen[2:]:
        average = 0.8 * average + 0.2 * weights
    kept = safetensors.torch.load_file("model/model.safetensors")["head.weight"]
    torch.testing.assert_close(kept, average)
    assert not torch.allclose(kept, seen[-1])


@pytest.mark.slow
@pytest.mark.parametrize("head", ["binary", "attribution", "triplet", "arcface"])
def test_every_part_together_trains_every_head_the_same_each_time(
    table: pd.DataFrame, head: str
) -> None:
    what = recipe(head, augment=DEGRADED, **EVERYTHING)
    for out in ("one", "other"):
        run(what, table, out)
    for name in ("model.safetensors", "model.json", "curve.csv"):
        assert (Path("one") / name).read_bytes() == (Path("other") / name).read_bytes(), name
    network, description = load_network(Path("one"))
    assert description.classes == ["real", "mouth", "swap", "self_blended"]
    assert description.training["augment"]["chance"] == 0.5
    if head == "attribution":
        assert network.head.out_features == 4


@pytest.mark.parametrize(
    ("epoch", "number"),
    [(0, 2), *(pytest.param(1, n, marks=pytest.mark.slow) for n in (0, 1))],
)
def test_stopped_training_of_every_part_ends_with_the_same_files(
    table: pd.DataFrame, monkeypatch: pytest.MonkeyPatch, epoch: int, number: int
) -> None:
    what = recipe("arcface", augment=DEGRADED, **EVERYTHING)
    run(what, table, "whole")
    with power_cut(monkeypatch, epoch, number):
        run(what, table, "model", EVERY_STEP)
    run(what, table, "model", EVERY_STEP)
    for name in ("model.safetensors", "model.json", "curve.csv"):
        assert (Path("whole") / name).read_bytes() == (Path("model") / name).read_bytes(), name


@pytest.mark.slow
@pytest.mark.parametrize("moment", ["on_train_batch_end", "_write", "on_train_epoch_end"])
def test_killed_training_of_every_part_ends_with_the_same_files(
    table: pd.DataFrame, monkeypatch: pytest.MonkeyPatch, moment: str
) -> None:
    """Killed in one process after the other, each time a little later, until it is through."""
    what = recipe("arcface", augment=DEGRADED, **EVERYTHING)
    run(what, table, "whole")
    calls = multiprocessing.Value("i", 0)

    def ends(last: int) -> int | None:
        """Train in a process that is killed in call number ``last``."""
        calls.value = 0
        child = multiprocessing.get_context("fork").Process(
            target=run, args=(what, table, "model", EVERY_STEP)
        )
        with monkeypatch.context() as patch:
            whole = getattr(Checkpoints, moment)

            def call(self: Checkpoints, *args: Any) -> None:
                calls.value += 1
                if calls.value == last:
                    os.kill(os.getpid(), signal.SIGKILL)
                whole(self, *args)

            patch.setattr(Checkpoints, moment, call)
            child.start()
            child.join(120)
        return child.exitcode

    codes = [ends(last) for last in (1, 2, 2, 2)]
    assert codes[0] == codes[1] == -signal.SIGKILL
    assert ends(1000) == 0
    for name in ("model.safetensors", "model.json", "curve.csv"):
        assert (Path("whole") / name).read_bytes() == (Path("model") / name).read_bytes(), name


@pytest.mark.slow
def test_embedding_heads_may_have_batches_of_their_own(
    table: pd.DataFrame, monkeypatch: pytest.MonkeyPatch
) -> None:
    sizes = []
    step = Learner.training_step

    def note(self: Learner, batch: Any, batch_idx: int) -> Any:
        sizes.append(len(batch[1]))
        return step(self, batch, batch_idx)

    monkeypatch.setattr(Learner, "training_step", note)
    for head, own in (("triplet", 9), ("arcface", 18), ("arcface", None)):
        loss = LOSSES[head].model_copy(update={"batch_size": own})
        run(replace(recipe(head, epochs=1), loss=loss), table, f"{head}{own}")
    assert sizes == [9, 9, 18, 6, 6, 6]


def test_want_of_memory_names_the_head_s_own_batch_size(
    table: pd.DataFrame, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(self: Learner, batch: Any, batch_idx: int) -> Any:
        raise torch.OutOfMemoryError("CUDA out of memory. Tried to allocate 2 GiB")

    monkeypatch.setattr(Learner, "training_step", full)
    loss = LOSSES["triplet"].model_copy(update={"batch_size": 9})
    with pytest.raises(UserError, match=r"lower triplet\.batch_size"):
        run(replace(recipe("triplet"), loss=loss), table, "model")


def test_attack_that_bears_the_added_class_s_name_is_one_error(table: pd.DataFrame) -> None:
    table = table.replace({"attack": {"swap": "self_blended"}})
    with pytest.raises(
        UserError, match=r"^train\.self_blended: there is already an attack with the name"
    ):
        run(recipe(self_blended=True), table, "model")


def test_loss_that_is_no_number_names_the_batch_s_videos_and_the_checkpoint(
    table: pd.DataFrame, monkeypatch: pytest.MonkeyPatch
) -> None:
    shown: list[torch.Tensor] = []
    step = Learner.training_step

    def poison(self: Learner, batch: Any, batch_idx: int) -> Any:
        if (self.current_epoch, batch_idx) == (1, 1):
            shown.append(batch[0])
            with torch.no_grad():
                self.network.head.weight.fill_(torch.nan)
        return step(self, batch, batch_idx)

    monkeypatch.setattr(Learner, "training_step", poison)
    what = recipe(sampling="balanced", flip=False)
    with pytest.raises(UserError, match="train_loss is nan at epoch 2, step 2") as error:
        run(what, table, "model", EVERY_STEP)
    message = str(error.value)
    checkpoint = message.partition("checkpoint is ")[2].partition(";")[0]
    assert Path(checkpoint).is_file() and "\n" not in message
    named = message.partition("videos: ")[2].rstrip(")").split(", ")
    hashes = {crop.numpy().tobytes() for crop in shown[0]}
    train = table[table["split"] == "train"]
    crops = Crops(train, paths.DATA / "faces", what.backbone.input_size)
    expected = {
        video
        for row, video in enumerate(train["video"])
        if crops[row][0].numpy().tobytes() in hashes
    }
    assert set(named) == expected


@pytest.mark.parametrize("column", ["hash", "attack", "split", "source", "slot", "points"])
def test_table_that_shows_other_crops_is_another_training(table: pd.DataFrame, column: str) -> None:
    what = recipe(sampling="paired", self_blended=True)
    changed = table.copy()
    values = changed[column].to_list()
    changed[column] = (
        [values[-1], *values[1:]] if column != "points" else [values[0] + 1] * len(values)
    )
    assert identity(what, table, COMPUTE) == identity(what, table.copy(), COMPUTE)
    assert identity(what, changed, COMPUTE) != identity(what, table, COMPUTE)
