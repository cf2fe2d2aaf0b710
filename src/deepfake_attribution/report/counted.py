"""Which databases the conclusion counts, and why it leaves out others of the same kind."""

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from deepfake_attribution.evaluate.uncertainty.intervals import FEWEST
from deepfake_attribution.report import better, results
from deepfake_attribution.report.content import Run
from deepfake_attribution.report.matrix import COMPARED_ON

NO_AUC = "no AUC"
NO_INTERVAL = f"no confidence interval: fewer than {FEWEST} source videos"


class Counted(NamedTuple):
    """Databases of one kind: not trained on, or trained on.

    Attributes:
        names: those that count, in the order of the tables; at least one.
        trained: whether they were trained on.
        left_out: reason -> the others.
        sure: whether those that count have a confidence interval; None if no interval was computed.
    """

    names: Sequence[str]
    trained: bool
    left_out: Mapping[str, Sequence[str]]
    sure: bool | None


def choices(run: Run) -> Iterator[Counted]:
    """Yield the databases that may count, the best choice first.

    These are the databases not trained on that no recipes were compared on; without one, all that
    were not trained on; without one, those trained on. Each needs an AUC. Databases without a
    confidence interval count only where none has one. A family is left out, because its datasets
    have figures of their own.
    """
    seen, others = results.parted(run.figures, run.training, run.families)
    compared = set(run.compared_on)
    clean = [name for name in others if not {name, *run.families.get(name, ())} & compared]
    groups = ((False, clean, others), (False, others, others), (True, seen, seen))
    for trained, wanted, kind in groups:
        there = _datasets(run, wanted)
        rated = [name for name in there if _has(run, name, "auc")]
        sure = [name for name in rated if _has(run, name, "auc_ci_low")]
        if not rated:
            continue
        names = sure or rated
        left_out: dict[str, list[str]] = {}
        for name in _datasets(run, kind):
            if name not in names:
                unsure = NO_INTERVAL if name in rated else NO_AUC
                left_out.setdefault(unsure if name in there else COMPARED_ON, []).append(name)
        known = "auc_ci_low" in run.figures
        yield Counted(names, trained, left_out, bool(sure) if known else None)


def _datasets(run: Run, names: Sequence[str]) -> list[str]:
    return [name for name in names if name not in run.families] or list(names)


def _has(run: Run, database: str, column: str) -> bool:
    """Return whether any approach has a figure on a database."""
    rows = better.rivals(run.figures, database)
    return column in rows and bool(rows[column].notna().any())
