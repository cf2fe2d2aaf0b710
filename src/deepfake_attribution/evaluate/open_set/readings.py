"""How well an out-of-distribution score separates groups of videos: AUC of pairs of groups."""

from collections.abc import Sequence

import numpy as np
import pandas as pd
import pyarrow as pa

from deepfake_attribution.core import metrics
from deepfake_attribution.core.video import REAL
from deepfake_attribution.evaluate.protocol import ALL
from deepfake_attribution.evaluate.scoring import APPROACH, NO_SCORE, OK, SCORE

MEASURE = "measure"

# The kinds of videos in a row of the readings, and the videos they are compared with.
NEW, KNOWN, REALS = "unknown attack", "known attack", "real"
EVERYTHING, FAKES, OWN_REALS = "everything known", "known fakes", "own reals"
KNOWN_REALS = "known reals"
AGAINST = {
    NEW: (EVERYTHING, FAKES, OWN_REALS),
    KNOWN: (FAKES, OWN_REALS),
    REALS: (KNOWN_REALS,),
}

READINGS = pa.schema(
    [
        ("approach", pa.string()),
        ("measure", pa.string()),
        ("seed", pa.int64()),
        ("database", pa.string()),
        ("attack", pa.string()),  # all (unknown attacks of the database), one attack, or real
        ("kind", pa.string()),  # of `AGAINST`
        ("against", pa.string()),  # of `AGAINST`
        ("auc", pa.float64()),  # percent; null: see note
        ("n", pa.int64()),  # videos with a score
        ("n_against", pa.int64()),
        ("without_face", pa.int64()),  # videos of the row without a score
        ("note", pa.string()),
    ]
)


def readings(videos: pd.DataFrame, training: Sequence[str], classes: Sequence[str]) -> pd.DataFrame:
    """Return the AUC of the scores for all informative pairs of groups: rows of `READINGS`.

    The test videos of ``training`` with a class that was trained on are known. A video of an
    unknown attack should score higher than these. The reason can be the attack or the camera. So
    it is also compared with the reals of its own database, and the reals (and known attacks) of
    databases that were not trained on are compared with those of databases that were.

    Args:
        videos: rows of `VIDEOS`.
        training: the datasets trained on.
        classes: from `trained_on`.
    """
    rows = []
    for (approach, measure, seed), own in videos.groupby([APPROACH, MEASURE, "seed"], sort=False):
        named = {"approach": approach, "measure": measure, "seed": seed}
        rows += [named | row for row in _pairs(own, training, classes)]
    return pd.DataFrame(rows, columns=READINGS.names)


def _pairs(
    videos: pd.DataFrame, training: Sequence[str], classes: Sequence[str]
) -> list[dict[str, object]]:
    """Return the rows of `readings` of one approach, measure and seed."""
    seen = videos["dataset"].isin(training)
    real, known = videos["attack"] == REAL, videos["attack"].isin(classes)
    groups = {
        EVERYTHING: videos[seen & known],
        FAKES: videos[seen & known & ~real],
        KNOWN_REALS: videos[seen & real],
    }
    rows = []
    for database, own in videos.groupby("dataset", sort=False):
        groups[OWN_REALS] = own[own["attack"] == REAL]
        for attack, kind, part in _subjects(own, classes, database in training):
            for against in AGAINST[kind]:
                about = {"database": database, "attack": attack, "kind": kind, "against": against}
                rows.append(about | _auc(part, groups[against], against))
    return rows


def _subjects(
    videos: pd.DataFrame, classes: Sequence[str], trained: bool
) -> list[tuple[str, str, pd.DataFrame]]:
    """Return attack, kind and videos of each row of one database."""
    fakes = videos[videos["attack"] != REAL]
    new = fakes[~fakes["attack"].isin(classes)]
    names = list(new["attack"].drop_duplicates())
    found = [(ALL, NEW, new)] if len(names) > 1 else []
    found += [(name, NEW, new[new["attack"] == name]) for name in names]
    if trained:
        return found
    old = fakes[fakes["attack"].isin(classes)]
    found += [(name, KNOWN, old[old["attack"] == name]) for name in old["attack"].drop_duplicates()]
    reals = videos[videos["attack"] == REAL]
    return found + ([(REAL, REALS, reals)] if len(reals) else [])


def _auc(videos: pd.DataFrame, others: pd.DataFrame, against: str) -> dict[str, object]:
    """Return how often one of ``videos`` scores higher than one of ``others``, in percent."""
    scored, compared = videos[SCORE].dropna(), others[SCORE].dropna()
    row: dict[str, object] = {"auc": np.nan, "n": len(scored), "n_against": len(compared)}
    faceless = ~videos["status"].isin([OK, NO_SCORE])
    row |= {"without_face": int(faceless.sum()), "note": ""}
    if len(scored) and len(compared):
        values = np.concatenate([scored, compared])
        return row | {"auc": 100 * metrics.auc(values, np.arange(len(values)) < len(scored))}
    lacking, what = (videos, "these") if not len(scored) else (others, against)
    reasons = lacking.loc[lacking["status"] == NO_SCORE, "reason"]
    note = reasons.iloc[0] if len(reasons) else f"no test video of {what} has a score"
    return row | {"note": note}
