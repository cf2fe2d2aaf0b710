"""The results of finished experiments, brought together for a table and a picture."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from deepfake_attribution.cli.ablation import queue
from deepfake_attribution.cli.ablation.comparison import Difference, DrawnVideos, Reading, readings
from deepfake_attribution.cli.ablation.experiments import Experiment
from deepfake_attribution.cli.ablation.kept import Kept
from deepfake_attribution.cli.ablation.queue import State
from deepfake_attribution.cli.ablation.table import About
from deepfake_attribution.core.params import PARAMS, validate
from deepfake_attribution.evaluate.uncertainty.assessment import Scored
from deepfake_attribution.evaluate.uncertainty.settings import Uncertainty


@dataclass(frozen=True)
class Compared:
    """What a comparison has found so far.

    Attributes:
        results: row's key -> approach -> figures.
        differences: row's key -> approach -> difference from the row that it is compared with.
        about: what the figures are of.
    """

    results: Mapping[str, Mapping[str, Reading]]
    differences: Mapping[str, Mapping[str, Difference]]
    about: About


def compared(
    rows: Sequence[Experiment],
    trainings: Mapping[str, Sequence[Experiment]],
    names: Mapping[str, str],
    kept: Kept,
    shown: Mapping[str, str] | None,
    params: dict[str, Any],
) -> Compared:
    """Return what the finished experiments show, and keep their results.

    Args:
        rows: of the table.
        trainings: row's key -> its experiments, of `experiments.per_seed`.
        names: experiment's key -> name in DVC.
        kept: results of earlier experiments on the same database.
        shown: head -> approach, of an ablation; None: whole recipes, all approaches, each compared
            with the first one.
        params: the content of params.yaml.
    """
    states = queue.states(name for name in names.values() if name not in kept)
    kept.add(
        {
            names[one.key]: row.heads
            for row in rows
            for one in trainings[row.key]
            if states.get(names[one.key]) is State.DONE
        }
    )
    results: dict[str, dict[str, Reading]] = {row.key: {} for row in rows}
    scored: dict[str, dict[str, list[Scored]]] = {row.key: {} for row in rows}
    failed = {}
    for row in rows:
        members = [names[one.key] for one in trainings[row.key]]
        failed[row.key] = [name for name in members if states.get(name) is State.FAILED]
        done = [name for name in members if name in kept]
        if not done or kept.drawn is None:
            continue
        found = kept.of(done)
        results[row.key] = readings(found.figures, kept.database)
        scored[row.key] = {
            approach: trained
            for approach, trained in kept.drawn.scored(found.scores, found.figures).items()
            if shown is None or approach in shown.values()
        }
    by_key = {row.key: row for row in rows}
    pairs = (
        [(row, rows[0]) for row in rows[1:]]
        if shown is None
        else [(row, by_key[row.base]) for row in rows if row.base]
    )
    differences = {
        row.key: _differences(row, base, scored, kept.drawn) for row, base in pairs if kept.drawn
    }
    seeds = max(len(members) for members in trainings.values())
    about = About(kept.database, validate(Uncertainty, params, PARAMS), seeds, failed)
    return Compared(results, differences, about)


def _differences(
    one: Experiment,
    base: Experiment,
    scored: Mapping[str, Mapping[str, list[Scored]]],
    drawn: DrawnVideos,
) -> dict[str, Difference]:
    """Return approach -> AUC of the one with the part minus that of the one without it.

    Approaches whose scores are the same on both sides are left out: what differs moves only the
    threshold, and an interval would be that of two trainings.
    """
    more, less = (base.key, one.key) if one.lacks else (one.key, base.key)
    return {
        approach: drawn.difference(trainings, scored[less][approach], (more, less))
        for approach, trainings in scored[more].items()
        if approach in scored[less] and not _are_same(trainings, scored[less][approach])
    }


def _are_same(one: Sequence[Scored], other: Sequence[Scored]) -> bool:
    return len(one) == len(other) and all(
        np.array_equal(first.place, second.place) and np.array_equal(first.scores, second.scores)
        for first, second in zip(one, other, strict=True)
    )
