"""The likelihood ratios of a project's approach, its limit of the distance, and its maps' truth."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from deepfake_attribution.analyse.bundle.approaches import Approach
from deepfake_attribution.analyse.bundle.map_truth import Hits, MapTruth
from deepfake_attribution.core import paths, tables
from deepfake_attribution.core.params import load
from deepfake_attribution.core.settings import Datasets
from deepfake_attribution.core.video import REAL
from deepfake_attribution.evaluate.headline import SEEN
from deepfake_attribution.evaluate.open_set import limits
from deepfake_attribution.evaluate.protocol import Protocol
from deepfake_attribution.evaluate.scoring import APPROACH
from deepfake_attribution.evaluate.settings import Databases
from deepfake_attribution.evidence_maps import files as map_files
from deepfake_attribution.heads.registry import about
from deepfake_attribution.likelihood import files, measures
from deepfake_attribution.likelihood.calibration import Calibration
from deepfake_attribution.likelihood.results import RATIO

NOT_RUN = "the stage 'likelihood' of its project has not run"


def calibration(approach: Approach, seed: int) -> tuple[Calibration | None, str]:
    """Return the calibration of an approach and training seed, or why there is none.

    Raises:
        UserError: the file of calibrations is broken.
    """
    if not (files.folder(approach.head) / files.CALIBRATIONS).exists():
        return None, NOT_RUN
    for one in files.read_calibrations(approach.head):
        if (one.approach, one.seed) == (approach.name, seed):
            return one.calibration, one.reason
    return None, NOT_RUN


def far(head: str, seed: int) -> float | None:
    """Return the distance from which on a video is not known; None if there is no limit.

    Args:
        head: whose embeddings are compared.
        seed: that it was trained with.
    """
    path = paths.open_set() / limits.NAME
    if not path.exists():
        return None
    rows = tables.read(path, filters=[(APPROACH, "==", about(head).title), ("seed", "==", seed)])
    found = rows["limit"].dropna()
    return float(found.iloc[0]) if len(found) else None


def cllr(approach: Approach, seed: int, training: Sequence[str]) -> dict[str, float]:
    """Return database -> Cllr of its test videos, where there is one.

    Args:
        approach: which approach.
        seed: that its head was trained with.
        training: datasets trained on.
    """
    path = files.folder(approach.head) / files.RATIOS
    if not path.exists():
        return {}
    wanted = [(APPROACH, "==", approach.name), ("seed", "==", seed), ("split", "==", "test")]
    table = tables.read(path, filters=wanted)
    table = table[table[RATIO].notna()]
    rows = load(Databases)
    names = [name for name in load(Datasets).root if name in set(table["dataset"])]
    protocol = Protocol(training, names, rows.reals_from, rows.families)
    found = {}
    for database, members in protocol.rows().items():
        own = protocol.select(table, members)
        value = measures.cllr(own[RATIO].to_numpy(), (own["attack"] == REAL).to_numpy())
        if len(own) and np.isfinite(value):
            found[database] = value
    return found


def maps(approach: Approach) -> MapTruth | None:
    """Return how true the maps of an approach are, first training seed; None: not measured."""
    if not map_files.results_path().exists():
        return None
    table = map_files.read_results()
    drawn = table["method"] == map_files.OCCLUSION  # as analyse draws them
    own = table[drawn & (table["approach"] == approach.name) & (table["n"] > 0)]
    if own.empty:
        return None
    seen = own["part"] == SEEN
    return MapTruth(
        trained_on=_hits(own[seen]),
        others=_hits(own[~seen]),
        confidence=float(own["confidence"].iloc[0]),
    )


def _hits(rows: pd.DataFrame) -> Hits:
    return Hits(
        attacks=len(rows),
        judged=int(rows["gain_low"].notna().sum()),
        above=int((rows["gain_low"] > 0).sum()),
        fakes=int(rows["n"].sum()),
    )
