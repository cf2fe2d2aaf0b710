"""What the ``likelihood`` stage does for a head: fit, rate all videos, compare with the truth."""

from collections.abc import Iterator
from dataclasses import dataclass

import pandas as pd

from deepfake_attribution.core import tables
from deepfake_attribution.evaluate.protocol import Protocol
from deepfake_attribution.evaluate.scoring import APPROACH
from deepfake_attribution.evaluate.uncertainty.assessment import databases
from deepfake_attribution.likelihood import files, results
from deepfake_attribution.likelihood.files import Stored
from deepfake_attribution.likelihood.fitting import fit
from deepfake_attribution.likelihood.results import Rated


@dataclass(frozen=True)
class Settings:
    """Settings of the stage.

    Attributes:
        choice: ``evaluate.calibration``.
        folds: ``classifiers.folds``.
        draws, level: ``uncertainty.draws`` and ``.level``.
        seed: of the draws.
    """

    choice: str
    folds: int
    draws: int
    level: float
    seed: int


def calibrate(
    head: str, videos: pd.DataFrame, protocol: Protocol, settings: Settings
) -> Iterator[str]:
    """Write everything about a head; yield a line for each approach and seed.

    Args:
        head: its name.
        videos: from `files.every_video`.
        protocol: which videos are counted where.
        settings: how.
    """
    scores = files.read_scores(head)
    tested, validated = (
        videos[(videos["split"] == split) & kept].reset_index(drop=True)
        for split, kept in (("test", True), ("val", videos["dataset"].isin(protocol.training)))
    )
    stored: list[Stored] = []
    ratios: list[pd.DataFrame] = []
    on: dict[str, dict[str, list[Rated]]] = {"test": {}, "val": {}}
    for (approach, seed), rows in scores.groupby([APPROACH, "seed"], sort=False):
        name = str(approach)
        given, own = files.validation(rows, name, videos, protocol.training)
        found = fit(given, settings.choice, settings.folds)
        stored.append(Stored(name, int(seed), found.calibration, found.reason))
        table = files.rated(rows, name, int(seed), found, own)
        ratios.append(table)
        for split, place in (("test", tested), ("val", validated)):
            part = table[table["split"] == split]
            on[split].setdefault(name, []).append(files.places(part, place, stored[-1]))
        yield _line(stored[-1])
    written: list[dict[str, object]] = []
    if len(validated):
        cross = results.validation_database(validated, settings.draws, settings.seed)
        part = results.VALIDATION
        written += results.rows(cross, part, validated, on["val"], settings.level)
    for database in databases(tested, protocol, settings.draws, settings.seed):
        part = results.part_of(database.name, protocol)
        written += results.rows(database, part, tested, on["test"], settings.level)
    files.write_calibrations(head, stored)
    tables.write(pd.concat(ratios, ignore_index=True), files.folder(head) / files.RATIOS)
    tables.write(pd.DataFrame(written), files.folder(head) / files.RESULTS)


def _line(one: Stored) -> str:
    name = f"{one.approach}, seed {one.seed}"
    found = one.calibration
    if found is None:
        return f"{name}: no likelihood ratios: {one.reason}"
    return (
        f"{name}: {found.kind} calibration of {found.n_real} real and {found.n_fake} fake "
        f"validation videos, cross-validated Cllr {found.cllr[found.kind]:.3f}, log10 LR from "
        f"{found.lower:.2f} to {found.upper:.2f}"
    )
