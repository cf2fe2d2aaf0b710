from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from deepfake_attribution.classify import classifier_files
from deepfake_attribution.classify.fitting import PLACE, VALIDATION_SCORES, fit_on_validation
from deepfake_attribution.classify.settings import Classifiers
from deepfake_attribution.core import paths, tables

CLASSES = ["real", "mouth", "swap"]


def settings(tune_on: str = "val") -> Classifiers:
    return Classifiers.model_validate(
        {
            "tune_on": tune_on,
            "heads": ["triplet", "arcface"],
            "folds": 2,
            "nn": {"k": [1, 3]},
            "lr": {"C": 1.0, "max_iter": 500},
            "svm": {"C": 1.0, "max_rows": 20000},
        }
    )


def write(dataset: str, seed: int, trained: int = 1) -> None:
    """Write embeddings of ``dataset`` as a head would give them, trained with ``trained``."""
    random = np.random.default_rng(seed)
    centres = 3 * np.eye(3, 4)
    rows = [
        {"video": f"{dataset}/{split}/{attack}/{video}", "slot": slot, "person": 0, "split": split}
        | {"attack": attack, "embedding": centres[place] + random.normal(size=4)}
        for split in ("val", "test")
        for place, attack in enumerate(CLASSES)
        for video in range(4)
        for slot in range(3)
    ]
    tables.write(pd.DataFrame(rows), paths.embeddings("triplet", dataset, trained))
    videos = pd.DataFrame(rows)[["video"]].drop_duplicates()
    tables.write(videos.assign(dataset=dataset, source=""), paths.catalog(dataset))


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for seed, dataset in enumerate(("one", "two", "unseen")):
        write(dataset, seed)


@pytest.mark.parametrize("kind", ["nn", "lr", "svm"])
def test_classifier_is_fitted_on_the_validation_crops_of_the_training_datasets(kind: str) -> None:
    line = fit_on_validation("triplet", 1, kind, ["one", "two"], settings(), 0, False)
    out = paths.classifier("triplet", kind, 1)
    assert line == f"{kind} on triplet, seed 1: 72 validation crops, 3 classes"
    scores = tables.read(out / VALIDATION_SCORES)
    expected = pd.concat(
        [tables.read(paths.embeddings("triplet", name, 1)) for name in ("one", "two")]
    )
    expected = expected[expected["split"] == "val"].reset_index(drop=True)
    pd.testing.assert_frame_equal(scores[PLACE], expected[PLACE])
    classifier = classifier_files.load(out)
    vectors = np.stack(expected["embedding"].to_numpy())
    np.testing.assert_array_equal(scores["in_sample"], classifier.score(vectors))
    real = (expected["attack"] == "real").to_numpy()
    for column in ("in_sample", "out_of_fold"):  # higher is more real
        assert scores[column][real].mean() > scores[column][~real].mean()
    assert not np.array_equal(scores["in_sample"], scores["out_of_fold"])
    fakes = expected["attack"][~real]
    right = scores["attack_out_of_fold"][~real] == fakes
    assert right.mean() > 0.5  # there are two attacks
    allowed = {*fakes, *([] if kind == "lr" else [""])}  # no neighbour may be a fake
    assert set(scores["attack_out_of_fold"]) <= allowed


def test_all_videos_of_a_source_are_in_one_fold_whatever_their_dataset() -> None:
    """Nearest neighbour by angle, worked out by hand: the other source's nearest video decides.

    The fakes of the first source are in another dataset; only their footage says where they are
    from. By video, each crop would be scored by the other video of its own source.
    """
    videos = {
        "one": [("real/1", 0, "a.mp4", ["one/a"]), ("real/2", 80, "b.mp4", ["one/b"])],
        "two": [("swap/1", 5, "", ["one/a"]), ("swap/2", 100, "", ["one/b"])],
    }
    for dataset, rows in videos.items():
        names = [f"{dataset}/{name}" for name, *_ in rows]
        catalog = {"video": names, "dataset": dataset, "source": [row[2] for row in rows]}
        tables.write(
            pd.DataFrame(catalog | {"footage": [row[3] for row in rows]}), paths.catalog(dataset)
        )
        angles = np.radians([row[1] for row in rows])
        crops = {"video": names, "slot": 0, "person": 0, "split": "val"}
        crops |= {"attack": [name.split("/")[1] for name in names]}
        crops |= {"embedding": list(np.stack([np.cos(angles), np.sin(angles)], axis=1))}
        tables.write(pd.DataFrame(crops), paths.embeddings("triplet", dataset, 1))
    chosen = settings().model_copy(update={"nn": settings().nn.model_copy(update={"k": 1})})
    fit_on_validation("triplet", 1, "nn", ["one", "two"], chosen, 0, False)
    scores = tables.read(paths.classifier("triplet", "nn", 1) / VALIDATION_SCORES)
    # source a, at 0 and 5 degrees, is nearest to the real at 80; source b to the fake at 5
    assert dict(zip(scores["video"], scores["out_of_fold"], strict=True)) == {
        **{"one/real/1": 1.0, "two/swap/1": 1.0},
        **{"one/real/2": 0.0, "two/swap/2": 0.0},
    }


def test_same_input_gives_the_same_bytes() -> None:
    contents = []
    for _ in range(2):
        fit_on_validation("triplet", 1, "lr", ["one"], settings(), 0, False)
        files = sorted(paths.classifier("triplet", "lr", 1).iterdir())
        contents.append({path.name: path.read_bytes() for path in files})
    assert len(contents[0]) == 3 and contents[0] == contents[1]


def test_each_training_seed_has_a_classifier_of_its_own_embeddings() -> None:
    write("one", seed=7, trained=2)
    for seed in (1, 2):
        fit_on_validation("triplet", seed, "nn", ["one"], settings(), 0, False)
    scores = [
        tables.read(paths.classifier("triplet", "nn", seed) / VALIDATION_SCORES) for seed in (1, 2)
    ]
    pd.testing.assert_frame_equal(scores[0][PLACE], scores[1][PLACE])
    assert not scores[0]["out_of_fold"].equals(scores[1]["out_of_fold"])


def test_test_crops_are_looked_at_only_where_the_settings_say_so(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    from deepfake_attribution.classify import fitting

    given = []
    fit = fitting.fit

    def noted(*arguments: object) -> object:
        given.append(arguments[5])
        return fit(*arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(fitting, "fit", noted)
    fit_on_validation("triplet", 1, "nn", ["one"], settings("val"), 0, False)
    fit_on_validation("triplet", 1, "nn", ["one"], settings("test"), 0, False)
    assert given[0] is None
    assert len(given[1]) == 36 and {group.split("/")[1] for group in given[1].groups} == {"test"}


def write_copies(dataset: str, shift: float) -> None:
    """Write copies of the validation embeddings of ``dataset``, moved by ``shift``, backwards."""
    path = paths.embeddings("triplet", dataset, 1)
    table = tables.read(path)
    copies = table[table["split"] == "val"].iloc[::-1].copy()
    copies["embedding"] = [vector + shift for vector in copies["embedding"]]
    tables.write(copies, paths.degraded(path))


@pytest.mark.parametrize("kind", ["nn", "lr", "svm"])
def test_degraded_copies_are_scored_out_of_fold_and_change_nothing_else(kind: str) -> None:
    names, out = ["one", "two"], paths.classifier("triplet", kind, 1)
    fit_on_validation("triplet", 1, kind, names, settings(), 0, False)
    before = {path.name: path.read_bytes() for path in out.iterdir()}
    clean = tables.read(out / VALIDATION_SCORES)
    for shift in (0.0, 0.7):
        for name in names:
            write_copies(name, shift)
        fit_on_validation("triplet", 1, kind, names, settings(), 0, True)
        scores = tables.read(out / VALIDATION_SCORES)
        pd.testing.assert_frame_equal(scores[clean.columns], clean)
        # by the very classifiers that gave the out-of-fold scores: the same picture, the same score
        alike = scores["degraded_out_of_fold"].tolist() == clean["out_of_fold"].tolist()
        assert alike == (shift == 0)
        for name in (classifier_files.MODEL, classifier_files.RECORD):
            assert (out / name).read_bytes() == before[name]
