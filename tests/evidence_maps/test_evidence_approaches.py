"""A head on disk as functions: scores by ONNX Runtime, Grad-CAM by PyTorch."""

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import Normalizer, StandardScaler

from crop_sets import CLASSES
from deepfake_attribution.classify.fitted import Fitted
from deepfake_attribution.core import paths
from deepfake_attribution.evidence_maps import approaches
from deepfake_attribution.model.onnx_export import add_onnx
from trained_heads import BACKBONE, write_head

SIZE = 64
CROP = np.random.default_rng(0).integers(0, 256, (3, SIZE, SIZE), np.uint8)


@pytest.fixture
def heads(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(approaches.classifier_files, "load", lambda folder: fitted(folder.parent))
    for head in ("attribution", "arcface"):
        backbone = BACKBONE.model_copy(update={"input_size": SIZE})
        add_onnx(write_head(head, paths.model(head, 1), backbone=backbone))


def fitted(folder: Path) -> Any:
    if folder.name != "lr":
        return SimpleNamespace(kind=folder.name, score=lambda values: np.zeros(len(values)))
    values = np.random.default_rng(1).normal(size=(30, BACKBONE.embedding))
    steps = Normalizer(), StandardScaler(), LogisticRegression()
    model = make_pipeline(*steps).fit(values, np.array(CLASSES)[np.arange(30) % len(CLASSES)])
    return Fitted("lr", model, None, {})


def test_each_approach_that_has_a_gradient_has_a_map_if_asked(heads: None) -> None:
    for head, names in (("attribution", ["Attribution"]), ("arcface", ["ArcFaceMod-LR"])):
        own = approaches.of_head(head, 1, grad_cam=True)
        assert own.score is not None and own.score(CROP[None]).shape == (len(own.names), 1)
        assert list(own.grad_cams) == names
        values = own.grad_cams[names[0]](CROP)
        assert values.shape == (SIZE, SIZE) and np.abs(values).max() > 0
        assert not approaches.of_head(head, 1).grad_cams
