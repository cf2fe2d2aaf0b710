import json
from pathlib import Path

import cv2
import pytest
from small_project import HEADS, PROTOCOL

from deepfake_attribution import paths
from deepfake_attribution.figures import gallery, maps
from deepfake_attribution.figures.predictions import Predict
from deepfake_attribution.params.maps import Maps

DATASETS = ["one", "new", "few"]


@pytest.fixture
def mapped(project: Path) -> Path:
    """The project with maps of every head."""
    settings = Maps(max_points=100, perplexity=5, classifier="nn")
    for head in HEADS:
        name = {"binary": "threshold", "attribution": "own"}.get(head, "nn")
        predict = Predict(name, lambda rows, _: rows["predicted"].to_numpy())
        wanted = maps.names(DATASETS, ["one"])
        maps.write(maps.make(head, wanted, settings, 1, predict, jobs=1), head)
    return project


def test_classes_are_those_trained_on_and_the_other_attacks_of_the_test_part(project: Path) -> None:
    classes = gallery.classes_of(DATASETS, ["one"])
    assert list(classes.trained) == ["real", "mouth", "swap"]
    assert list(classes.others) == ["morph"]


def test_every_picture_is_written_listed_and_not_blank_or_has_a_reason(mapped: Path) -> None:
    listed = gallery.draw_all(PROTOCOL, gallery.classes_of(DATASETS, ["one"]))
    files = [picture.file for picture in listed if picture.file]
    folder = paths.pictures()
    assert sorted(files) == sorted(path.name for path in folder.glob("*.png"))
    assert {"faces.png", "roc.png", "training.png", "confusion-arcfacemod-nn.png"} <= set(files)
    assert {f"tsne-{head}-{name}.png" for head in HEADS for name in ("one", "new")} <= set(files)
    for name in files:
        image = cv2.imread(str(folder / name))
        assert image.std() > 10 and 500 < image.shape[1] < 1300, name
    read = json.loads((folder / gallery.LIST).read_text())
    assert [entry["file"] for entry in read] == [picture.file for picture in listed]

    absent = [picture for picture in listed if not picture.file]
    assert [picture.title for picture in absent] == [
        *("Binary on few", "Attribution on few", "TripletLoss-NN on few", "ArcFaceMod-NN on few")
    ]
    assert all("5 crops are too few" in picture.caption for picture in absent)
