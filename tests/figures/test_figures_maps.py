from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from small_project import CROPS, crops

from deepfake_attribution.classify import classifier_files
from deepfake_attribution.classify.fitted import Fitted
from deepfake_attribution.core import paths, tables
from deepfake_attribution.core.errors import UserError
from deepfake_attribution.figures import maps
from deepfake_attribution.figures.predictions import Predict, predictions_of
from deepfake_attribution.figures.settings import Maps

SETTINGS = Maps(max_points=100, perplexity=30, classifier="nn")
ALL = Predict("own", lambda rows, _: rows["predicted"].to_numpy())


@pytest.mark.slow
def test_map_of_all_trained_together_and_one_of_each_dataset(project: Path) -> None:
    assert maps.tested(["one", "new", "few"]) == ["one", "new", "few"]
    assert maps.names(["a", "b", "c"], ["a", "b"]) == {
        "combined": ["a", "b"],
        "a": ["a"],
        "b": ["b"],
        "c": ["c"],
    }


def test_a_single_training_dataset_has_one_map_and_names_never_meet() -> None:
    assert list(maps.names(["a", "c"], ["a"])) == ["a", "c"]
    assert list(maps.names(["combined", "b"], ["combined", "b"])) == ["combined_", "combined", "b"]


def test_dataset_without_test_videos_has_no_map(project: Path) -> None:
    table = tables.read(paths.catalog("one"))
    tables.write(table[table["split"] != "test"], paths.catalog("one"))
    assert maps.tested(["one", "new"]) == ["new"]


def test_points_are_the_test_crops_with_true_and_predicted_class(project: Path) -> None:
    made = maps.make("arcface", 1, {"one": ["one"]}, SETTINGS, 1, ALL, jobs=1)
    expected = crops("one").query("split == 'test'").set_index(["video", "slot"]).sort_index()
    points = made.points.set_index(["video", "slot"]).sort_index()
    assert points.index.equals(expected.index)
    for column in ("dataset", "attack", "predicted"):
        assert points[column].tolist() == expected[column].tolist()
    assert np.isfinite(points[["x", "y"]].to_numpy(dtype=float)).all()


def test_every_map_is_accounted_for_made_or_not(project: Path) -> None:
    wanted = {"combined": ["one", "new"], "few": ["few"]}
    made = maps.make("binary", 1, wanted, SETTINGS, 1, ALL, jobs=2)
    rows = made.maps.set_index("map")
    assert rows.loc["combined", ["crops", "of", "metric", "reason"]].tolist() == [
        *(90, 90, "euclidean", "")
    ]
    assert rows.loc["combined", "perplexity"] == pytest.approx(89 / 3)
    assert rows.loc["few", "of"] == CROPS and rows.loc["few", "crops"] == 0
    assert maps.lines(made, "binary") == [
        "binary: map of combined: 90 of 90 test crops",
        "binary: no map of few: 5 crops are too few for a map: it needs 10",
    ]
    assert set(made.points["map"]) == {"combined"}


def test_many_crops_are_thinned_by_whole_videos(project: Path) -> None:
    wanted = {"combined": ["one", "new", "few"]}
    settings = SETTINGS.model_copy(update={"max_points": 42})
    made = maps.make("triplet", 1, wanted, settings, 1, ALL, jobs=1)
    assert made.maps.loc[0, ["crops", "of", "metric"]].tolist() == [40, 95, "cosine"]
    assert (made.points.groupby("video").size() == CROPS).all()


@pytest.mark.slow
def test_number_of_threads_and_a_second_run_change_no_byte(project: Path) -> None:
    wanted = {"combined": ["one", "new"], "one": ["one"], "new": ["new"], "few": ["few"]}
    contents = []
    for jobs in (1, 2, 2):
        maps.write(maps.make("arcface", 1, wanted, SETTINGS, 1, ALL, jobs), "arcface")
        files = (paths.map_points("arcface"), paths.maps("arcface"))
        contents.append([path.read_bytes() for path in files])
    assert contents[0] == contents[1] == contents[2]


def test_no_map_at_all_still_writes_both_tables(project: Path) -> None:
    maps.write(maps.make("arcface", 1, {"few": ["few"]}, SETTINGS, 1, ALL, 1), "arcface")
    assert tables.read(paths.map_points("arcface")).columns.tolist() == maps.POINTS.names
    assert len(tables.read(paths.map_points("arcface"))) == 0
    assert tables.read_rows(paths.maps("arcface"))[0]["perplexity"] is None


def test_binary_is_coloured_by_its_threshold_on_frames(project: Path) -> None:
    predict = predictions_of("binary", 1, "nn")
    figures = tables.read(paths.results("binary") / "figures.parquet")
    value = figures.loc[figures["level"] == "frame", "threshold"].iloc[0]
    assert value != figures.loc[figures["level"] == "video", "threshold"].iloc[0]
    rows = pd.DataFrame({"probabilities": [[value + 0.01, 0], [value, 0], [value - 0.01, 0]]})
    assert predict(rows, np.empty(0)).tolist() == ["real", "fake", "fake"]
    assert predict.name == "threshold"
    other = figures.loc[(figures["seed"] == 2) & (figures["level"] == "frame"), "threshold"].iloc[0]
    rows = pd.DataFrame({"probabilities": [[other, 0], [other + 0.01, 0]]})
    assert predictions_of("binary", 2, "nn")(rows, np.empty(0)).tolist() == ["fake", "real"]
    assert other > value + 0.01


def test_attribution_has_its_own_prediction() -> None:
    predict = predictions_of("attribution", 1, "nn")
    assert predict(crops("new").head(1), np.empty(0)).tolist() == ["real"]
    assert predict.name == "own"


def test_embeddings_are_coloured_by_the_fitted_classifier(project: Path) -> None:
    from sklearn.neighbors import KNeighborsClassifier

    model = KNeighborsClassifier(1).fit(np.eye(2), ["real", "swap"])
    folder = paths.classifier("triplet", "nn", 1)
    classifier_files.save(Fitted("nn", model, None, {"kind": "nn"}), folder)
    predict = predictions_of("triplet", 1, "nn")
    assert predict(pd.DataFrame(), np.array([[0.9, 0], [0, 3]])).tolist() == ["real", "swap"]
    with pytest.raises(UserError, match=r"triplet/svm/seed-1/classifier\.json: no such file"):
        predictions_of("triplet", 1, "svm")


def test_neighbours_are_rows_of_the_map_of_other_videos(project: Path) -> None:
    made = maps.make("arcface", 1, maps.names(["one"], ["one"]), SETTINGS, 1, ALL, jobs=1).points
    for row in made.itertuples(index=False):
        near = made.iloc[row.neighbours]
        assert len(near) == 5 and near["video"].nunique() == 5 and row.video not in set(near.video)
    maps.write(maps.Made(made, pd.DataFrame(columns=maps.MAPS.names)), "arcface")
    stored = tables.read(paths.map_points("arcface"))["neighbours"]
    assert [list(each) for each in stored] == [list(each) for each in made["neighbours"]]
