from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from deepfake_attribution.analyse.bundle.known_crops import validation_crops
from deepfake_attribution.classify.fitting import fit_on_validation
from deepfake_attribution.classify.settings import Classifiers
from deepfake_attribution.core import paths, tables
from deepfake_attribution.core.embedding_tables import read_embeddings
from deepfake_attribution.core.errors import UserError
from deepfake_attribution.core.params import load
from deepfake_attribution.evaluate.evaluation import approach_scores
from deepfake_attribution.evaluate.open_set import new_attacks
from deepfake_attribution.evaluate.settings import Evaluate
from deepfake_attribution.figures import maps

PARAMS = Path(__file__).parents[2] / "params.yaml"
WRONG = [("d/val/1", 0, np.nan), ("d/test/0", 1, np.inf), ("d/test/1", 1, -np.inf)]


@pytest.fixture(autouse=True)
def written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Embeddings of a head, of which three are not finite."""
    monkeypatch.chdir(tmp_path)
    rows = [
        {"video": f"d/{split}/{number}", "slot": slot, "person": 0, "dataset": "d", "split": split}
        | {"attack": ("real", "swap")[number % 2], "embedding": np.full(4, 1.0 + slot)}
        for split in ("val", "test")
        for number in range(4)
        for slot in range(2)
    ]
    for video, slot, value in WRONG:
        for row in rows:
            if (row["video"], row["slot"]) == (video, slot):
                row["embedding"] = np.array([1.0, value, 1.0, 1.0])
    tables.write(pd.DataFrame(rows), paths.embeddings("arcface", "d", 1))
    videos = pd.DataFrame(rows)[["video", "dataset", "attack", "split"]].drop_duplicates()
    tables.write(videos.assign(source="", seed=1), paths.catalog("d"))
    return paths.embeddings("arcface", "d", 1)


def test_finite_embeddings_are_read_as_they_are(written: Path) -> None:
    table = read_embeddings(written, ["video", "embedding"], [("video", "==", "d/val/0")])
    assert [list(vector) for vector in table["embedding"]] == [[1.0] * 4, [2.0] * 4]
    assert read_embeddings(written, None, [("split", "==", "train")]).empty


def test_file_and_crops_are_named(written: Path) -> None:
    with pytest.raises(UserError) as stop:
        read_embeddings(written)
    assert str(stop.value) == (
        f"{written}: 3 of 16 embeddings are not finite (d/val/1 slot 0 person 0, d/test/0 slot 1 "
        "person 0, d/test/1 slot 1 person 0): the head's training diverged; look at its curve, "
        "then lower train.learning_rate or the head's own"
    )


@pytest.mark.parametrize("step", ["fit", "evaluate", "open_set", "maps", "bundle"])
def test_every_step_that_reads_embeddings_stops_with_that_line(step: str) -> None:
    settings = load(Classifiers, PARAMS), load(Evaluate, PARAMS)
    videos = tables.read(paths.catalog("d"))
    steps = {
        "fit": lambda: fit_on_validation("arcface", 1, "lr", ["d"], settings[0], 1, False),
        "evaluate": lambda: approach_scores("arcface", 1, ["d"], settings[1]),
        "open_set": lambda: new_attacks.distances("arcface", 1, videos, ["d"], 2),
        "maps": lambda: maps._embedded([paths.embeddings("arcface", "d", 1)], ["d/test/0"]),
        "bundle": lambda: validation_crops("arcface", 1, ["d"], 100, 1),
    }
    with pytest.raises(UserError, match=r"arcface/d/seed-1.parquet: \d of \d+ embeddings are not"):
        steps[step]()
