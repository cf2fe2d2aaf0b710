"""Confusion matrix: the predicted classes of the videos of each class, as counts."""

from collections.abc import Sequence

import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from deepfake_attribution.core.video import REAL
from deepfake_attribution.figures import style
from deepfake_attribution.figures.predictions import FAKE
from deepfake_attribution.figures.style import Classes

COLUMNS = ["database", "true", "predicted", "n"]


def sides(figures: pd.DataFrame) -> pd.DataFrame:
    """Return `COLUMNS` of an approach that predicts real and fake only, by its threshold.

    Args:
        figures: its rows of the table of figures at one level, one per database and attack.
    """
    rows = []
    for database, parts in figures.groupby("database", sort=False):
        whole, attacks = parts[parts["attack"] == "all"], parts[parts["attack"] != "all"]
        first = whole.iloc[0]
        rows += [(database, REAL, REAL, first["n_real"] - first["k_fnr"])]
        rows += [(database, REAL, FAKE, first["k_fnr"])]
        for part in attacks.drop_duplicates("attack").itertuples(index=False):
            rows += [(database, part.attack, REAL, part.k_fpr)]
            rows += [(database, part.attack, FAKE, part.n_fake - part.k_fpr)]
    return pd.DataFrame(rows, columns=COLUMNS)


def draw(
    counts: pd.DataFrame, predicted: Sequence[str], classes: Classes, title: str, below: str
) -> Figure:
    """Return the matrix: rows are the true classes of each database, columns the predictions.

    Args:
        counts: `COLUMNS`, the databases in the order of the picture.
        predicted: the classes that can be predicted, in the order of the columns.
        classes: the order of the rows of a database.
        title: the approach.
        below: subtitle: level, n, meaning of the shades.
    """
    rows = _rows(counts, classes)
    table = _matrix(counts, rows, predicted)
    totals = table.sum(axis=1, keepdims=True)
    figure = style.new(width=_width(rows, predicted, classes), height=_height(rows, predicted))
    axes = figure.add_subplot()
    axes.imshow(table / np.maximum(totals, 1), cmap="Blues", vmin=0, vmax=1.6, aspect="auto")
    for row, column in np.ndindex(*table.shape):
        right = predicted[column] in (rows[row][1], FAKE if rows[row][1] != REAL else REAL)
        axes.text(
            column,
            row,
            f"{table[row, column]:d}",
            ha="center",
            va="center",
            color=style.INK if table[row, column] else style.FAINT,
            fontweight="bold" if right else "normal",
        )
    _label(figure, rows, totals[:, 0], predicted, classes)
    style.head_line(figure, title, below)
    return figure


def _width(rows: Sequence[tuple[str, str]], predicted: Sequence[str], classes: Classes) -> float:
    """Return the width in inches: one column of a paper if everything fits, at most two."""
    names = max((len(classes.label(name)) for _, name in rows), default=0) + 6  # and n
    databases = max((len(database) for database, _ in rows), default=0)
    needed = 0.3 + 0.062 * (names + databases) + 0.5 * len(predicted)
    return float(np.clip(needed, style.COLUMN, style.WIDTH))


def _height(rows: Sequence[tuple[str, str]], predicted: Sequence[str]) -> float:
    return 1.1 + 0.22 * len(rows) + 0.045 * max(map(len, predicted))


def _rows(counts: pd.DataFrame, classes: Classes) -> list[tuple[str, str]]:
    rows = []
    for database in counts["database"].unique():
        there = set(counts.loc[counts["database"] == database, "true"])
        rows += [(database, name) for name in classes.names() if name in there]
    return rows


def _matrix(
    counts: pd.DataFrame, rows: Sequence[tuple[str, str]], predicted: Sequence[str]
) -> np.ndarray:
    table = np.zeros((len(rows), len(predicted)), dtype=np.int64)
    columns = list(predicted)
    for entry in counts.itertuples(index=False):
        table[rows.index((entry.database, entry.true)), columns.index(entry.predicted)] += entry.n
    return table


def _label(
    figure: Figure,
    rows: Sequence[tuple[str, str]],
    totals: np.ndarray,
    predicted: Sequence[str],
    classes: Classes,
) -> None:
    """Label rows and columns, and separate the databases by lines."""
    axes = figure.axes[0]
    names = [f"{classes.label(name)}: {n}" for (_, name), n in zip(rows, totals, strict=True)]
    axes.set_yticks(range(len(rows)), names)
    axes.set_xticks(range(len(predicted)), predicted, rotation=30, ha="right")
    axes.tick_params(length=0)
    axes.spines[:].set_visible(False)
    axes.set_xlabel("predicted")
    databases = [database for database, _ in rows]
    right = len(predicted) - 0.5
    for start, database in enumerate(databases):
        if start and databases[start - 1] == database:
            continue
        end = start + databases.count(database)
        middle = (start + end - 1) / 2
        axes.text(right + 0.15, middle, database, va="center", ha="left", fontweight="bold")
        if start:
            axes.axhline(start - 0.5, color="white", linewidth=4)
            axes.axhline(start - 0.5, color=style.FAINT, linewidth=0.8)
