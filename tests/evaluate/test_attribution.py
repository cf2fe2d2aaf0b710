import math

import numpy as np
import pandas as pd
import pytest
from sklearn.metrics import f1_score
from test_protocol import HONEST, VIDEOS, frames_of, protocol

from deepfake_attribution.evaluate.attribution import attribution, macro_f1
from deepfake_attribution.evaluate.protocol import evaluate


def test_attribution_counts_right_classes_and_keeps_unknown_attacks_apart() -> None:
    frames = frames_of(VIDEOS)
    truth = frames.merge(VIDEOS[["video", "attack"]], on="video")["attack"]
    # Every mouth is taken for a swap, and so is everything unknown; the rest is right.
    frames["predicted"] = truth.where(truth.isin(["real", "swap"]), "swap")
    videos = evaluate(frames, VIDEOS, protocol(), HONEST).videos
    accuracy, confusion = attribution(videos, protocol(), ["real", "swap", "mouth"])
    of = accuracy.set_index("database")
    assert of.loc["ff", ["n", "n_known", "correct"]].tolist() == [7, 7, 6]
    assert of.loc["ff", "accuracy"] == pytest.approx(100 * 6 / 7)
    assert of.loc["hifi", ["n", "n_known", "correct"]].tolist() == [6, 4, 4]
    assert of.loc["google", "n_known"] == 0 and math.isnan(of.loc["google", "accuracy"])
    counts = confusion[confusion["database"] == "ff"]
    assert counts[["true", "predicted", "n"]].values.tolist() == [
        ["mouth", "swap", 1],
        ["real", "real", 4],
        ["swap", "swap", 2],
    ]
    assert counts["rate"].tolist() == [100, 100, 100]


def test_attribution_of_an_approach_without_classes_is_empty() -> None:
    videos = evaluate(frames_of(VIDEOS, "Binary"), VIDEOS, protocol(), HONEST).videos
    accuracy, confusion = attribution(videos, protocol(), ["real", "swap"])
    assert len(accuracy) == 0 and len(confusion) == 0
    assert list(confusion) == ["approach", "database", "true", "predicted", "n", "rate"]


def test_classes_without_videos_and_classes_never_predicted_are_named() -> None:
    frames = frames_of(VIDEOS)
    truth = frames.merge(VIDEOS[["video", "attack"]], on="video")["attack"]
    frames["predicted"] = truth.where(truth == "real", "swap")
    videos = evaluate(frames, VIDEOS, protocol(), HONEST).videos
    accuracy, _ = attribution(videos, protocol(), ["mouth", "real", "swap"])
    of = accuracy.set_index("database")
    assert of.loc["ff", ["classes_absent", "never_predicted"]].tolist() == ["", "mouth"]
    # real is always right, F1 1; swap 2 of 3, F1 2 * 2 / (2 + 3); mouth never, F1 0
    assert of.loc["ff", "macro_f1"] == pytest.approx(100 * (1 + 0.8 + 0) / 3)
    assert of.loc["hifi", ["classes_absent", "never_predicted"]].tolist() == ["mouth, swap", ""]
    assert math.isnan(of.loc["google", "macro_f1"])
    assert of.loc["google", "classes_absent"] == "mouth, real, swap"


@pytest.mark.parametrize("seed", range(4))
def test_macro_f1_is_scikit_learns_over_the_classes_present(seed: int) -> None:
    random = np.random.default_rng(seed)
    true = pd.Series(random.choice(["a", "b", "c"], 40))
    predicted = pd.Series(random.choice(["a", "b", "d"], 40))
    expected = f1_score(true, predicted, labels=["a", "b", "c"], average="macro", zero_division=0)
    assert macro_f1(true, predicted) == pytest.approx(expected)


def test_macro_f1_of_nothing_is_no_number() -> None:
    assert math.isnan(macro_f1(pd.Series([], dtype=object), pd.Series([], dtype=object)))
