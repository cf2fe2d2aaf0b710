"""All pictures, and a list of them with captions: the ``figures`` stage."""

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path
from typing import Any

import pandas as pd
from matplotlib.figure import Figure

from deepfake_attribution.core import paths, tables
from deepfake_attribution.core.durable import write
from deepfake_attribution.core.outputs import ONE_LOGIT
from deepfake_attribution.core.video import REAL, class_names
from deepfake_attribution.evaluate import over_seeds
from deepfake_attribution.evaluate.protocol import Protocol
from deepfake_attribution.figures import (
    confusion,
    contact_sheet,
    curve_files,
    people,
    roc,
    scatter,
    style,
    training_curves,
)
from deepfake_attribution.figures.predictions import FAKE, OWN, THRESHOLD, approach_of
from deepfake_attribution.figures.style import Classes
from deepfake_attribution.heads import registry

PEOPLE = 6  # columns of the contact sheet
PRINTED = ("maps", "roc", "training", "confusion")  # sections that are also written for print


@dataclass(frozen=True)
class Picture:
    """A picture of the page.

    Attributes:
        section: ``faces``, ``maps``, ``roc``, ``training`` or ``confusion``.
        group: pictures of one group are shown together: the head, for maps and confusion.
        file: its name in the folder of pictures; empty if it does not exist.
        title: shown above it.
        caption: how to read it; or why it does not exist.
    """

    section: str
    group: str
    file: str
    title: str
    caption: str


Draw = Callable[[], Figure]  # must be called inside `style.drawing`
Drawn = Iterator[tuple[Picture, Draw | None]]


def classes_of(datasets: Sequence[str], training: Sequence[str]) -> Classes:
    """Return the classes trained on, and the other attacks of the test videos, sorted by name."""
    listed = pd.concat([tables.read(paths.catalog(name)) for name in datasets])
    learnt = listed[listed["dataset"].isin(training) & listed["split"].isin(["train", "val"])]
    trained = class_names(learnt)
    tested = set(listed.loc[listed["split"] == "test", "attack"])
    return Classes(trained, sorted(tested - set(trained)))


@dataclass(frozen=True)
class Shown:
    """The databases, classes and training seeds of the pictures.

    All but the training curves show the first seed; if there are several, captions say so.
    """

    protocol: Protocol
    classes: Classes
    seeds: Sequence[int]

    def of_first(self, table: pd.DataFrame) -> pd.DataFrame:
        """Return the rows of the first seed."""
        return over_seeds.of_seed(table, self.seeds[0])

    def caption(self, text: str) -> str:
        """Return ``text``, followed by the seed of the picture if there are several."""
        if len(self.seeds) == 1:
            return text
        return f"{text} Training seed {self.seeds[0]} of {', '.join(map(str, self.seeds))}."


def drawings(shown: Shown) -> Drawn:
    """Yield every picture in order, with the function that draws it or None."""
    for part in (_faces, _maps, _roc, _training, _confusion):
        yield from part(shown)


def draw_all(shown: Shown) -> list[Picture]:
    """Write every picture and the list of them; return the list.

    Those of `PRINTED` are written twice from one drawing: as PNG, and as PDF next to it.
    """
    folder = paths.pictures()
    pictures = []
    with style.drawing():
        for picture, draw in drawings(shown):
            pictures.append(picture)
            if draw is not None:
                _write(draw(), picture, folder / picture.file)
    content = json.dumps([asdict(picture) for picture in pictures], indent=2) + "\n"
    write(content.encode(), folder / paths.PICTURE_LIST)
    return pictures


def _write(figure: Figure, picture: Picture, path: Path) -> None:
    style.save(figure, path)
    if picture.section in PRINTED:
        style.save_print(figure, path.with_suffix(".pdf"))


def _faces(shown: Shown) -> Drawn:
    protocol, classes = shown.protocol, shown.classes
    found = [people.choose(name, classes.names(), PEOPLE) for name in protocol.databases]
    blocks = [block for block in found if block is not None]
    for name, block in zip(protocol.databases, found, strict=True):
        if block is None:
            yield Picture("faces", "", "", name, "No test video has a face."), None
    if blocks:
        caption = (
            "A column is one person, in the same frame of the original and of each fake made from "
            "it. The square next to a class is its colour in all pictures."
        )
        picture = Picture("faces", "", "faces.png", "Face crops of the test part", caption)
        yield picture, partial(contact_sheet.draw, blocks, protocol.training, classes)


def _maps(shown: Shown) -> Drawn:
    for head, known in registry.chosen().items():
        points = tables.read(paths.map_points(head))
        for about in tables.read_rows(paths.maps(head)):
            named = approach_of(known.title, about["predictions"])
            title = f"{named} on {' + '.join(about['datasets'])}"
            if about["reason"]:
                yield Picture("maps", known.title, "", title, f"No map: {about['reason']}."), None
                continue
            below = (
                f"frame level, test part: {about['crops']} of {about['of']} crops; "
                f"t-SNE, {about['metric']}, perplexity {about['perplexity']:g}{_shortened(about)}"
            )
            own = points[points["map"] == about["map"]]
            file = f"tsne-{head}-{about['map']}.png"
            caption = shown.caption(_map_caption(about))
            picture = Picture("maps", known.title, file, title, caption)
            yield picture, partial(scatter.draw, own, shown.classes, title, below)


def _shortened(about: dict[str, Any]) -> str:
    return f", of {about['components']} principal components" if about["components"] else ""


def _map_caption(about: dict[str, Any]) -> str:
    texts = {
        OWN: "the most probable class of the head itself",
        THRESHOLD: "real or fake, at the threshold for frames",
        "nn": "the most probable class, by its nearest neighbours",
        "lr": "the most probable class, by logistic regression",
        "svm": "the most probable class, by the support vector machine",
    }
    colour = texts[about["predictions"]]
    at = "at the threshold" if about["predictions"] == THRESHOLD else "by that class"
    left_out = about["of"] - about["crops"]
    some = f" {left_out} crops are left out, whole videos at a time." if left_out else ""
    return (
        f"A point is a crop; near points have similar embeddings. Its shape is its true class, its "
        f"colour {colour}. A strong edge: {at}, a real is called fake or a fake is called real. "
        f"Distances between far groups mean little.{some}"
    )


def _roc(shown: Shown) -> Drawn:
    heads = list(registry.chosen())
    scores = pd.concat([tables.read(paths.scores(head)) for head in heads], ignore_index=True)
    chosen = roc.select(shown.of_first(scores), shown.protocol)
    if not chosen:
        reason = "No database has both reals and fakes with a score, so there is no curve."
        yield Picture("roc", "", "", "ROC", reason), None
        return
    results = pd.concat([_results(head, shown) for head in heads], ignore_index=True)
    level = results[results["level"] == "video"].drop_duplicates("approach")
    thresholds = dict(zip(level["approach"], level["threshold"], strict=True))
    caption = (
        "Up and to the left is better; the grey line is chance. A dot is the operating point of "
        "the approach: its one threshold, set on validation videos. An approach with a dot at the "
        f"bottom left calls most videos fake.{_pooled(shown.protocol)}"
    )
    below = "video level, test part; a dot: at the threshold"
    title = "ROC of every approach, video level"
    picture = Picture("roc", "", "roc.png", title, shown.caption(caption))
    yield picture, partial(roc.draw, chosen, thresholds, below)


def _pooled(protocol: Protocol) -> str:
    """Return a sentence about the line that pools several databases; empty if there is none."""
    pooled = [name for name, members in roc.groups(protocol).items() if len(members) > 1]
    return f" The line {pooled[0]} pools the test videos of these databases." if pooled else ""


def _training(shown: Shown) -> Drawn:
    curves = {
        known.title: [curve_files.read(head, seed) for seed in shown.seeds]
        for head, known in registry.chosen().items()
    }
    caption = (
        "Mean loss per crop of each epoch. The epoch with the lowest validation loss (circle) is "
        "kept. Where the two lines diverge, the head overfits its training crops."
    )
    if len(shown.seeds) > 1:
        caption = shown.caption(caption) + " Thin: the other seeds."
    picture = Picture("training", "", "training.png", "Training", caption)
    yield picture, partial(training_curves.draw, curves)


def _confusion(shown: Shown) -> Drawn:
    for head, known in registry.chosen().items():
        name = known.title
        if known.output == ONE_LOGIT:
            results = _results(head, shown)
            counts = confusion.sides(results[results["level"] == "video"])
            parts = {name: counts}
            predicted = [REAL, FAKE]
        else:
            counts = shown.of_first(tables.read(paths.results(head) / "confusion.parquet"))
            parts = {str(one): rows for one, rows in counts.groupby("approach", sort=False)}
            predicted = list(shown.classes.trained)
        for approach, rows in parts.items():
            below = "video level, test part; n next to each class; shade: share of the row"
            picture = Picture(
                "confusion",
                name,
                f"confusion-{approach.lower()}.png",
                approach,
                shown.caption(_counts_caption(known.output)),
            )
            draw = partial(confusion.draw, rows, predicted, shown.classes, approach, below)
            yield picture, draw


def _counts_caption(output: str) -> str:
    if output == ONE_LOGIT:
        return "A row is a true class, a column is real or fake by the threshold."
    return (
        "A row is a true class, a column is a predicted class, which does not depend on the "
        "threshold. Bold: the correct class."
    )


def _results(head: str, shown: Shown) -> pd.DataFrame:
    return shown.of_first(tables.read(paths.results(head) / "figures.parquet"))
