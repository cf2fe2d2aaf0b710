"""All pictures, and a list of them with captions: what the ``figures`` stage does."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import pandas as pd
from matplotlib.figure import Figure

from deepfake_attribution import paths, tables
from deepfake_attribution.catalog.video import REAL, class_names
from deepfake_attribution.durable import write
from deepfake_attribution.evaluation import NAMES
from deepfake_attribution.figures import (
    confusion,
    contact_sheet,
    people,
    roc,
    scatter,
    style,
    training_curves,
)
from deepfake_attribution.figures.predictions import FAKE, OWN, THRESHOLD
from deepfake_attribution.figures.style import Classes
from deepfake_attribution.protocol import Protocol

PEOPLE = 6  # columns of the contact sheet


@dataclass(frozen=True)
class Picture:
    """A picture of the page.

    Attributes:
        section: ``faces``, ``maps``, ``roc``, ``training`` or ``confusion``.
        group: those of one group stand together: the head, for maps and confusion.
        file: its name in the folder of pictures; empty where there is none.
        title: what it shows.
        caption: how to read it; or why there is none.
    """

    section: str
    group: str
    file: str
    title: str
    caption: str


Drawn = Iterator[tuple[Picture, Figure | None]]


def classes_of(datasets: Sequence[str], training: Sequence[str]) -> Classes:
    """Return the classes trained on, and the other attacks of the test videos, by name."""
    listed = pd.concat([tables.read(paths.catalog(name)) for name in datasets])
    learnt = listed[listed["dataset"].isin(training) & listed["split"].isin(["train", "val"])]
    trained = class_names(learnt)
    tested = set(listed.loc[listed["split"] == "test", "attack"])
    return Classes(trained, sorted(tested - set(trained)))


def draw_all(protocol: Protocol, classes: Classes) -> list[Picture]:
    """Write every picture and the list of them; return the list."""
    folder = paths.pictures()
    pictures = []
    with style.drawing():
        for part in (_faces, _maps, _roc, _training, _confusion):
            for picture, figure in part(protocol, classes):
                pictures.append(picture)
                if figure is not None:
                    style.save(figure, folder / picture.file)
    content = json.dumps([asdict(picture) for picture in pictures], indent=2) + "\n"
    write(content.encode(), folder / paths.PICTURE_LIST)
    return pictures


def _faces(protocol: Protocol, classes: Classes) -> Drawn:
    found = [people.choose(name, classes.names(), PEOPLE) for name in protocol.databases]
    blocks = [block for block in found if block is not None]
    for name, block in zip(protocol.databases, found, strict=True):
        if block is None:
            yield Picture("faces", "", "", name, "No test video has a face."), None
    if blocks:
        caption = (
            "A column is one person, seen in the same frame of the original and of each fake made "
            "of it. The square beside a class has its colour in all pictures."
        )
        picture = Picture("faces", "", "faces.png", "Face crops of the test part", caption)
        yield picture, contact_sheet.draw(blocks, protocol.training, classes)


def _maps(protocol: Protocol, classes: Classes) -> Drawn:
    for head in NAMES:
        points = tables.read(paths.map_points(head))
        for about in tables.read_rows(paths.maps(head)):
            title = f"{_named(head, about['predictions'])} on {' + '.join(about['datasets'])}"
            if about["reason"]:
                yield Picture("maps", NAMES[head], "", title, f"No map: {about['reason']}."), None
                continue
            below = (
                f"frame level, test part: {about['crops']} of {about['of']} crops; "
                f"t-SNE, {about['metric']}, perplexity {about['perplexity']:g}"
            )
            own = points[points["map"] == about["map"]]
            file = f"tsne-{head}-{about['map']}.png"
            picture = Picture("maps", NAMES[head], file, title, _map_caption(about))
            yield picture, scatter.draw(own, classes, title, below)


def _named(head: str, predictions: str) -> str:
    fitted = predictions not in (OWN, THRESHOLD)
    return f"{NAMES[head]}-{predictions.upper()}" if fitted else NAMES[head]


def _map_caption(about: dict[str, Any]) -> str:
    said = {
        OWN: "the class that the head itself names",
        THRESHOLD: "real or fake, at the threshold on frames",
        "nn": "the class of its nearest neighbours",
        "lr": "the class that the logistic regression names",
        "svm": "the class that the support vector machine names",
    }
    colour = said[about["predictions"]]
    left_out = about["of"] - about["crops"]
    some = f" {left_out} crops are left out, whole videos at a time." if left_out else ""
    return (
        f"A point is a crop; near points have similar embeddings. Its shape is its true class, its "
        f"colour {colour}. Distances between far groups mean little.{some}"
    )


def _roc(protocol: Protocol, _: Classes) -> Drawn:
    scores = pd.concat([tables.read(paths.scores(head)) for head in NAMES], ignore_index=True)
    chosen = roc.select(scores, protocol)
    if not chosen:
        said = "No database has scored reals and fakes, so there is no curve."
        yield Picture("roc", "", "", "ROC", said), None
        return
    results = pd.concat([_results(head) for head in NAMES], ignore_index=True)
    level = results[results["level"] == "video"].drop_duplicates("approach")
    thresholds = dict(zip(level["approach"], level["threshold"], strict=True))
    caption = (
        "Up and to the left is better; the grey line is a coin. A dot is where the approach works: "
        "at its one threshold, set on validation videos. A dot far to the left and low calls most "
        "videos fake."
    )
    below = "video level, test part; a dot: at the threshold"
    picture = Picture("roc", "", "roc.png", "ROC of every approach, video level", caption)
    yield picture, roc.draw(chosen, thresholds, below)


def _training(_: Protocol, __: Classes) -> Drawn:
    curves = {name: pd.read_csv(paths.curve(head)) for head, name in NAMES.items()}
    caption = (
        "Mean loss per crop of each epoch. The epoch with the lowest validation loss (ringed) is "
        "kept. Where the two lines part, the head learns its training crops by heart."
    )
    yield Picture("training", "", "training.png", "Training", caption), training_curves.draw(curves)


def _confusion(_: Protocol, classes: Classes) -> Drawn:
    for head, name in NAMES.items():
        if head == "binary":
            results = _results(head)
            counts = confusion.sides(results[results["level"] == "video"])
            parts = {name: counts}
            predicted = [REAL, FAKE]
        else:
            counts = tables.read(paths.results(head) / "confusion.parquet")
            parts = {str(one): rows for one, rows in counts.groupby("approach", sort=False)}
            predicted = list(classes.trained)
        for approach, rows in parts.items():
            below = "video level, test part; n beside each class; shade: share of the row"
            picture = Picture(
                "confusion",
                name,
                f"confusion-{approach.lower()}.png",
                approach,
                _counts_caption(head),
            )
            yield picture, confusion.draw(rows, predicted, classes, approach, below)


def _counts_caption(head: str) -> str:
    if head == "binary":
        return "A row is a true class, a column what its videos are called at the threshold."
    return (
        "A row is a true class, a column the class that its videos are given, whatever the "
        "threshold. Bold: the right one."
    )


def _results(head: str) -> pd.DataFrame:
    return tables.read(paths.results(head) / "figures.parquet")
