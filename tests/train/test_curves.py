import math
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
import torch
from torch import nn

from deepfake_attribution.train.curves import Best, Mean, write_curve

TRAINER: Any = SimpleNamespace(world_size=1, is_global_zero=True, current_epoch=0)


def end_epoch(best: Best, epoch: int, train_loss: float, val_loss: float) -> None:
    for name, loss in (("train_loss", train_loss), ("val_loss", val_loss)):
        best.learner.means[name].reset()
        best.learner.means[name].add(loss, 4)
    trainer: Any = SimpleNamespace(world_size=1, current_epoch=epoch, is_global_zero=True)
    best.on_validation_epoch_end(trainer, None)  # type: ignore[arg-type]


@pytest.fixture
def learner() -> Any:
    means = {"train_loss": Mean(), "val_loss": Mean()}
    return SimpleNamespace(
        network=nn.Linear(1, 1),
        means=means,
        validation_auc=lambda: 75.0,
        log=lambda *_, **__: None,
    )


def test_mean_weighs_every_crop_alike_and_goes_on_after_a_restart() -> None:
    mean = Mean()
    mean.add(1.0, 6)
    resumed = Mean()
    resumed.load_state_dict(mean.state_dict())
    resumed.add(4.0, 2)
    assert resumed.value(TRAINER) == (6 * 1.0 + 2 * 4.0) / 8
    resumed.reset()
    resumed.add(3.0, 1)
    assert resumed.value(TRAINER) == 3.0


def test_network_of_the_lowest_validation_loss_is_kept(learner: Any, tmp_path: Path) -> None:
    best = Best(learner, tmp_path / "new")
    for epoch, val_loss in enumerate([0.9, 0.4, 0.6, 0.4]):
        with torch.no_grad():
            learner.network.weight.fill_(epoch)
        end_epoch(best, epoch, 1.0 - epoch / 10, val_loss)
    assert (best.epoch, round(best.loss, 6)) == (2, 0.4)  # the first of equals
    assert best.weights()["weight"].item() == 1
    assert [row["epoch"] for row in best.curve] == [1, 2, 3, 4]
    best.forget_others()
    assert [path.name for path in (tmp_path / "new").iterdir()] == ["best-0002.safetensors"]


def test_what_the_last_checkpoint_knows_as_best_stays_until_the_next(
    learner: Any, tmp_path: Path
) -> None:
    best = Best(learner, tmp_path)
    end_epoch(best, 0, 1.0, 0.5)
    before = best.state_dict()
    with torch.no_grad():
        learner.network.weight.fill_(7)
    end_epoch(best, 1, 1.0, 0.4)  # and the run is killed before its checkpoint
    resumed = Best(learner, tmp_path)
    resumed.load_state_dict(before)
    assert resumed.weights()["weight"].item() != 7


def test_state_goes_on_after_a_restart(learner: Any, tmp_path: Path) -> None:
    best = Best(learner, tmp_path)
    end_epoch(best, 0, 1.0, 0.5)
    resumed = Best(learner, tmp_path)
    resumed.load_state_dict(best.state_dict())
    end_epoch(resumed, 1, 0.9, 0.7)
    assert (resumed.epoch, resumed.loss) == (1, 0.5)
    assert [row["val_loss"] for row in resumed.curve] == pytest.approx([0.5, 0.7])


def test_curve_is_a_csv_with_one_row_per_epoch(tmp_path: Path) -> None:
    rows = [{"epoch": 1, "train_loss": 1 / 3, "val_loss": 12345678.0, "val_auc": 98.7654321}]
    rows += [{"epoch": 2, "train_loss": 0.25, "val_loss": 0.0, "val_auc": math.nan}]
    path = tmp_path / "curves" / "binary.csv"
    write_curve(rows, path)
    assert path.read_text() == (
        "epoch,train_loss,val_loss,val_auc\n1,0.333333,1.23457e+07,98.7654\n2,0.25,0,nan\n"
    )
    assert [file.name for file in path.parent.iterdir()] == ["binary.csv"]
