import json
import math
import multiprocessing
import os
import signal
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
import safetensors.torch
import torch

from crop_sets import SIZE, table_of, write_dataset
from deepfake_attribution import paths, training
from deepfake_attribution.errors import UserError
from deepfake_attribution.model import load_network
from deepfake_attribution.params.backbone import Backbone
from deepfake_attribution.params.compute import Compute
from deepfake_attribution.params.cross_entropy import CrossEntropy
from deepfake_attribution.params.load import Section
from deepfake_attribution.params.loss import Loss
from deepfake_attribution.params.train import Train
from deepfake_attribution.params.triplet import Triplet
from deepfake_attribution.training import Learner, Recipe, train

COMPUTE = Compute(workers=1, device="cpu", devices=1, precision="32-true", block_videos=1)
BACKBONE = Backbone(name="lcnet_035", weights="none", input_size=SIZE, embedding=8)
TRAIN = Train(
    epochs=2,
    batch_size=6,
    optimiser="adam",
    learning_rate=2e-3,
    weight_decay=0.0,
    flip=True,
)
LOSSES: dict[str, Section] = {
    "binary": CrossEntropy(label_smoothing=0.0),
    "attribution": CrossEntropy(label_smoothing=0.1),
    "triplet": Triplet(margin=0.2),
    "arcface": Loss(margin_real=0.5, margin_fake=0.4, scale=16.0),
}


@pytest.fixture(autouse=True, scope="module")
def one_thread() -> Iterator[None]:
    """Keep torch to one thread: tests run side by side, and waiting threads would take turns."""
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


@pytest.fixture
def table(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> pd.DataFrame:
    monkeypatch.chdir(tmp_path)
    write_dataset("one")
    return table_of("one")


def recipe(head: str = "attribution", seed: int = 1, **changes: Any) -> Recipe:
    return Recipe(head, seed, BACKBONE, TRAIN.model_copy(update=changes), LOSSES[head])


def run(what: Recipe, table: pd.DataFrame, out: str = "model") -> str:
    return train(
        recipe=what,
        table=table,
        faces=paths.DATA / "faces",
        compute=COMPUTE,
        checkpoints=Path("checkpoints"),
        out=Path(out),
        curve=Path(f"{out}.csv"),
    )


def weights(out: str = "model") -> dict[str, torch.Tensor]:
    return safetensors.torch.load_file(Path(out) / "model.safetensors")


def same(one: dict[str, torch.Tensor], other: dict[str, torch.Tensor]) -> bool:
    return one.keys() == other.keys() and all(one[name].equal(other[name]) for name in one)


def stop_in(epoch: int, monkeypatch: pytest.MonkeyPatch, error: BaseException) -> None:
    """Break a training off at the second batch of ``epoch``, from 0."""
    whole = Learner.training_step

    def step(self: Learner, batch: Any, number: int) -> Any:
        if self.current_epoch == epoch and number == 1:
            raise error
        return whole(self, batch, number)

    monkeypatch.setattr(Learner, "training_step", step)


def epochs_run(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Note each epoch that is begun."""
    begun: list[int] = []
    whole = Learner.on_train_epoch_start

    def start(self: Learner) -> None:
        begun.append(self.current_epoch)
        whole(self)

    monkeypatch.setattr(Learner, "on_train_epoch_start", start)
    return begun


def test_loss_falls_and_the_best_epoch_is_kept(table: pd.DataFrame) -> None:
    line = run(recipe(epochs=6, batch_size=18), table)
    curve = pd.read_csv("model.csv")
    assert curve["epoch"].tolist() == [1, 2, 3, 4, 5, 6]
    assert curve["train_loss"].iloc[3:].min() < 0.85 * curve["train_loss"].iloc[0]
    best = int(curve["val_loss"].argmin()) + 1
    _, description = load_network(Path("model"))
    assert description.classes == ["real", "mouth", "swap"]
    assert description.training["epoch"] == best
    assert description.training["val_loss"] == pytest.approx(curve["val_loss"].min(), rel=1e-4)
    assert description.training["learning_rate"] == 2e-3
    expected = f"attribution: epoch {best} kept, validation loss {curve['val_loss'].min():.4f}"
    assert line == expected
    assert not list(Path("checkpoints").iterdir())


def test_kept_weights_have_the_validation_loss_that_is_written(table: pd.DataFrame) -> None:
    run(recipe("binary"), table)
    network, description = load_network(Path("model"))
    crops = training.Crops(
        table[table["split"] == "val"], paths.DATA / "faces", SIZE, ["real", "mouth", "swap"]
    )
    images, labels = zip(*(crops[row] for row in range(len(crops))), strict=True)
    with torch.no_grad():
        real = network(torch.stack(images))[:, 0].double().sigmoid()
    right = torch.where(torch.tensor(labels) == 0, real, 1 - real)
    assert description.training["val_loss"] == pytest.approx(-right.log().mean().item(), rel=1e-3)


@pytest.mark.parametrize("head", ["triplet", "arcface"])
def test_embedding_heads_train_to_vectors(table: pd.DataFrame, head: str) -> None:
    run(recipe(head), table)
    network, description = load_network(Path("model"))
    assert description.head == head
    assert network(torch.zeros(2, 3, SIZE, SIZE, dtype=torch.uint8)).shape == (2, 8)
    assert set(weights()) == set(network.state_dict())  # the loss's own weights stay behind
    curve = pd.read_csv("model.csv")
    assert curve.notna().all(axis=None) and (curve >= 0).all(axis=None)


def test_two_runs_give_the_same_weights_and_another_seed_others(table: pd.DataFrame) -> None:
    for out, seed in (("one", 1), ("two", 1), ("three", 2)):
        torch.rand(out.__len__())  # what was drawn before does not matter
        run(recipe(seed=seed, epochs=1), table, out)
    assert same(weights("one"), weights("two"))
    assert Path("one/model.json").read_bytes() == Path("two/model.json").read_bytes()
    assert not same(weights("one"), weights("three"))


@pytest.mark.parametrize("head", ["attribution", "arcface"])
def test_stopped_training_goes_on_and_ends_with_the_same_weights(
    table: pd.DataFrame, monkeypatch: pytest.MonkeyPatch, head: str
) -> None:
    run(recipe(head), table, "whole")
    with monkeypatch.context() as patch:
        stop_in(1, patch, RuntimeError("power cut"))
        with pytest.raises(RuntimeError, match="power cut"):
            run(recipe(head), table)
    assert not Path("model").exists()
    begun = epochs_run(monkeypatch)
    run(recipe(head), table)
    assert begun == [1]
    assert same(weights(), weights("whole"))
    assert Path("model.csv").read_bytes() == Path("whole.csv").read_bytes()
    assert Path("model/model.json").read_bytes() == Path("whole/model.json").read_bytes()


@pytest.mark.slow
def test_killed_training_goes_on_and_ends_with_the_same_weights(
    table: pd.DataFrame, monkeypatch: pytest.MonkeyPatch
) -> None:
    run(recipe(), table, "whole")

    def kill(*_: object) -> None:
        os.kill(os.getpid(), signal.SIGKILL)

    with monkeypatch.context() as patch:
        # After the epoch's best network was kept, before its checkpoint is written.
        patch.setattr(training.ModelCheckpoint, "on_train_epoch_end", kill)
        child = multiprocessing.get_context("fork").Process(target=run, args=(recipe(), table))
        child.start()
        child.join()
    assert child.exitcode == -signal.SIGKILL
    with monkeypatch.context() as patch:
        stop_in(1, patch, SystemExit(3))
        child = multiprocessing.get_context("fork").Process(target=run, args=(recipe(), table))
        child.start()
        child.join()
    assert child.exitcode == 3
    begun = epochs_run(monkeypatch)
    run(recipe(), table)
    assert begun == [1]
    assert same(weights(), weights("whole"))
    assert Path("model.csv").read_bytes() == Path("whole.csv").read_bytes()


def test_interrupted_training_says_so_and_leaves_no_model(
    table: pd.DataFrame, monkeypatch: pytest.MonkeyPatch
) -> None:
    stop_in(0, monkeypatch, KeyboardInterrupt())
    with pytest.raises((KeyboardInterrupt, SystemExit)) as stop:
        run(recipe(), table)
    assert not isinstance(stop.value, SystemExit) or stop.value.code
    assert not Path("model").exists()


def test_other_settings_or_data_begin_anew(
    table: pd.DataFrame, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        stop_in(1, patch, RuntimeError("stop"))
        with pytest.raises(RuntimeError):
            run(recipe(), table)
    begun = epochs_run(monkeypatch)
    run(recipe(learning_rate=1e-3), table)
    assert begun == [0, 1]
    begun.clear()
    write_dataset("one", seed=9)
    run(recipe(), table_of("one"))
    assert begun == [0, 1]
    begun.clear()
    write_dataset("one")
    run(recipe(), table)  # what was left is still there for what it belongs to
    assert begun == [1]


def test_loss_that_is_no_number_is_one_error(
    table: pd.DataFrame, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        training, "make_loss", lambda *_: lambda outputs, labels: outputs.sum() * math.nan
    )
    expected = "train_loss is nan at epoch 0, step 0: lower train.learning_rate"
    with pytest.raises(UserError, match=expected):
        run(recipe(), table)
    assert not Path("model").exists()


def test_description_says_what_a_reader_needs(table: pd.DataFrame) -> None:
    run(recipe("arcface", epochs=1), table)
    content = json.loads(Path("model/model.json").read_text())
    assert content["training"]["loss"] == LOSSES["arcface"].model_dump()
    assert content["training"]["seed"] == 1
    assert content["backbone"] == BACKBONE.model_dump()
