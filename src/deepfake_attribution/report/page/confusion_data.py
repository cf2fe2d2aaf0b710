"""What confusion matrices are drawn from: counts, a row for each database and class."""

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from deepfake_attribution.core.video import REAL
from deepfake_attribution.evaluate import over_seeds
from deepfake_attribution.figures import confusion
from deepfake_attribution.figures.predictions import FAKE
from deepfake_attribution.report.results import parted


def matrices(
    counts: pd.DataFrame,
    figures: pd.DataFrame,
    classes: Sequence[str],
    training: Sequence[str],
    families: Mapping[str, Sequence[str]],
    seed: int,
) -> list[dict[str, Any]]:
    """Return the matrix of every approach, in the order of ``figures``.

    An approach that names no class (Binary) has the columns real and fake: what its threshold says.

    Args:
        counts: `results.collect` ("confusion").
        figures: `results.collect` ("figures").
        classes: trained on, real first: the columns.
        training: the databases trained on.
        families: rows of several databases, and which.
        seed: whose counts are shown.

    Returns:
        ``approach``; ``by``: what names the class, ``threshold`` or ``class`` (the most probable);
        ``columns``; ``rows``: ``database``, ``seen`` (trained on), ``true``, ``known`` (a class
        trained on), ``n`` and ``counts``, one per column.
    """
    counts, figures = over_seeds.of_seed(counts, seed), over_seeds.of_seed(figures, seed)
    videos = figures[figures["level"] == "video"]
    seen, _ = parted(figures, training, families)
    found = []
    for approach in videos["approach"].unique():
        own = counts[counts["approach"] == approach]
        columns, by = list(classes), "class"
        if own.empty:
            own = confusion.sides(videos[videos["approach"] == approach])
            columns, by = [REAL, FAKE], "threshold"
        rows = _rows(own, columns, classes, seen)
        found.append({"approach": approach, "by": by, "columns": columns, "rows": rows})
    return found


def _rows(
    counts: pd.DataFrame, columns: Sequence[str], classes: Sequence[str], seen: Sequence[str]
) -> list[Any]:
    rows = []
    for database, own in counts.groupby("database", sort=False):
        there = own["true"].unique()
        known = [name for name in classes if name in there]
        for true in [*known, *sorted(set(there) - set(known))]:
            of_class = own[own["true"] == true].groupby("predicted")["n"].sum()
            each = [int(of_class.get(name, 0)) for name in columns]
            about = {"database": database, "seen": database in seen}
            about |= {"true": true, "known": true in classes}
            rows.append(about | {"n": sum(each), "counts": each})
    return rows
