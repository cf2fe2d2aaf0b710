import hashlib
import json
import math
import multiprocessing
import os
import re
import signal
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
import safetensors.torch
import timm
import torch

from crop_sets import SIZE, table_of, write_dataset
from deepfake_attribution.core import errors, paths
from deepfake_attribution.core.errors import UserError
from deepfake_attribution.core.settings import Compute
from deepfake_attribution.heads.settings import HeadSection
from deepfake_attribution.model.model import load_network
from deepfake_attribution.model.settings import Backbone
from deepfake_attribution.train import learner, loading, training
from deepfake_attribution.train.learner import Learner
from deepfake_attribution.train.loading import Crops
from deepfake_attribution.train.recipe import Recipe
from deepfake_attribution.train.repeated_training import train_all
from recipes import BACKBONE, COMPUTE, EVERY_STEP, LOSSES, recipe
from stopped_training import stop_in

pytestmark = pytest.mark.usefixtures("one_thread")

Whole = Callable[[Recipe], None]


@pytest.fixture
def table(tiny_superset: pd.DataFrame) -> pd.DataFrame:
    return tiny_superset


def run(what: Recipe, table: pd.DataFrame, out: str = "model", compute: Compute = COMPUTE) -> None:
    run_all({Path(out): what}, table, Path(f"{out}.csv"), compute)


def run_all(
    what: dict[Path, Recipe], table: pd.DataFrame, curve: Path, compute: Compute = COMPUTE
) -> None:
    train_all(what, table, paths.DATA / "faces", compute, Path("checkpoints"), curve)


def weights(out: str = "model") -> dict[str, torch.Tensor]:
    return safetensors.torch.load_file(Path(out) / "model.safetensors")


def assert_same_files(out: str = "model", whole: str = "whole") -> None:
    for name in ("model.safetensors", "model.json", "model.onnx", "curve.csv"):
        assert (Path(out) / name).read_bytes() == (Path(whole) / name).read_bytes(), name
    assert Path(f"{out}.csv").read_bytes() == Path(f"{whole}.csv").read_bytes()


@pytest.fixture(scope="module")
def kept() -> dict[str, dict[str, bytes]]:
    return {}


@pytest.fixture
def run_whole(table: pd.DataFrame, kept: dict[str, dict[str, bytes]]) -> Whole:
    """Train to `whole` without a stop, for the first test of the file that needs this recipe."""

    def write(what: Recipe) -> None:
        key = f"{training.Network.__name__} {what}"
        if key not in kept:
            run(what, table, "whole")
            files = [Path("whole.csv"), *Path("whole").iterdir()]
            kept[key] = {str(path): path.read_bytes() for path in files}
        Path("whole").mkdir(exist_ok=True)
        for name, content in kept[key].items():
            Path(name).write_bytes(content)

    return write


def same(one: dict[str, torch.Tensor], other: dict[str, torch.Tensor]) -> bool:
    return one.keys() == other.keys() and all(one[name].equal(other[name]) for name in one)


def epochs_run(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Note each epoch that has a step."""
    begun: list[int] = []
    whole = Learner.on_train_batch_start

    def start(self: Learner, batch: Any, batch_idx: int) -> None:
        if self.current_epoch not in begun:
            begun.append(self.current_epoch)
        whole(self, batch, batch_idx)

    monkeypatch.setattr(Learner, "on_train_batch_start", start)
    return begun


def set_workers(count: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let ``count`` processes load, as beside a GPU."""
    whole = loading.load

    def load(crops: Crops, largest: int, _: int, **settings: Any) -> Any:
        return whole(crops, largest, count, **settings)

    monkeypatch.setattr(loading, "load", load)


def steps_run(monkeypatch: pytest.MonkeyPatch) -> list[tuple[int, int]]:
    """Note epoch and number of each batch that is trained on."""
    steps: list[tuple[int, int]] = []
    whole = Learner.training_step

    def step(self: Learner, batch: Any, batch_idx: int) -> Any:
        steps.append((self.current_epoch, batch_idx))
        return whole(self, batch, batch_idx)

    monkeypatch.setattr(Learner, "training_step", step)
    return steps


def test_loss_falls_and_the_best_epoch_is_kept(
    table: pd.DataFrame, capsys: pytest.CaptureFixture[str]
) -> None:
    run(recipe(epochs=6, batch_size=18), table)
    line = capsys.readouterr().out.splitlines()[-1]
    curve = pd.read_csv("model.csv")
    assert curve["epoch"].tolist() == [1, 2, 3, 4, 5, 6]
    assert curve["train_loss"].iloc[3:].min() < 0.85 * curve["train_loss"].iloc[0]
    best = int(curve["val_loss"].argmin()) + 1
    _, description = load_network(Path("model"))
    assert description.classes == ["real", "mouth", "swap"]
    assert description.training["epoch"] == best
    assert description.training["val_loss"] == pytest.approx(curve["val_loss"].min(), rel=1e-4)
    assert description.training["learning_rate"] == 2e-3
    text, _, loss = line.rpartition(" ")
    assert text == f"attribution, seed 1: epoch {best} kept, validation loss"
    # the curve is rounded already: rounded again, its last digit may be another one
    assert float(loss) == pytest.approx(curve["val_loss"].min(), abs=1e-4)
    assert Path("model.csv").read_bytes() == Path("model/curve.csv").read_bytes()
    assert [path.name for path in Path("checkpoints").iterdir()] == [".attribution.lock"]


def test_kept_weights_have_the_validation_loss_that_is_written(table: pd.DataFrame) -> None:
    run(recipe("binary"), table)
    network, description = load_network(Path("model"))
    crops = loading.Crops(
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


class Dropping(training.Network):
    """A network that draws random numbers in every training step."""

    def features(self, images: torch.Tensor) -> torch.Tensor:
        return torch.nn.functional.dropout(super().features(images), 0.5, self.training)


@pytest.mark.slow
@pytest.mark.parametrize("head", ["attribution", "arcface"])
def test_stopped_training_goes_on_with_the_next_epoch_and_ends_with_the_same_files(
    table: pd.DataFrame, run_whole: Whole, monkeypatch: pytest.MonkeyPatch, head: str
) -> None:
    run_whole(recipe(head))
    with monkeypatch.context() as patch:
        stop_in(1, patch, RuntimeError("power cut"), number=0)
        with pytest.raises(RuntimeError, match="power cut"):
            run(recipe(head), table)
    assert not Path("model").exists()
    steps = steps_run(monkeypatch)
    run(recipe(head), table)
    assert steps == [(1, 0), (1, 1), (1, 2)]
    assert_same_files()


@pytest.mark.slow
@pytest.mark.parametrize(("epoch", "number"), [(0, 1), (0, 2), (1, 2)])
def test_training_stopped_within_an_epoch_goes_on_with_the_next_step(
    table: pd.DataFrame,
    run_whole: Whole,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    epoch: int,
    number: int,
) -> None:
    """Order, mirrorings, dropout, optimiser, mean losses: all as if nothing had happened."""
    monkeypatch.setattr(training, "Network", Dropping)
    what = recipe(batch_size=5)  # 18 crops: three whole batches and a rest
    run_whole(what)
    with monkeypatch.context() as patch:
        stop_in(epoch, patch, RuntimeError("power cut"), number)
        with pytest.raises(RuntimeError, match="power cut"):
            run(what, table, compute=EVERY_STEP)
    steps = steps_run(monkeypatch)
    capsys.readouterr()
    run(what, table, compute=EVERY_STEP)
    assert steps == [(e, n) for e in range(2) for n in range(3) if (e, n) >= (epoch, number)]
    line = f"continuing at epoch {epoch + 1}, step {number + 1} of 3"
    assert capsys.readouterr().out.splitlines()[0] == line
    assert_same_files()


@pytest.mark.slow
def test_schedule_of_the_learning_rate_goes_on_within_an_epoch(
    table: pd.DataFrame, monkeypatch: pytest.MonkeyPatch
) -> None:
    rates: list[float] = []

    def configure(self: Learner) -> Any:
        optimiser = torch.optim.Adam(self.parameters(), lr=1e-3)
        schedule = torch.optim.lr_scheduler.OneCycleLR(optimiser, 1e-2, total_steps=6)
        return [optimiser], [{"scheduler": schedule, "interval": "step"}]

    def step(self: Learner, batch: Any, batch_idx: int) -> Any:
        rates.append(self.optimizers().param_groups[0]["lr"])  # type: ignore[union-attr]
        return whole(self, batch, batch_idx)

    whole = Learner.training_step
    monkeypatch.setattr(Learner, "configure_optimizers", configure)
    monkeypatch.setattr(Learner, "training_step", step)
    run(recipe(), table, "whole")
    expected = rates.copy()
    assert len(set(expected)) == 6
    rates.clear()
    with monkeypatch.context() as patch:
        stop_in(1, patch, RuntimeError("power cut"), 1)
        with pytest.raises(RuntimeError, match="power cut"):
            run(recipe(), table, compute=EVERY_STEP)
    run(recipe(), table)
    assert rates == expected
    assert_same_files()


@pytest.mark.slow
def test_training_stopped_again_and_again_ends_with_the_same_files(
    table: pd.DataFrame, run_whole: Whole, monkeypatch: pytest.MonkeyPatch
) -> None:
    run_whole(recipe("binary"))
    for epoch in range(2):
        for number in range(3):
            with monkeypatch.context() as patch:
                stop_in(epoch, patch, RuntimeError("power cut"), number)
                with pytest.raises(RuntimeError, match="power cut"):
                    run(recipe("binary"), table, compute=EVERY_STEP)
    run(recipe("binary"), table)
    assert_same_files()


@pytest.mark.slow
def test_training_stopped_in_validation_validates_anew(
    table: pd.DataFrame, run_whole: Whole, monkeypatch: pytest.MonkeyPatch
) -> None:
    run_whole(recipe())
    with monkeypatch.context() as patch:
        whole = Learner.validation_step

        def step(self: Learner, batch: Any, batch_idx: int) -> None:
            if (self.current_epoch, batch_idx) == (1, 1):
                raise RuntimeError("power cut")
            whole(self, batch, batch_idx)

        patch.setattr(Learner, "validation_step", step)
        with pytest.raises(RuntimeError, match="power cut"):
            run(recipe(), table, compute=EVERY_STEP)
    steps = steps_run(monkeypatch)
    run(recipe(), table)
    assert steps == [(1, 2)]  # the last step of the epoch, and its validation
    assert_same_files()


@pytest.mark.slow
def test_training_stopped_after_its_last_epoch_only_writes(
    table: pd.DataFrame, run_whole: Whole, monkeypatch: pytest.MonkeyPatch
) -> None:
    run_whole(recipe())
    with monkeypatch.context() as patch:
        patch.setattr(training, "write_curve", lambda *_: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            run(recipe(), table)
    steps = steps_run(monkeypatch)
    run(recipe(), table)
    assert steps == []
    assert_same_files()


@pytest.mark.slow
def test_loading_processes_go_on_within_an_epoch_too(
    table: pd.DataFrame, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With persistent workers, which ask for the order before Lightning names the epoch."""
    what = recipe(batch_size=3, epochs=3)
    run(what, table, "whole")
    set_workers(2, monkeypatch)
    run(what, table, "workers")
    assert_same_files("workers")
    for epoch, number in ((0, 4), (1, 0), (2, 5)):
        with monkeypatch.context() as patch:
            stop_in(epoch, patch, RuntimeError("power cut"), number)
            with pytest.raises(RuntimeError, match="power cut"):
                run(what, table, compute=EVERY_STEP)
    run(what, table, compute=EVERY_STEP)
    assert_same_files()


@pytest.mark.slow
@pytest.mark.parametrize("moment", ["on_train_epoch_end", "_write"])
def test_killed_training_goes_on_and_ends_with_the_same_files(
    table: pd.DataFrame, run_whole: Whole, monkeypatch: pytest.MonkeyPatch, moment: str
) -> None:
    """Killed after the best network was kept, before its checkpoint; and at each checkpoint."""
    run_whole(recipe())

    def kill(*_: object) -> None:
        os.kill(os.getpid(), signal.SIGKILL)

    def ends(compute: Compute) -> int | None:
        child = multiprocessing.get_context("fork").Process(
            target=run, args=(recipe(), table, "model", compute)
        )
        child.start()
        child.join()
        return child.exitcode

    with monkeypatch.context() as patch:
        patch.setattr(training.Checkpoints, moment, kill)
        assert ends(EVERY_STEP) == -signal.SIGKILL
    with monkeypatch.context() as patch:
        stop_in(1, patch, SystemExit(3))
        assert ends(COMPUTE) == 3
    assert ends(COMPUTE) == 0
    assert_same_files()


@pytest.mark.slow
@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs /dev/full")
@pytest.mark.parametrize("name", ["last.ckpt", "best-0002.safetensors"])
def test_full_disk_keeps_the_last_checkpoint_and_a_restart_ends_with_the_same_files(
    table: pd.DataFrame, run_whole: Whole, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    what = recipe("binary", learning_rate=5e-4)  # the second epoch is the better one
    run_whole(what)
    assert json.loads(Path("whole/model.json").read_text())["training"]["epoch"] == 2
    step = Learner.training_step

    def fill(self: Learner, batch: Any, batch_idx: int) -> Any:
        if self.current_epoch == 1 and batch_idx == 1:
            # what is written there from now on fails, for want of room
            (self.checkpoint.parent / f".{name}.tmp").symlink_to("/dev/full")
        return step(self, batch, batch_idx)

    with monkeypatch.context() as patch:
        patch.setattr(Learner, "training_step", fill)
        with pytest.raises(SystemExit) as stop:
            errors.run(lambda: run(what, table, compute=EVERY_STEP))
    assert re.match(rf"error: checkpoints/.*/{name}: .*: the disk that holds it", stop.value.code)
    assert not Path("model").exists()
    [temporary] = Path("checkpoints").rglob(f".{name}.tmp")
    temporary.unlink()
    steps = steps_run(monkeypatch)
    run(what, table)
    assert steps[0] == ((1, 1) if name == "last.ckpt" else (1, 2))
    assert_same_files()


def test_damaged_checkpoint_is_named(table: pd.DataFrame, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as patch:
        stop_in(1, patch, RuntimeError("power cut"))
        with pytest.raises(RuntimeError):
            run(recipe(), table)
    [path] = Path("checkpoints").rglob("last.ckpt")
    path.write_bytes(path.read_bytes()[:-200])
    with pytest.raises(UserError, match=r"last\.ckpt is damaged: remove the folder checkpoints/"):
        run(recipe(), table)


def test_interrupted_training_says_so_and_leaves_no_model(
    table: pd.DataFrame, monkeypatch: pytest.MonkeyPatch
) -> None:
    stop_in(0, monkeypatch, KeyboardInterrupt())
    with pytest.raises((KeyboardInterrupt, SystemExit)) as stop:
        run(recipe(), table)
    assert not isinstance(stop.value, SystemExit) or stop.value.code
    assert not Path("model").exists()


def test_other_batches_of_a_head_begin_anew(
    table: pd.DataFrame, monkeypatch: pytest.MonkeyPatch
) -> None:
    what = recipe("arcface")
    with monkeypatch.context() as patch:
        stop_in(1, patch, RuntimeError("stop"))
        with pytest.raises(RuntimeError):
            run(what, table)
    begun = epochs_run(monkeypatch)
    run(replace(what, loss=what.loss.model_copy(update={"batch_size": 9})), table)
    assert begun == [0, 1]


@pytest.mark.slow
def test_other_settings_or_data_begin_anew(
    table: pd.DataFrame, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        stop_in(1, patch, RuntimeError("stop"))
        with pytest.raises(RuntimeError):
            run(recipe(), table)
    begun = epochs_run(monkeypatch)
    whole = recipe()
    degraded = whole.augment.model_copy(update={"chance": 0.5})
    smoothed = whole.loss.model_copy(update={"label_smoothing": 0.2})
    changed = [
        recipe(learning_rate=1e-3),
        recipe(averaging=0.5),
        recipe(sampling="balanced"),
        recipe(augment=degraded),
        replace(whole, loss=smoothed),
        recipe(seed=2),
    ]
    # unfinished work lies in a folder of this name
    names = {training.identity(one, table, COMPUTE) for one in [whole, *changed]}
    assert len(names) == 1 + len(changed)
    run(changed[0], table)
    assert begun == [0, 1]
    begun.clear()
    write_dataset("one", seed=9)
    run(recipe(), table_of("one"))
    assert begun == [0, 1]
    begun.clear()
    write_dataset("one")
    run(recipe(), table)  # what was left is still there for what it belongs to
    assert begun == [1]


@pytest.mark.parametrize(("name", "step"), [("train_loss", 2), ("val_loss", 1)])
def test_loss_that_is_no_number_is_one_error_and_leaves_no_model(
    table: pd.DataFrame, monkeypatch: pytest.MonkeyPatch, name: str, step: int
) -> None:
    made = learner.make_loss

    def make(*settings: Any) -> Any:
        loss, calls = made(*settings), []

        def compute(outputs: torch.Tensor, labels: torch.Tensor) -> torch.Tensor:
            calls.append(outputs.requires_grad)
            broken = calls.count(True) == 2 if name == "train_loss" else not calls[-1]
            return loss(outputs, labels) * (math.nan if broken else 1)

        return compute

    monkeypatch.setattr(learner, "make_loss", make)
    expected = f"attribution: {name} is nan at epoch 1, step {step}: lower train.learning_rate"
    with pytest.raises(UserError, match=expected):
        run(recipe(), table)
    assert not Path("model").exists() and not Path("model.csv").exists()


def test_lower_learning_rate_after_an_endless_loss_begins_anew(
    table: pd.DataFrame, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(UserError, match=r"loss is (nan|inf) at epoch 1, step \d: lower train\."):
        run(recipe(learning_rate=1e30), table, compute=EVERY_STEP)
    steps = steps_run(monkeypatch)
    run(recipe(), table)
    assert steps[0] == (0, 0)


@pytest.mark.parametrize(
    "error",
    [
        torch.OutOfMemoryError("CUDA out of memory. Tried to allocate 2 GiB"),
        RuntimeError("[enforce fail] DefaultCPUAllocator: can't allocate memory: 9 bytes"),
        MemoryError(),
    ],
)
def test_want_of_memory_names_the_batch_size(
    table: pd.DataFrame, monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    stop_in(0, monkeypatch, error)
    with pytest.raises(UserError, match=r"not enough memory .*: lower train\.batch_size"):
        run(recipe(), table)
    assert not Path("model").exists()


@pytest.mark.parametrize("workers", [0, 1])
def test_shard_that_changed_is_named(
    table: pd.DataFrame, monkeypatch: pytest.MonkeyPatch, workers: int
) -> None:
    set_workers(workers, monkeypatch)
    path = paths.DATA / "faces" / "one" / "shard-00000.tar"
    path.write_bytes(bytes(path.stat().st_size))
    with pytest.raises(UserError, match=r"^data/faces/one/shard-00000\.tar: ") as stop:
        run(recipe(), table)
    assert "\n" not in str(stop.value)
    assert "`dvc repro --force --single-item crop@one`" in str(stop.value)


def test_description_says_what_a_reader_needs(table: pd.DataFrame) -> None:
    run(recipe("arcface", epochs=1), table)
    content = json.loads(Path("model/model.json").read_text())
    own = set(HeadSection.model_fields)
    assert content["training"]["loss"] == LOSSES["arcface"].model_dump(exclude=own)
    assert content["training"]["seed"] == 1
    assert content["backbone"] == BACKBONE.model_dump()
    assert content["training"]["weights_hash"] is None


def test_size_of_auto_is_the_model_s_own_and_stands_in_the_description(
    table: pd.DataFrame, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[torch.Size] = []
    whole = Learner.training_step

    def step(self: Learner, batch: Any, batch_idx: int) -> Any:
        seen.append(batch[0].shape)
        return whole(self, batch, batch_idx)

    monkeypatch.setattr(Learner, "training_step", step)
    made_for = timm.get_pretrained_cfg("test_efficientnet").input_size[-1]
    settings = {"name": "test_efficientnet", "input_size": "auto"}
    backbone = Backbone.model_validate(BACKBONE.model_dump() | settings)
    run(replace(recipe(epochs=1), backbone=backbone), table)
    assert {shape[-1] for shape in seen} == {made_for} != {SIZE}  # the crops were scaled
    _, description = load_network(Path("model"))
    assert description.backbone == backbone.model_dump() | {"input_size": made_for}


def test_weights_of_a_file_are_in_the_description_and_another_file_begins_anew(
    table: pd.DataFrame, monkeypatch: pytest.MonkeyPatch
) -> None:
    def write(seed: int) -> str:
        torch.manual_seed(seed)
        made = timm.create_model(BACKBONE.name, pretrained=False, num_classes=0)
        safetensors.torch.save_file(made.state_dict(), "own.safetensors")
        return hashlib.sha256(Path("own.safetensors").read_bytes()).hexdigest()

    write(1)
    backbone = BACKBONE.model_copy(update={"weights": "own.safetensors"})
    what = replace(recipe(epochs=1), backbone=backbone)
    with monkeypatch.context() as until_stopped:
        stop_in(0, until_stopped, OSError("stopped"))
        with pytest.raises(OSError, match="stopped"):
            run(what, table, compute=EVERY_STEP)
    second = write(2)
    steps = steps_run(monkeypatch)
    run(what, table)
    assert steps[0] == (0, 0)
    content = json.loads(Path("model/model.json").read_text())
    assert content["backbone"]["weights"] == "own.safetensors"
    assert content["training"]["weights_hash"] == second
