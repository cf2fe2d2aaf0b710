from pathlib import Path

import pandas as pd
import pytest

from chosen_heads import write_heads
from deepfake_attribution.analyse.bundle.approaches import every
from deepfake_attribution.analyse.bundle.attributing import attributed, best
from deepfake_attribution.classify.fitting import VALIDATION_SCORES
from deepfake_attribution.core import paths, tables

# attack of a fake -> P(real), P(mouth), P(swap)
OWN = [("swap", 0.9, 0.0, 0.1), ("swap", 0.1, 0.5, 0.4), ("mouth", 0.0, 1.0, 0.0)]


def write(head: str, rows: list[tuple]) -> None:
    """Write the scores of a head's approaches, and empty files of models and classifiers."""
    scores = []
    for one in every():
        if one.head != head:
            continue
        about = {"approach": one.name, "seed": 1, "dataset": "one", "split": "val"}
        for number, (attack, *shares) in enumerate(rows):
            video = {"video": f"v{number}", "attack": attack, "score": shares[0]}
            p = dict(zip(("p_real", "p_mouth", "p_swap"), shares, strict=True))
            scores.append(about | video | p)
        # none counts: a real video, a test video, one of a dataset not trained on, one without face
        wrong = {"attack": "swap", "p_real": 0.0, "p_mouth": 1.0, "p_swap": 0.0}
        scores.append(scores[0] | wrong | {"attack": "real"})
        scores.append(scores[0] | wrong | {"split": "test"})
        scores.append(scores[0] | wrong | {"dataset": "new"})
        scores.append(scores[0] | wrong | {"score": float("nan")})
        for file in one.needs(1):
            file.parent.mkdir(parents=True, exist_ok=True)
            file.touch()
    tables.write(pd.DataFrame(scores), paths.scores(head))


def write_names(kind: str, names: dict[str, list[str]]) -> None:
    """Write the names that classifiers of other folds gave to the crops of videos."""
    rows = [
        {"video": video, "attack_out_of_fold": name} for video in names for name in names[video]
    ]
    tables.write(pd.DataFrame(rows), paths.classifier("arcface", kind, 1) / VALIDATION_SCORES)


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    write_heads()


def test_a_head_names_the_likeliest_attack_and_attacks_count_alike() -> None:
    write("attribution", OWN)
    (one,) = attributed(1, ["one"])
    # of two swaps one is right (real does not count as a name), of one mouth one: (1/2 + 1) / 2
    assert (one.approach.name, one.right, one.n_fake) == ("Attribution", 75.0, 3)


def test_a_classifier_is_judged_by_names_out_of_fold_and_by_most_crops() -> None:
    write("arcface", OWN)
    # in-sample probabilities are not looked at; a crop without a name has no vote
    write_names("nn", {"v0": ["swap", "swap", "mouth"], "v1": ["", "", "swap"], "v2": ["swap"]})
    write_names("lr", {"v0": ["mouth", "swap"], "v1": ["", ""], "v2": ["mouth"]})
    nn, lr = attributed(1, ["one"])  # the SVM was fitted by an older version
    assert (nn.approach.name, nn.right) == ("ArcFaceMod-NN", 50.0)
    assert (lr.approach.name, lr.right) == ("ArcFaceMod-LR", 50.0)
    assert best([nn, lr]) is nn
    write("attribution", OWN)
    found = attributed(1, ["one"])
    chosen = best(found)
    assert chosen is not None and chosen.approach.name == "Attribution"


def test_binary_names_nothing_and_without_any_there_is_no_choice() -> None:
    write("binary", OWN)
    assert attributed(1, ["one"]) == [] and best([]) is None
