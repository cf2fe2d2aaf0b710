"""Figures against the strength of attacks: the fakes of each third of the strengths, all reals.

A catalog may have a column ``strength``: simulated attacks write it, and any manifest can. A part
of a dataset's test fakes, cut by strength, takes the place of an attack; so counting, draws and
intervals are those of `assessment.intervals`.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from deepfake_attribution.core.video import REAL
from deepfake_attribution.evaluate.protocol import ALL, Protocol
from deepfake_attribution.evaluate.uncertainty.assessment import (
    Database,
    Scored,
    databases,
    intervals,
)

STRENGTH = "strength"
PARTS = 3
SHOWN = ("auc", "fpr")
LEFT_OUT = "-"  # split of a fake of unknown strength
BOUNDS = ["database", "part", "strength_low", "strength_mean", "strength_high", "unknown"]
COLUMNS = [
    *("approach", *BOUNDS, "measure", "value", "low", "high", "n_real", "n_fake"),
    *("draws", "draws_left_out", "note", "confidence", "sources", "sources_real", "sources_fake"),
]


@dataclass(frozen=True)
class Parted:
    """Test videos whose fakes have a part of the strengths in place of their attack.

    Attributes:
        videos: of `files.tested_videos`; ``attack`` is ``real`` or the number of the part, weakest
            first. Fakes of unknown strength are in no split.
        bounds: a row per dataset and part, columns `BOUNDS`: the smallest, mean and largest
            strength, and how many test fakes of the dataset have no strength that is a number.
    """

    videos: pd.DataFrame
    bounds: pd.DataFrame


def parted(videos: pd.DataFrame) -> Parted:
    """Return ``videos`` with their fakes in parts; datasets without any strength have no part.

    Args:
        videos: of `files.tested_videos`.
    """
    given = videos.get(STRENGTH, pd.Series(np.nan, videos.index))
    strength = pd.to_numeric(given, errors="coerce").replace([np.inf, -np.inf], np.nan)
    fake = videos["attack"] != REAL
    labelled = videos.assign(split=videos["split"].mask(fake, LEFT_OUT))
    rows = []
    for dataset, own in strength[fake].groupby(videos["dataset"], sort=False):
        known = own.dropna()
        if known.empty:
            continue
        numbers = _parts(known.to_numpy(np.float64))
        labelled.loc[known.index, "attack"] = numbers.astype(str)
        labelled.loc[known.index, "split"] = videos["split"]
        for part, there in known.groupby(numbers):
            ends = (there.min(), there.mean(), there.max())
            rows.append((dataset, part, *ends, len(own) - len(known)))
    return Parted(labelled, pd.DataFrame(rows, columns=BOUNDS))


def by_strength(
    given: Parted,
    protocol: Protocol,
    approaches: Iterable[Sequence[Scored]],
    draws: int,
    seed: int,
    confidence: float,
) -> pd.DataFrame:
    """Return a row for each approach, dataset with strengths, part and measure of `SHOWN`.

    Families have no rows: strengths of two datasets may not be on one scale.

    Args:
        given: from `parted`.
        protocol: which videos are counted where.
        approaches: the seeds of each, at the video level, placed in the videos of `parted`.
        draws, seed: as for `assessment.databases`.
        confidence: percent of the draws that an interval holds.

    Returns:
        `COLUMNS`: the figure in percent (mean over the seeds), its interval, and the number of
        scored videos.
    """
    there = set(given.bounds["database"])
    names = [name for name in protocol.databases if name in there]
    alone = replace(protocol, databases=names, families={})
    resampled = list(databases(given.videos, alone, draws, seed))
    found = [
        _of_database(one, given, seeds, confidence) for seeds in approaches for one in resampled
    ]
    return pd.concat(found, ignore_index=True) if found else pd.DataFrame(columns=COLUMNS)


def _of_database(
    database: Database, given: Parted, seeds: Sequence[Scored], confidence: float
) -> pd.DataFrame:
    rows = pd.DataFrame(intervals(database, given.videos, seeds, confidence))
    rows = rows[(rows["attack"] != ALL) & rows["measure"].isin(SHOWN)]
    rows = rows.drop_duplicates(["attack", "measure"])  # the first row joins all compressions
    places = seeds[0].place[database.group[seeds[0].place] >= 0]
    scored = given.videos.loc[places, "attack"].value_counts()
    counted = rows.assign(
        part=rows["attack"].astype(int),
        n_real=int(scored.get(REAL, 0)),
        n_fake=rows["attack"].map(scored).fillna(0).astype(int),
    )
    whole = counted.merge(given.bounds, on=["database", "part"], validate="many_to_one")
    return whole.sort_values("part", kind="stable")[COLUMNS]


def _parts(strengths: NDArray[np.float64]) -> NDArray[np.intp]:
    """Return the number of the part of each strength; equal strengths are in one part.

    There are `PARTS`, with as many fakes each as ties allow; fewer values make fewer parts.
    """
    values = np.unique(strengths)
    if len(values) <= PARTS:
        return np.searchsorted(values, strengths)
    edges = np.quantile(strengths, np.arange(1, PARTS) / PARTS)
    cut = np.searchsorted(edges, strengths)
    return np.unique(cut, return_inverse=True)[1].reshape(-1)
