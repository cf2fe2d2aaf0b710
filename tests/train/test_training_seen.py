"""What can be seen of a training while it runs."""

import os
import pty
import re
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

import training_folder
from deepfake_attribution.core import paths
from deepfake_attribution.core.errors import UserError
from deepfake_attribution.train import trainer
from deepfake_attribution.train.repeated_training import train_all
from recipes import COMPUTE, recipe
from stopped_training import power_cut

pytestmark = pytest.mark.usefixtures("one_thread")

TENSORBOARD = COMPUTE.model_copy(update={"tensorboard": True})


@pytest.fixture
def table(tiny_superset: pd.DataFrame) -> pd.DataFrame:
    return tiny_superset


def run(table: pd.DataFrame, out: str, compute: Any) -> dict[str, bytes]:
    what, faces = {Path(out): recipe("binary")}, paths.DATA / "faces"
    train_all(what, table, faces, compute, Path("checkpoints"), Path(out) / "first.csv")
    return {path.name: path.read_bytes() for path in sorted(Path(out).iterdir())}


def written(folder: Path) -> dict[str, list[tuple[int, float]]]:
    """Return what TensorBoard would show: of each name the steps and values."""
    from tensorboard.backend.event_processing.event_accumulator import EventAccumulator

    found = EventAccumulator(str(folder))
    found.Reload()
    names = found.Tags()["scalars"]
    return {name: [(one.step, one.value) for one in found.Scalars(name)] for name in names}


def test_tensorboard_shows_the_losses_and_changes_no_output(
    table: pd.DataFrame, monkeypatch: pytest.MonkeyPatch
) -> None:
    pytest.importorskip("tensorboard")
    without = run(table, "without", COMPUTE)
    assert not paths.WORK.exists()
    with power_cut(monkeypatch, 1, 1):
        run(table, "with", TENSORBOARD)
    assert run(table, "with", TENSORBOARD) == without
    shown = written(paths.tensorboard("binary", 1))
    assert paths.tensorboard("binary", 1) == Path(".work/tensorboard/binary/seed-1")
    curve = pd.read_csv("with/first.csv")
    assert [value for _, value in shown["val_auc"]] == pytest.approx(
        curve["val_auc"].tolist(), rel=1e-5
    )
    assert {"train_loss", "val_loss", "images_per_s"} <= shown.keys()
    assert {step for step, _ in shown["train_loss"]} == set(range(6))  # on from the checkpoint
    run(table, "again", TENSORBOARD)  # another training's losses do not stand beside it
    assert len(written(paths.tensorboard("binary", 1))["train_loss"]) == 6


def test_tensorboard_that_is_not_installed_is_one_line(
    table: pd.DataFrame, monkeypatch: pytest.MonkeyPatch
) -> None:
    def missing(*_: object, **__: object) -> None:
        raise ModuleNotFoundError("Neither `tensorboard` nor `tensorboardX` is available")

    monkeypatch.setattr(trainer, "TensorBoardLogger", missing)
    expected = r"^compute\.tensorboard: .* `pip install tensorboard`, or"
    with pytest.raises(UserError, match=expected):
        run(table, "with", TENSORBOARD)


@pytest.mark.slow
def test_terminal_shows_losses_auc_and_speed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = training_folder.prepare(tmp_path / "here", monkeypatch.chdir, train={"epochs": 3})
    terminal, stage = pty.openpty()
    process = training_folder.start(
        folder, "binary", environment={"COLUMNS": "200", "TERM": "xterm"}, stdout=stage
    )
    os.close(stage)
    screens = b""
    try:
        while part := os.read(terminal, 65536):
            screens += part
    except OSError:  # how a terminal says that nobody writes any more
        pass
    os.close(terminal)
    code, _, complaints = training_folder.end(process)
    assert (code, complaints) == (0, "")
    shown = re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", screens.decode())  # without colours
    for name in ("train_loss", "val_loss", "val_auc", "images_per_s"):
        assert re.search(rf"{name}:\s*\d", shown), name
    [auc] = re.findall(r"epoch 1: .*AUC of validation crops\s+(\d+\.\d\d) %", shown)
    assert re.search(rf"Epoch 1/2 .*val_auc:\s*{float(auc):.3f}", shown)  # Lightning counts from 0
