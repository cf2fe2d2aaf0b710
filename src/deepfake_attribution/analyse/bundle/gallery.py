"""The gallery of a bundle: what a new attack needs to join the known ones without training.

The crops are the known validation crops. The gallery adds the source of each, so that nothing is
tested on a source that it was fitted on, and the network's own probabilities where a head decides
without a classifier. Enrolled crops are in a table of their own, so that ``known.parquet`` and
``gallery.parquet`` never change.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, ClassVar

import numpy as np
import pandas as pd
import pyarrow as pa
from pydantic import ConfigDict, Field

from deepfake_attribution.analyse.bundle import sizes
from deepfake_attribution.analyse.bundle.files import AGAIN
from deepfake_attribution.analyse.bundle.joined import Gallery
from deepfake_attribution.analyse.bundle.loaded import KNOWN_SCHEMA
from deepfake_attribution.analyse.bundle.record import ENROLLED, GALLERY, Record
from deepfake_attribution.core import paths, tables
from deepfake_attribution.core.errors import UserError
from deepfake_attribution.core.outputs import SELF_SCORING
from deepfake_attribution.core.params import Section, load
from deepfake_attribution.core.sources import sources
from deepfake_attribution.core.video import REAL
from deepfake_attribution.evaluate.open_set.settings import OpenSet
from deepfake_attribution.heads.registry import about

KEY = ["video", "slot", "person"]
OWN = [
    ("source", pa.string()),  # of the video: what was made from one source is kept together
    ("shares", pa.list_(pa.float32())),  # P(class) of the network, real first; null: classifier
]
GALLERY_SCHEMA = pa.schema([*(KNOWN_SCHEMA.field(name) for name in KEY), *OWN])
ENROLLED_SCHEMA = pa.schema([*KNOWN_SCHEMA, *OWN])
COLUMNS = GALLERY_SCHEMA.names


class _Pass(Section):
    """``evaluate.fpr``; the other keys are in `evaluate.settings.Evaluate`."""

    model_config = ConfigDict(extra="ignore")
    section: ClassVar[str] = "evaluate"
    fpr: Annotated[float, Field(ge=0, lt=1)]


def settings() -> Gallery:
    """Return how the project set its threshold and its limit of the distance."""
    return Gallery(fpr=load(_Pass).fpr, known_share=load(OpenSet).known_share)


def of_project(
    head: str, seed: int, training: Sequence[str], known: pd.DataFrame
) -> pd.DataFrame | None:
    """Return the gallery of the known validation crops: rows of `GALLERY_SCHEMA`, in their order.

    Args:
        head: whose crops they are.
        seed: that it was trained with.
        training: datasets trained on.
        known: rows of `KNOWN_SCHEMA` of the validation split.

    Returns:
        None if a catalog is gone, which names the sources.
    """
    catalogs = [paths.catalog(name) for name in training]
    if not all(path.exists() for path in catalogs):
        return None
    groups = sources(pd.concat([tables.read(path) for path in catalogs], ignore_index=True))
    found = known[KEY].assign(source=known["video"].map(groups))
    if about(head).output not in SELF_SCORING:
        return found.assign(shares=None)[COLUMNS]
    files = [paths.embeddings(head, name, seed) for name in training]
    chosen = [("split", "==", "val")]
    parts = [tables.read(file, [*KEY, "probabilities"], chosen) for file in files]
    scored = pd.concat(parts).rename(columns={"probabilities": "shares"})
    return found.merge(scored, on=KEY, how="left", validate="one_to_one")[COLUMNS]


def read(folder: Path, record: Record, known: pd.DataFrame, classes: int) -> pd.DataFrame | None:
    """Return the gallery of a bundle, checked against its known crops; None if it has none.

    Args:
        folder: of the bundle.
        record: of the bundle.
        known: its known crops, without enrolled ones.
        classes: number of the network's probabilities; 0 if a classifier decides.

    Raises:
        UserError: it is not of these crops, or a number is not possible.
    """
    if record.gallery is None:
        return None
    path = folder / GALLERY
    found = sizes.read(path, GALLERY_SCHEMA)
    own = known.loc[known["split"] == "val", KEY].reset_index(drop=True)
    if not found[KEY].equals(own):
        raise UserError(f"{path}: is not the gallery of these known crops: {AGAIN}")
    _check(path, found, classes)
    return found


def read_enrolled(folder: Path, record: Record, classes: int, length: int) -> pd.DataFrame:
    """Return the enrolled crops: rows of `ENROLLED_SCHEMA`; none if nothing is enrolled.

    Args:
        folder: of the bundle.
        record: of the bundle.
        classes: as for `read`.
        length: of an embedding.

    Raises:
        UserError: they are not those of the record, or a number is not possible.
    """
    if not record.enrolled:
        return pd.DataFrame(columns=ENROLLED_SCHEMA.names)
    path = folder / ENROLLED
    found = sizes.read(path, ENROLLED_SCHEMA)
    wanted = {(one.name, one.name): (one.crops, len(one.clips)) for one in record.enrolled}
    wanted |= {
        (one.name, REAL): (one.real_crops, len(one.reals)) for one in record.enrolled if one.reals
    }
    if found[["video", "attack"]].isna().any(axis=None) or wanted != _counts(found):
        raise UserError(f"{path}: has other attacks or crops than the record counts: {AGAIN}")
    vectors = found["embedding"]
    whole = all(vector is not None and len(vector) == length for vector in vectors)
    if not whole or not all(np.isfinite(vector).all() for vector in vectors):
        raise UserError(f"{path}: has a crop without a finite embedding of {length}: {AGAIN}")
    if (found["split"] != "val").any() or found[["video", "dataset"]].isna().any(axis=None):
        raise UserError(f"{path}: has a crop without a name or of another split: {AGAIN}")
    _check(path, found, classes)
    return found


def _counts(enrolled: pd.DataFrame) -> dict[tuple[str, str], tuple[int, int]]:
    """Return (enrolled attack, class) -> number of crops and of clips, by the videos' keys."""
    joined = enrolled["video"].str.split("/").str[1]
    groups = enrolled.groupby([joined, enrolled["attack"]])["video"]
    return {key: (len(own), own.nunique()) for key, own in groups}


def _check(path: Path, rows: pd.DataFrame, classes: int) -> None:
    """Raise if a source is missing, or a crop does not have a probability of every class."""
    if rows["source"].isna().any():
        raise UserError(f"{path}: has a crop without a source: {AGAIN}")
    given = [shares for shares in rows["shares"] if shares is not None]
    if not classes:
        whole = not given
    else:
        possible = (len(one) == classes and bool(((one >= 0) & (one <= 1)).all()) for one in given)
        whole = len(given) == len(rows) and all(possible)
    if not whole:
        raise UserError(f"{path}: its probabilities are not those of {classes} classes: {AGAIN}")
