"""From which distance on a video is too far from known videos: set on validation videos alone.

A validation video is measured as a new one is: to the validation crops of other source videos. The
limit is the distance that a set share of these videos does not exceed.
"""

from collections.abc import Sequence

import numpy as np
import pandas as pd
import pyarrow as pa

from deepfake_attribution.core import paths, tables
from deepfake_attribution.core.sources import sources
from deepfake_attribution.evaluate.open_set import new_attacks
from deepfake_attribution.evaluate.open_set.distances import Known
from deepfake_attribution.evaluate.scoring import KEY, PERSON
from deepfake_attribution.heads import registry

NAME = "limits.parquet"
FOLDS = 20  # at most: each one is measured to the crops of all others
LIMITS = pa.schema(
    [
        ("approach", pa.string()),  # the head
        ("seed", pa.int64()),
        ("limit", pa.float64()),  # in the unit of its distances; null: see note
        ("share", pa.float64()),  # of the validation videos that are not further
        ("videos", pa.int64()),  # validation videos that it was set on
        ("note", pa.string()),
    ]
)


def limit(
    head: str, seed: int, training: Sequence[str], neighbours: int, share: float
) -> dict[str, object]:
    """Return a row of `LIMITS`.

    Args:
        head: its embeddings are compared.
        seed: that it was trained with.
        training: the datasets whose validation videos are measured.
        neighbours: k of the distance.
        share: of the validation videos that are not too far, in 0 to 1.
    """
    found = [new_attacks.embedded(head, name, seed, "val") for name in training]
    rows = pd.concat([own for own, _ in found], ignore_index=True)
    about = {"approach": registry.about(head).title, "seed": seed, "share": share}
    vectors = [own for _, own in found if len(own)]
    groups = rows[KEY].map(_groups(training)).to_numpy(dtype=str)
    count = len(np.unique(groups))
    if count < 2:
        note = f"no limit: the validation crops are of {count} source videos"
        return about | {"limit": np.nan, "videos": 0, "note": note}
    angular = new_attacks.angular(head, training[0], seed)
    measured = _measured(np.concatenate(vectors), groups, angular, neighbours)
    if isinstance(measured, str):
        return about | {"limit": np.nan, "videos": 0, "note": f"no limit: {measured}"}
    # as for test videos: the mean over the frames, of several people the furthest
    people = rows.assign(value=measured).groupby([KEY, PERSON])["value"].mean()
    videos = people.groupby(KEY).max()
    value = float(np.quantile(videos, share, method="higher"))
    return about | {"limit": value, "videos": len(videos), "note": ""}


def write(rows: Sequence[dict[str, object]]) -> None:
    """Write the limits of all heads and seeds."""
    tables.write(pd.DataFrame(rows, columns=LIMITS.names), paths.open_set() / NAME, LIMITS)


def _groups(training: Sequence[str]) -> pd.Series:
    catalogs = [tables.read(paths.catalog(name)) for name in training]
    return sources(pd.concat(catalogs, ignore_index=True))


def _measured(
    vectors: np.ndarray, groups: np.ndarray, angular: bool, neighbours: int
) -> np.ndarray | str:
    """Return the distance of each crop to those of other folds, (N,); or why there is none."""
    from sklearn.model_selection import GroupKFold

    values = np.full(len(vectors), np.nan)
    folds = GroupKFold(min(FOLDS, len(np.unique(groups))))
    for rest, own in folds.split(vectors, groups=groups):
        known = Known.of(vectors[rest], angular)
        why = known.why_none(neighbours)
        if why:
            return why
        values[own] = known.distances(vectors[own], neighbours)
    return values
