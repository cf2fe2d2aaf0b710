from pathlib import Path

import pandas as pd
import pytest

from chosen_heads import write_heads
from deepfake_attribution.analyse.bundle.approaches import best, every, validated
from deepfake_attribution.core import paths, tables

NAN = float("nan")
# attack, score, score by a classifier that had not seen the video
BINARY = [("real", 0.9, NAN), ("real", 0.4, NAN), ("swap", 0.5, NAN), ("swap", 0.1, NAN)]
FITTED = [("real", 0.9, 0.9), ("real", 0.8, 0.8), ("swap", 0.1, 0.7), ("swap", 0.1, 0.1)]
FITTED += [("swap", 0.1, 0.2), ("mouth", 0.2, 0.0), ("real", NAN, NAN)]  # the last has no face


def write(head: str, rows: dict[str, list[tuple]], threshold: float, label: str) -> None:
    """Write scores and figures of approaches, and empty files of models and classifiers."""
    scores, figures = [], []
    for approach, videos in rows.items():
        about = {"approach": approach, "seed": 1, "dataset": "one", "split": "val"}
        for number, (attack, score, other) in enumerate(videos):
            video = {"video": f"{attack}{number}", "attack": attack, "score": score}
            scores.append(about | video | {"score_out_of_fold": other})
        # neither of these counts: a test video, and one of a dataset that is not trained on
        scores.append(scores[-1] | {"split": "test", "attack": "real", "score": 0.0})
        scores.append(scores[-2] | {"dataset": "new", "attack": "real", "score": 0.0})
        limit = {"threshold": threshold, "threshold_scores": label}
        figures.append({"approach": approach, "seed": 1, "level": "video"} | limit)
        figures.append({"approach": approach, "seed": 1, "level": "frame"} | limit)
    tables.write(pd.DataFrame(scores), paths.scores(head))
    tables.write(pd.DataFrame(figures), paths.results(head) / "figures.parquet")
    for one in every():
        if one.head == head:
            for file in one.needs(1):
                file.parent.mkdir(parents=True, exist_ok=True)
                file.touch()


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    write_heads()


def test_names_are_those_of_the_tables() -> None:
    assert [one.name for one in every()] == [
        *("Binary", "Attribution"),
        *("TripletLoss-NN", "TripletLoss-LR", "TripletLoss-SVM"),
        *("ArcFaceMod-NN", "ArcFaceMod-LR", "ArcFaceMod-SVM"),
    ]


def test_error_on_validation_videos_is_of_the_scores_that_the_threshold_was_set_on() -> None:
    write("binary", {"Binary": BINARY}, 0.4, "held_out")
    write("arcface", {"ArcFaceMod-NN": FITTED}, 0.4, "out_of_fold")
    one, other = validated(1, ["one"])
    # above 0.4: one of two reals, one of two fakes: (1/2 + 1/2) / 2
    assert (one.approach.name, one.hter) == ("Binary", 50.0)
    assert (one.limit.value, one.limit.n_fake, one.limit.k_pass) == (0.4, 2, 1)
    # both reals; of four fakes one: (0 + 1/4) / 2; in-sample scores would give 0
    assert (other.approach.name, other.hter) == ("ArcFaceMod-NN", 12.5)
    assert (other.limit.scores, other.limit.n_fake, other.limit.k_pass) == ("out_of_fold", 4, 1)
    assert best([one, other]) is other
    write("arcface", {"ArcFaceMod-NN": FITTED}, 0.4, "in_sample")
    assert validated(1, ["one"])[1].hter == 0.0


def test_of_equal_ones_the_first_of_the_tables_is_taken() -> None:
    same = {"ArcFaceMod-NN": FITTED, "ArcFaceMod-LR": FITTED}
    write("arcface", same, 0.4, "out_of_fold")
    write("binary", {"Binary": FITTED}, 0.4, "out_of_fold")
    found = validated(1, ["one"])
    assert len({one.hter for one in found}) == 1
    assert best(found).approach.name == "Binary"


def test_without_reals_there_is_no_error_and_it_comes_last() -> None:
    write("binary", {"Binary": [("swap", 0.5, NAN)]}, 0.5, "held_out")
    write("arcface", {"ArcFaceMod-NN": FITTED}, 0.4, "out_of_fold")
    found = validated(1, ["one"])
    assert found[0].hter is None and best(found).approach.name == "ArcFaceMod-NN"


def test_what_is_not_whole_is_not_there() -> None:
    write("arcface", {"ArcFaceMod-NN": FITTED, "ArcFaceMod-LR": FITTED}, 0.4, "out_of_fold")
    (paths.classifier("arcface", "nn", 1) / "classifier.skops").unlink()
    assert [one.approach.name for one in validated(1, ["one"])] == ["ArcFaceMod-LR"]
    assert validated(2, ["one"]) == []
