"""The results page in Markdown."""

from collections.abc import Mapping, Sequence

import pandas as pd

from deepfake_attribution.report import results, wording
from deepfake_attribution.report.wording import Remark


def page(
    figures: pd.DataFrame,
    accuracy: pd.DataFrame,
    training: Sequence[str],
    remarks: Sequence[Remark],
    rate: float,
) -> str:
    """Return the page: databases trained on, databases not trained on, attacks, what n is.

    Args:
        figures: `results.collect` ("figures").
        accuracy: `results.collect` ("accuracy").
        training: datasets of the superset.
        remarks: what stands at the top.
        rate: share of validation fakes that the threshold lets pass.
    """
    databases = list(figures["database"].unique())
    seen, unseen = results.parted(figures, training)
    parts = ["# Results\n", *(f"> **{remark.title}** {remark.text}\n" for remark in remarks)]
    parts += [f"Each cell: **AUC FNR FPR HTER** in percent. {wording.reading(rate)}\n"]
    for title, names in ((wording.TRAINED, seen), (wording.OTHERS, unseen)):
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
    parts += [f"{wording.OWN_CLASS}\n"]
    parts += [table(results.accuracies(accuracy))]
    parts += ["## Thresholds\n", table(results.thresholds(figures))]
    return "\n".join(parts)


def table(rows: pd.DataFrame) -> str:
    """Return ``rows`` as a Markdown table."""
    if rows.empty:
        return "None.\n"
    lines = [_line(rows.columns), _line(["---"] * len(rows.columns))]
    lines += [_line(row) for row in rows.fillna("-").itertuples(index=False)]
    return "\n".join(lines) + "\n"


def _line(cells: Sequence[object] | Mapping[object, object] | pd.Index) -> str:
    return "| " + " | ".join(str(cell).replace("|", "\\|") for cell in cells) + " |"
