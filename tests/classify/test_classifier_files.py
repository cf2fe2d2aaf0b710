import json
from pathlib import Path

import numpy as np
import pytest
import skops.io

from deepfake_attribution.classify.classifier_files import MODEL, RECORD, load, save
from deepfake_attribution.classify.classifiers import fit
from deepfake_attribution.classify.crops import Crops
from deepfake_attribution.classify.fitted import Fitted, Kind
from deepfake_attribution.classify.settings import Classifiers
from deepfake_attribution.core.errors import UserError

SETTINGS = Classifiers.model_validate(
    {
        "tune_on": "val",
        "heads": ["triplet", "arcface"],
        "folds": 2,
        "nn": {"k": [3, 5]},
        "lr": {"C": 1.0, "max_iter": 500},
        "svm": {"C": 1.0, "max_rows": 20000},
    }
)
POINTS = np.random.default_rng(0).normal(size=(60, 4))


def fitted(kind: Kind) -> Fitted:
    labels = np.resize(["real", "swap", "mouth"], 60)
    crops = Crops.of(POINTS, labels, np.arange(60))
    return fit(kind, SETTINGS, crops, ["real", "swap", "mouth"], seed=0).classifier


@pytest.mark.parametrize("kind", ["nn", "lr", "svm"])
def test_loaded_classifier_gives_the_same_scores_and_classes(kind: Kind, tmp_path: Path) -> None:
    before = fitted(kind)
    save(before, tmp_path / "new")
    after = load(tmp_path / "new")
    np.testing.assert_array_equal(after.score(POINTS), before.score(POINTS))
    np.testing.assert_array_equal(after.predict(POINTS), before.predict(POINTS))
    assert (after.kind, after.score_kind) == (kind, before.score_kind)
    assert after.classes == before.classes == ["mouth", "real", "swap"]
    assert after.record == before.record == json.loads((tmp_path / "new" / RECORD).read_text())


@pytest.mark.parametrize("kind", ["nn", "lr", "svm"])
def test_same_input_gives_the_same_bytes(kind: Kind, tmp_path: Path) -> None:
    kept = fitted(kind)  # stays alive, so that the second lies at other addresses
    save(kept, tmp_path / "one")
    save(fitted(kind), tmp_path / "two")
    for name in (MODEL, RECORD):
        assert (tmp_path / "one" / name).read_bytes() == (tmp_path / "two" / name).read_bytes()
    assert sorted(path.name for path in (tmp_path / "one").iterdir()) == sorted([MODEL, RECORD])


def test_file_with_a_type_that_is_not_trusted_is_not_opened(tmp_path: Path) -> None:
    save(fitted("lr"), tmp_path)
    skops.io.dump({"model": json.JSONEncoder(), "scorer": None}, tmp_path / MODEL)
    with pytest.raises(UserError, match=r"classifier\.skops: not opened: .*JSONEncoder"):
        load(tmp_path)


def test_missing_or_broken_files_are_named(tmp_path: Path) -> None:
    with pytest.raises(UserError, match=r"classifier\.json: no such file"):
        load(tmp_path)
    save(fitted("lr"), tmp_path)
    (tmp_path / MODEL).write_bytes(b"no zip")
    with pytest.raises(UserError, match="not a classifier that we wrote"):
        load(tmp_path)
    (tmp_path / MODEL).unlink()
    with pytest.raises(UserError, match=r"classifier\.skops: no such file"):
        load(tmp_path)
