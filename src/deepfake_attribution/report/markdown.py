"""The results page in Markdown."""

from collections.abc import Mapping, Sequence

import pandas as pd

from deepfake_attribution.report import results

DEMO = (
    "> **Drawn people, simulated attacks.** These figures show that the machinery works. They say "
    "nothing about how good a method is on real deepfakes.\n"
)
PAPER_TUNING = (
    "> Classifier settings were searched on the **test** part, as the paper did "
    "(`classifiers.tune_on: test`): the figures of fitted classifiers are optimistic.\n"
)
IN_SAMPLE = (
    "> Thresholds rest on **in-sample** scores of the validation videos, as in the paper "
    "(`evaluate.threshold_scores: in_sample`).\n"
)


def page(
    figures: pd.DataFrame,
    accuracy: pd.DataFrame,
    training: Sequence[str],
    remarks: Sequence[str],
    rate: float,
) -> str:
    """Return the page: databases trained on, databases not trained on, attacks, what n is.

    Args:
        figures: `results.collect` ("figures").
        accuracy: `results.collect` ("accuracy").
        training: datasets of the superset.
        remarks: blocks to stand at the top.
        rate: share of validation fakes that the threshold lets pass.
    """
    databases = list(figures["database"].unique())
    seen = [name for name in databases if name in training]
    unseen = [name for name in databases if name not in training]
    parts = ["# Results\n", *remarks, _reading(rate)]
    for title, names in (("Databases trained on", seen), ("Other databases", unseen)):
        if names:
            parts += [f"## {title}\n"]
            parts += ["**Video level** (score: mean over the frames of a video)\n"]
            parts += [table(results.by_database(figures, names, "video"))]
            parts += ["**Frame level**\n"]
            parts += [table(results.by_database(figures, names, "frame"))]
    parts += ["## What the figures rest on\n", table(results.counts(figures, databases))]
    parts += ["## Fakes called real, by attack\n", "Video level, percent (k/n).\n"]
    parts += [table(results.by_attack(figures, databases))]
    parts += ["## Videos given their own class\n"]
    parts += ["Videos of classes that were trained on, percent (k/n); real is a class.\n"]
    parts += [table(results.accuracies(accuracy))]
    parts += ["## Thresholds\n", table(results.thresholds(figures))]
    return "\n".join(parts)


def _reading(rate: float) -> str:
    return (
        "Each cell: **AUC FNR FPR HTER** in percent. Positive is real: FNR is the share of real "
        "videos called fake, FPR the share of fakes called real. One threshold per approach, "
        f"which lets {100 * rate:g} % of the pooled validation fakes pass, is used on every "
        "database.\n"
    )


def table(rows: pd.DataFrame) -> str:
    """Return ``rows`` as a Markdown table."""
    if rows.empty:
        return "None.\n"
    lines = [_line(rows.columns), _line(["---"] * len(rows.columns))]
    lines += [_line(row) for row in rows.fillna("-").itertuples(index=False)]
    return "\n".join(lines) + "\n"


def _line(cells: Sequence[object] | Mapping[object, object] | pd.Index) -> str:
    return "| " + " | ".join(str(cell).replace("|", "\\|") for cell in cells) + " |"
