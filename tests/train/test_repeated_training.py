from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from deepfake_attribution.core import durable, paths
from deepfake_attribution.train import repeated_training
from deepfake_attribution.train.learner import Learner
from deepfake_attribution.train.recipe import Recipe
from deepfake_attribution.train.repeated_training import train_all
from recipes import AUGMENT, BACKBONE, EVERY_STEP, LOSSES, TRAIN

pytestmark = pytest.mark.usefixtures("one_thread")

COMPUTE = EVERY_STEP
LOSS = LOSSES["arcface"]
CHECKPOINTS = Path("checkpoints")
STEPS = 3  # of an epoch: 18 crops
EPOCHS = 2
Files = dict[str, bytes]


@pytest.fixture
def table(tiny_superset: pd.DataFrame) -> pd.DataFrame:
    return tiny_superset


def run(table: pd.DataFrame, seeds: list[int], folder: str = "out") -> Files:
    """Train with ``seeds``; return the files that come out, by their place in ``folder``."""
    settings = TRAIN.model_copy(update={"seeds": seeds, "epochs": EPOCHS})
    recipes = {
        Path(folder) / f"seed-{seed}": Recipe("arcface", seed, BACKBONE, settings, AUGMENT, LOSS)
        for seed in seeds
    }
    curve = Path(folder) / "first.csv"
    train_all(recipes, table, paths.DATA / "faces", COMPUTE, CHECKPOINTS, curve)
    assert [path.name for path in CHECKPOINTS.iterdir()] == [".arcface.lock"]
    return files(folder)


def files(folder: str) -> Files:
    found = sorted(path for path in Path(folder).rglob("*") if path.is_file())
    return {str(path.relative_to(folder)): path.read_bytes() for path in found}


@pytest.fixture(scope="module")
def kept() -> Files:
    return {}


@pytest.fixture
def whole(table: pd.DataFrame, kept: Files) -> Files:
    """What seeds 1 and 2 train to without a stop; trained for the first test that needs it."""
    if not kept:
        kept.update(run(table, [1, 2], "whole"))
    return kept


def of_seed(content: Files, seed: int) -> Files:
    return {name: data for name, data in content.items() if name.startswith(f"seed-{seed}/")}


def seeds_trained(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Note the seed of each step that is made."""
    steps: list[int] = []
    whole = Learner.training_step

    def step(self: Learner, batch: Any, batch_idx: int) -> Any:
        steps.append(self.recipe.seed)
        return whole(self, batch, batch_idx)

    monkeypatch.setattr(Learner, "training_step", step)
    return steps


def stop_at(seed: int, epoch: int, number: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Break off the training with ``seed`` in batch ``number`` of ``epoch``, both from 0."""
    whole = Learner.training_step

    def step(self: Learner, batch: Any, batch_idx: int) -> Any:
        if (self.recipe.seed, self.current_epoch, batch_idx) == (seed, epoch, number):
            raise RuntimeError("power cut")
        return whole(self, batch, batch_idx)

    monkeypatch.setattr(Learner, "training_step", step)


def test_each_seed_has_its_folder_and_the_first_one_s_curve_stands_apart(
    table: pd.DataFrame, capsys: pytest.CaptureFixture[str]
) -> None:
    made = run(table, [2, 1])
    names = ["curve.csv", "model.json", "model.onnx", "model.safetensors"]
    assert list(made) == [
        "first.csv",
        *(f"seed-{seed}/{name}" for seed in (1, 2) for name in names),
    ]
    assert made["first.csv"] == made["seed-2/curve.csv"] != made["seed-1/curve.csv"]
    assert made["first.csv"].startswith(b"epoch,train_loss,val_loss,val_auc\n1,")
    assert made["seed-1/model.safetensors"] != made["seed-2/model.safetensors"]
    said = [line for line in capsys.readouterr().out.splitlines() if "kept" in line]
    assert [line.split(":")[0] for line in said] == ["arcface, seed 2", "arcface, seed 1"]


@pytest.mark.slow
def test_seed_gives_the_same_bytes_alone_and_among_others(
    table: pd.DataFrame, whole: Files
) -> None:
    for seed in (1, 2):
        assert of_seed(run(table, [seed], f"only-{seed}"), seed) == of_seed(whole, seed)


@pytest.mark.slow
@pytest.mark.parametrize(("epoch", "number"), [(0, 0), (0, 2), (1, 1)])
def test_stopped_with_the_second_seed_goes_on_there(
    table: pd.DataFrame,
    whole: Files,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    epoch: int,
    number: int,
) -> None:
    with monkeypatch.context() as patch:
        stop_at(2, epoch, number, patch)
        with pytest.raises(RuntimeError, match="power cut"):
            run(table, [1, 2])
    assert not Path("out").exists()  # nothing that looks like a result before all seeds are through
    steps = seeds_trained(monkeypatch)
    capsys.readouterr()
    assert run(table, [1, 2]) == whole
    assert steps == [2] * (EPOCHS * STEPS - epoch * STEPS - number)
    assert "arcface, seed 1: is trained already" in capsys.readouterr().out


@pytest.mark.slow
def test_stopped_while_the_results_are_copied_trains_nothing_again(
    table: pd.DataFrame, whole: Files, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Stopped before each file, one run after the other; DVC removes what was copied."""
    steps = seeds_trained(monkeypatch)
    for copied in range(len(whole)):
        done: list[Path] = []

        def write(content: bytes, path: Path, done: list[Path] = done, last: int = copied) -> None:
            if len(done) == last:
                raise OSError("disk full")
            done.append(path)
            durable.write(content, path)

        with monkeypatch.context() as patch:
            patch.setattr(repeated_training, "write", write)
            with pytest.raises(OSError, match="disk full"):
                run(table, [1, 2])
        for path in done:
            path.unlink()
    assert run(table, [1, 2]) == whole
    assert steps == [1] * (EPOCHS * STEPS) + [2] * (EPOCHS * STEPS)  # before the first stop


@pytest.mark.slow
def test_stopped_around_the_end_of_a_seed_ends_with_the_same_files(
    table: pd.DataFrame, whole: Files, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: Path) -> None:
        raise RuntimeError("power cut")

    for moment in ("discard", "put"):
        with monkeypatch.context() as patch:
            patch.setattr(repeated_training, moment, fail)
            with pytest.raises(RuntimeError, match="power cut"):
                run(table, [1, 2])
    assert run(table, [1, 2]) == whole


@pytest.mark.slow
def test_list_of_seeds_may_change_while_a_training_is_unfinished(
    table: pd.DataFrame, whole: Files, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        stop_at(1, 1, 0, patch)
        with pytest.raises(RuntimeError, match="power cut"):
            run(table, [1])
    steps = seeds_trained(monkeypatch)
    assert run(table, [1, 2]) == whole
    assert steps == [1] * STEPS + [2] * (EPOCHS * STEPS)
