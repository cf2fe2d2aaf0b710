"""AUC, FNR and FPR of damaged videos at the threshold of before, with intervals over sources."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from deepfake_attribution.core.video import REAL
from deepfake_attribution.evaluate.protocol import Protocol
from deepfake_attribution.evaluate.uncertainty.assessment import (
    Database,
    Scored,
    count_sources,
    databases,
    needed,
    resampled,
)
from deepfake_attribution.evaluate.uncertainty.intervals import interval
from deepfake_attribution.robustness.damage import DAMAGES, NONE, psnr

SEEN, UNSEEN = "seen", "unseen"  # parts, as in `evaluate.headline`, which imports much
POOLED = "databases trained on"  # a row that joins them, if there are several
MEASURES = ("auc", "fnr", "fpr")
KEYS = ["approach", "database", "part", "joined", "kind", "step", "strength"]
COLUMNS = [
    *KEYS,
    *("threshold", "n_real", "n_fake", "n_lost", "sources_real", "sources_fake", "psnr"),
    *(f"{measure}{end}" for measure in MEASURES for end in ("", "_low", "_high")),
    *(f"{measure}_change{end}" for measure in MEASURES for end in ("", "_low", "_high")),
    *("confidence", "note"),
]


def none() -> pd.DataFrame:
    """Return the table of a stage that is turned off."""
    return pd.DataFrame(columns=COLUMNS)


def rows(
    scores: pd.DataFrame,
    videos: pd.DataFrame,
    thresholds: Mapping[str, float],
    protocol: Protocol,
    draws: int,
    level: float,
    seed: int,
) -> pd.DataFrame:
    """Return a row per approach, database, kind and strength, and one of the untouched videos.

    Args:
        scores: `scoring.SCHEMA`.
        videos: of `samples.choose`.
        thresholds: of each approach, in the order of the tables. None is set again.
        protocol: which videos are counted where.
        draws, level: ``uncertainty.draws`` and ``.level``.
        seed: of the draws.

    Returns:
        `KEYS`, where ``joined`` is whether the row repeats videos of other rows, and ``step`` is 0
        for the untouched videos, else 1 for the weakest strength and so on; the threshold; the
        number of scored reals and fakes, ``n_lost``, those that only the untouched ones score, and
        source videos of each; ``psnr``, of the mean error of all crops, in dB; each of `MEASURES`
        in percent and its ``_change``, by how much it is above that of the same videos without
        damage, with ``_low`` and ``_high``; ``confidence`` in percent, and ``note``: why AUC has no
        interval.
    """
    real = (videos["attack"] == REAL).to_numpy()
    place = dict(zip(videos["video"], range(len(videos)), strict=True))
    table = scores.assign(place=scores["video"].map(place))
    by_key = dict(list(table.groupby(["approach", "kind", "strength"], sort=False)))
    found = []
    for database in databases(videos, _pooled(protocol, videos), draws, seed):
        members = set(database.table["dataset"])
        part = SEEN if members <= set(protocol.training) else UNSEEN
        for approach, threshold in thresholds.items():
            before = _Before(database, by_key[approach, NONE, 0.0], approach, threshold, real)
            for kind, step, strength in _conditions():
                row: dict[str, Any] = {"approach": approach, "database": database.name}
                row |= {"part": part, "joined": database.name not in protocol.databases}
                row |= {"kind": kind, "step": step, "strength": strength, "threshold": threshold}
                found.append(row | before.compare(by_key[approach, kind, strength], level))
    return pd.DataFrame(found, columns=COLUMNS)


def _conditions() -> list[tuple[str, int, float]]:
    damaged = [
        (one.kind, step, strength)
        for one in DAMAGES
        for step, strength in enumerate(one.strengths, start=1)
    ]
    return [(NONE, 0, 0.0), *damaged]


def _pooled(protocol: Protocol, videos: pd.DataFrame) -> Protocol:
    """Return the protocol with the chosen videos' databases, and `POOLED` as the first row."""
    there = set(videos["dataset"])
    names = [name for name in protocol.databases if name in there]
    trained = [name for name in names if name in protocol.training]
    families = {POOLED: trained} if len(trained) > 1 else {}
    families |= {name: list(members) for name, members in protocol.families.items()}
    return Protocol(protocol.training, names, protocol.reals_from, families)


class _Before:
    """The untouched videos of a database, scored by one approach.

    Args:
        database: of `databases`.
        rows: of the untouched videos; ``place`` is their row in the table of all videos.
        approach: its name.
        threshold: its threshold.
        real: (all videos,).
    """

    def __init__(
        self,
        database: Database,
        rows: pd.DataFrame,
        approach: str,
        threshold: float,
        real: NDArray[np.bool_],
    ) -> None:
        self.database, self.real = database, real
        self.approach, self.threshold = approach, threshold
        self.scored = self._of(rows)
        self._known: dict[bytes, Mapping[str, NDArray[np.float64]]] = {}

    def compare(self, rows: pd.DataFrame, level: float) -> dict[str, Any]:
        """Return the figures of damaged videos and their changes.

        Args:
            rows: of one kind and strength.
            level: ``uncertainty.level``.
        """
        scored = self._of(rows)
        counts = np.zeros(len(self.real), dtype=bool)
        counts[scored.place] = True
        counts &= self.database.group >= 0
        here = self.database.group[self.scored.place] >= 0
        places = np.flatnonzero(counts)
        sources = count_sources(self.database, places, self.real)
        errors = rows.loc[rows["place"].isin(places), "error"]
        own: dict[str, Any] = {
            "n_real": int((counts & self.real).sum()),
            "n_fake": int((counts & ~self.real).sum()),
            "n_lost": int(here.sum()) - len(places),
            "sources_real": sources["sources_real"],
            "sources_fake": sources["sources_fake"],
            "psnr": psnr(float(errors.mean())) if len(errors) else np.nan,
            "confidence": level,
        }
        drawn = resampled(self.database, scored, counts, self.real)
        before = self._drawn(counts)
        for measure in MEASURES:
            number = needed(measure, sources)
            got = interval(drawn[measure], level, number)
            own |= {measure: got.value, f"{measure}_low": got.low, f"{measure}_high": got.high}
            change = interval(drawn[measure] - before[measure], level, number)
            own |= {f"{measure}_change": change.value, f"{measure}_change_low": change.low}
            own |= {f"{measure}_change_high": change.high}
            if measure == MEASURES[0]:
                own["note"] = got.note
        return own

    def _of(self, rows: pd.DataFrame) -> Scored:
        there = rows[np.isfinite(rows["score"])]
        return Scored(
            self.approach,
            0,
            "video",
            self.threshold,
            there["place"].to_numpy(np.intp),
            there["score"].to_numpy(np.float64),
        )

    def _drawn(self, counts: NDArray[np.bool_]) -> Mapping[str, NDArray[np.float64]]:
        """Return the figures of the untouched videos in ``counts``; nearly always the same ones."""
        key = counts.tobytes()
        if key not in self._known:
            self._known[key] = resampled(self.database, self.scored, counts, self.real)
        return self._known[key]
