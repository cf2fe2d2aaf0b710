"""What stands on top: which approach is best where, and what was not seen."""

from collections.abc import Sequence

import pandas as pd

from deepfake_attribution.report import better, results
from deepfake_attribution.report.cells import NOTHING, percent, ranged
from deepfake_attribution.report.content import Part, Run, Section, Table

CLOSE = 1.0  # percentage points of AUC: approaches nearer than this are named together
WORDS = (
    "AUC tells how well an approach ranks real above fake; HTER what it gets wrong at its one "
    "threshold, which was set without looking at these videos. Approaches within "
    f"{CLOSE:g} point of the best are named with it. Such a difference on few videos proves "
    "nothing: n stands beside."
)


def section(run: Run) -> Section:
    """Return the summary of a run: a row per database, and sentences about what was not seen."""
    seen, others = results.parted(run.figures, run.training, run.families)
    rows = [_of_database(run.figures, name, name in seen) for name in [*seen, *others]]
    table = Table("", pd.DataFrame(rows))
    return Section("In short", "summary", [WORDS], [Part("", [table], not_seen(run))])


def not_seen(run: Run) -> list[str]:
    """Return sentences about videos and classes that the figures say nothing of."""
    videos = results.pooled(run.figures).drop_duplicates("database")
    said = []
    for row in videos.to_dict("records"):
        without, missing = int(row["videos_without_face"]), int(row["videos_missing"])
        if without or missing:
            said.append(
                f"{row['database']}: {without} videos without a face and {missing} not found have "
                f"no score: coverage {percent(row['coverage'])} %."
            )
        for kind, count in (("real", row["n_real"]), ("fake", row["n_fake"])):
            if not count:
                said.append(
                    f"{row['database']}: no {kind} video has a score, so there is no AUC and no "
                    "HTER."
                )
    if not said:
        return ["Every test video that the datasets list was found and has a score."]
    return said


def _of_database(figures: pd.DataFrame, database: str, seen: bool) -> dict[str, object]:
    rows = better.rivals(figures, database)
    best, auc = _best(rows, "auc", highest=True)
    fewest, hter = _best(rows, "hter", highest=False)
    return {
        "database": database,
        "trained on": "yes" if seen else "no",
        "highest AUC": best,
        "AUC": auc,
        "lowest HTER": fewest,
        "HTER": hter,
        "real videos": rows["n_real"].iloc[0],
        "fake videos": rows["n_fake"].iloc[0],
        "coverage %": percent(rows["coverage"].iloc[0]),
        "seeds": rows["seeds"].iloc[0],
    }


def _best(rows: pd.DataFrame, measure: str, highest: bool) -> tuple[str, str]:
    """Return the best approaches, the very best first, and the best value as text."""
    known = rows[rows[measure].notna()]
    if known.empty:
        return NOTHING, NOTHING
    ordered = known.sort_values(measure, ascending=not highest, kind="stable")
    first = ordered.iloc[0]
    near = ordered[(ordered[measure] - first[measure]).abs() <= CLOSE]
    return _joined(list(near["approach"])), ranged(first, measure)


def _joined(names: Sequence[str]) -> str:
    return ", ".join(names)
