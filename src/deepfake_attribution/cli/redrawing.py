"""Draws the report's pictures again, with one call each: for notebooks and scripts.

The code is that of the stage ``figures``; the data is that of the project in the current folder.
"""

from pathlib import Path

import pandas as pd
from matplotlib.figure import Figure

from deepfake_attribution.core.errors import UserError
from deepfake_attribution.figures import gallery, shown, style

TABLE = ["section", "group", "title", "file", "caption"]


def pictures() -> pd.DataFrame:
    """Return a row per picture of the report, in its order: `TABLE`.

    ``file`` is its name, for `picture`; if it is empty, ``caption`` says why there is no picture.

    Raises:
        UserError: data of a picture does not exist yet.
    """
    drawn = gallery.drawings(shown.from_settings())
    return pd.DataFrame([vars(about) for about, _ in drawn], columns=TABLE)


def picture(file: str) -> Figure:
    """Return one picture, by its name in `pictures`: ``roc.png``, ``tsne-arcface-combined.png``.

    Raises:
        UserError: there is no such picture.
    """
    known = []
    for about, draw in gallery.drawings(shown.from_settings()):
        if about.file == file and draw is not None:
            with style.drawing():
                return draw()
        known += [about.file] if about.file else []
    raise UserError(f"{file}: no such picture; there are {', '.join(known)}")


def roc() -> Figure:
    """Return the ROC curves of every approach, video level."""
    return picture("roc.png")


def training() -> Figure:
    """Return the training curves of every head."""
    return picture("training.png")


def faces() -> Figure:
    """Return the sheet of face crops per class and dataset."""
    return picture("faces.png")


def embedding_map(head: str, name: str) -> Figure:
    """Return a map of a head's test crops.

    Args:
        head: binary, attribution, triplet or arcface.
        name: ``combined``, or a dataset; the column ``map`` of `reading.maps`.
    """
    return picture(f"tsne-{head}-{name}.png")


def confusion(approach: str) -> Figure:
    """Return the confusion matrix of an approach, for example ``ArcFaceMod-NN``."""
    return picture(f"confusion-{approach.lower()}.png")


def save_for_print(figure: Figure, path: str | Path) -> None:
    """Write a figure as PDF for a paper: vectors, TrueType fonts, the same bytes each time."""
    with style.drawing():
        style.save_print(figure, Path(path))
