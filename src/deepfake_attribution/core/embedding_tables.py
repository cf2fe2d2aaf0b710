"""Read tables of embeddings (stage ``embed``), and stop where one is not a number."""

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow.parquet as pq

from deepfake_attribution.core import tables
from deepfake_attribution.core.errors import UserError
from deepfake_attribution.core.listed import some

VECTOR = "embedding"
# Metadata of a table of a head that scores by classifiers, but compares embeddings with their
# lengths. Without it, only their direction counts.
LENGTHS_COUNT = {b"lengths_count": b"true"}


def read_embeddings(
    path: Path, columns: list[str] | None = None, filters: list[tuple[str, str, Any]] | None = None
) -> pd.DataFrame:
    """Read the table at ``path`` as `tables.read` does, and check its column ``embedding``.

    Raises:
        UserError: the file is missing or is not parquet, or an embedding has a value that is NaN
            or infinite; names the crops.
    """
    rows = tables.read(path, columns, filters)
    if len(rows) and not np.isfinite(np.concatenate(rows[VECTOR].to_list())).all():
        wrong = rows[[not np.isfinite(vector).all() for vector in rows[VECTOR]]]
        names = some([_name(row) for row in wrong.to_dict("records")])
        raise UserError(
            f"{path}: {len(wrong)} of {len(rows)} embeddings are not finite ({names}): the "
            "head's training diverged; look at its curve, then lower train.learning_rate or the "
            "head's own"
        )
    return rows


def by_direction(path: Path) -> bool:
    """Return whether the head's loss compares the embeddings at ``path`` by direction only.

    Of heads whose embeddings get classifiers; it is the one place where later steps learn this.
    """
    return not LENGTHS_COUNT.items() <= (pq.read_schema(path).metadata or {}).items()


def _name(row: dict[str, Any]) -> str:
    """Return the video of a crop, and which crop of it, as far as the table tells."""
    place = [f"{key} {row[key]}" for key in ("slot", "person") if key in row]
    return " ".join([str(row["video"]), *place])
