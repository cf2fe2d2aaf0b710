"""The verdicts of every approach on the single videos of a dataset.

They are read from the results of the stage ``evaluate`` (``data/scores``, ``data/results``).
"""

from collections.abc import Sequence

import pandas as pd

from deepfake_attribution.core import paths, tables
from deepfake_attribution.core.errors import UserError
from deepfake_attribution.core.video import REAL
from deepfake_attribution.evaluate.scoring import APPROACH, KEY, OK, PREDICTED, SCORE

SEED = "seed"
THRESHOLD = "threshold"
CALLED_REAL = "called_real"


def verdicts(dataset: str, heads: Sequence[str]) -> pd.DataFrame:
    """Return a row per test video of a dataset, approach and training seed.

    Args:
        dataset: its name in params.yaml.
        heads: heads of the approaches; those that were not evaluated are left out.

    Returns:
        ``video``, ``attack`` (the true one), ``approach``, ``seed``, ``score`` (P(real), or a
        decision value that grows with it; NaN without a face), ``threshold``, ``called_real``
        (bool, or null without a score), ``predicted`` (class, or null), ``status``, ``reason``.

    Raises:
        UserError: nothing was evaluated, or the dataset has no evaluated test video.
    """
    done = [head for head in heads if paths.scores(head).exists()]
    if not done:
        raise UserError(f"{paths.scores('HEAD').parent}: there are no scores yet: run `dvc repro`")
    table = pd.concat([_of(head, dataset) for head in done], ignore_index=True)
    if table.empty:
        raise UserError(
            f"no test video of a dataset '{dataset}' has been evaluated: is it in the datasets of "
            "params.yaml, with videos in split test? Then run `dvc repro`"
        )
    return table


def _of(head: str, dataset: str) -> pd.DataFrame:
    """Return the rows of one head."""
    scores = tables.read(paths.scores(head))
    own = scores[(scores["dataset"] == dataset) & (scores["split"] == "test")]
    figures = tables.read(paths.results(head) / "figures.parquet")
    # one threshold per approach and seed, whatever the database
    limits = figures.loc[figures["level"] == "video", [APPROACH, SEED, THRESHOLD]].drop_duplicates()
    rows = own.merge(limits, on=[APPROACH, SEED], how="left", validate="many_to_one")
    rows[CALLED_REAL] = (rows[SCORE] > rows[THRESHOLD]).where(rows["status"] == OK, None)
    columns = [KEY, "attack", APPROACH, SEED, SCORE, THRESHOLD, CALLED_REAL, PREDICTED]
    return rows[[*columns, "status", "reason"]]


def counts(table: pd.DataFrame) -> pd.DataFrame:
    """Return how many videos of each attack every approach calls real, the real ones first.

    Args:
        table: `verdicts`.

    Returns:
        A row per ``approach`` and a column per attack, the real ones first, ``k of n``: the
        smallest and the largest k of the training seeds, of the n videos with a score.
    """
    scored = table[table["status"] == OK]
    attacks = sorted(scored["attack"].unique(), key=lambda name: (name != REAL, name))
    totals = scored.groupby("attack")[KEY].nunique()
    lines = []
    for approach, own in scored.groupby(APPROACH, sort=False):
        line: dict[str, object] = {APPROACH: approach}
        for attack in attacks:
            rows = own[own["attack"] == attack]
            per_seed = rows.groupby(SEED)[CALLED_REAL].sum().astype(int)
            line[attack] = f"{_ranged(per_seed, '{:d}')} of {totals[attack]}" if len(rows) else ""
        lines.append(line)
    return pd.DataFrame(lines)


def per_video(table: pd.DataFrame) -> pd.DataFrame:
    """Return the verdict on each video: a row per video and approach.

    Args:
        table: `verdicts`, or some of its rows.

    Returns:
        ``video``, ``approach``; ``score`` and ``threshold`` (smallest and largest of the training
        seeds); ``verdict``: real or fake, with the number of seeds; ``class``: in the same form. A
        video without a score has its status instead of a score.
    """
    lines = []
    places = {video: place for place, video in enumerate(table[KEY].unique())}
    together = table.sort_values(KEY, key=lambda names: names.map(places), kind="stable")
    for (video, approach), rows in together.groupby([KEY, APPROACH], sort=False):
        line: dict[str, object] = {KEY: video, APPROACH: approach}
        scored = rows[rows["status"] == OK]
        if scored.empty:
            line |= {SCORE: rows["status"].iloc[0], THRESHOLD: "", "verdict": "", "class": ""}
        else:
            called = scored[CALLED_REAL].map({True: "real", False: "fake"})
            line |= {
                SCORE: _ranged(scored[SCORE], "{:.3f}"),
                THRESHOLD: _ranged(scored[THRESHOLD], "{:.3f}"),
                "verdict": _counted(called),
                "class": _counted(scored[PREDICTED].dropna()),
            }
        lines.append(line)
    return pd.DataFrame(lines)


def _ranged(values: pd.Series, form: str) -> str:
    low, high = form.format(values.min()), form.format(values.max())
    return low if low == high else f"{low} to {high}"


def _counted(words: pd.Series) -> str:
    """Return the words, the most frequent first, with their counts if there are several rows."""
    if len(words) <= 1:
        return "".join(words)
    times = sorted(words.value_counts().items(), key=lambda pair: (-pair[1], str(pair[0])))
    return ", ".join(f"{word} {count}" for word, count in times)
