"""A curve that is missing or empty is one line that names the command which makes it."""

from pathlib import Path

import pytest

from deepfake_attribution.core import paths
from deepfake_attribution.core.errors import UserError
from deepfake_attribution.figures import curve_files


def test_missing_and_empty_curves_are_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    path = paths.model("binary", 1) / paths.CURVE
    with pytest.raises(UserError, match=r"no such file; `dvc repro train@binary` makes it"):
        curve_files.read("binary", 1)
    path.parent.mkdir(parents=True)
    path.touch()
    with pytest.raises(UserError, match=r"empty; `dvc repro --force train@binary` makes it anew"):
        curve_files.read("binary", 1)
    path.write_text("epoch,train_loss\n1,0.5\n")
    assert curve_files.read("binary", 1)["train_loss"].tolist() == [0.5]
