"""The results of finished experiments, brought together for a table."""

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from deepfake_attribution.cli.ablation import queue, table
from deepfake_attribution.cli.ablation.comparison import Difference, DrawnVideos, Reading, readings
from deepfake_attribution.cli.ablation.experiments import Experiment
from deepfake_attribution.cli.ablation.queue import State
from deepfake_attribution.core import paths
from deepfake_attribution.core.params import PARAMS, validate
from deepfake_attribution.evaluate.uncertainty.assessment import Scored
from deepfake_attribution.evaluate.uncertainty.settings import Uncertainty


def table_of(
    rows: Sequence[Experiment],
    trainings: Mapping[str, Sequence[Experiment]],
    names: Mapping[str, str],
    database: str,
    shown: Mapping[str, str] | None,
    params: dict[str, Any],
) -> str:
    """Return the table of the experiments that are finished.

    Args:
        rows: of the table.
        trainings: row's key -> its experiments, of `experiments.per_seed`.
        names: experiment's key -> name in DVC.
        database: the figures are on this one.
        shown: head -> approach, of an ablation; None: a table of recipes with all approaches.
        params: the content of params.yaml.
    """
    states = queue.states(names.values())
    results: dict[str, dict[str, Reading]] = {row.key: {} for row in rows}
    scored: dict[str, dict[str, list[Scored]]] = {row.key: {} for row in rows}
    failed = {}
    drawn: DrawnVideos | None = None
    for row in rows:
        members = [names[one.key] for one in trainings[row.key]]
        done = [name for name in members if states[name] is State.DONE]
        failed[row.key] = [name for name in members if states[name] is State.FAILED]
        if not done:
            continue
        drawn = drawn or _drawn_videos(done[0], params, database)
        for figures, scores in _of_seeds(row, done):
            results[row.key] |= readings(figures, database)
            scored[row.key] |= {
                approach: found
                for approach, found in drawn.scored(scores, figures, done[0]).items()
                if shown is None or approach in shown.values()
            }
    by_key = {row.key: row for row in rows}
    pairs = (
        [(row, rows[0]) for row in rows[1:]]
        if shown is None
        else [(row, by_key[row.base]) for row in rows if row.base]
    )
    found = {row.key: _differences(row, base, scored, drawn) for row, base in pairs if drawn}
    seeds = max(len(members) for members in trainings.values())
    about = table.About(database, validate(Uncertainty, params, PARAMS), seeds, failed)
    if shown is None:
        return table.of_recipes(rows, results, found, about)
    return table.of_parts(rows, results, found, shown, about)


def _of_seeds(row: Experiment, done: Sequence[str]) -> list[tuple[pd.DataFrame, pd.DataFrame]]:
    """Return each head's figures and scores, of all finished trainings of a row."""
    wanted = [
        path
        for head in row.heads
        for path in (paths.results(head) / "figures.parquet", paths.scores(head))
    ]
    by_seed = [queue.outputs(name, wanted) for name in done]
    joined = [pd.concat(tables, ignore_index=True) for tables in zip(*by_seed, strict=True)]
    return list(zip(joined[::2], joined[1::2], strict=True))


def _drawn_videos(name: str, params: dict[str, Any], database: str) -> DrawnVideos:
    """Return the test videos, from the catalogs of one experiment: all have the same videos."""
    catalogs = queue.outputs(name, [paths.catalog(dataset) for dataset in params["datasets"]])
    return DrawnVideos(catalogs, params, database)


def _differences(
    one: Experiment,
    base: Experiment,
    scored: Mapping[str, Mapping[str, list[Scored]]],
    drawn: DrawnVideos,
) -> dict[str, Difference]:
    """Return approach -> AUC of the one with the part minus that of the one without it."""
    more, less = (base.key, one.key) if one.lacks else (one.key, base.key)
    return {
        approach: drawn.difference(trainings, scored[less][approach], (more, less))
        for approach, trainings in scored[more].items()
        if approach in scored[less]
    }
