"""Every approach on every database, for a matrix of coloured cells: one matrix per measure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import isnan

import pandas as pd

from deepfake_attribution.report import better, results, summary
from deepfake_attribution.report.cells import NOTHING, bracketed, percent
from deepfake_attribution.report.content import Run

# Measure -> the figures at which the colours begin and end, the worst first. A random ranking has
# an AUC, an EER and an HTER of 50; an approach that calls everything fake has an FNR of 100.
RANGES = {
    "auc": (50.0, 100.0),
    "hter": (50.0, 0.0),
    "eer": (50.0, 0.0),
    "fnr": (100.0, 0.0),
    "fpr": (100.0, 0.0),
}
STEPS = 10  # colours of a matrix
BEST, TIE, UNTESTED = "best", "tie", "untested"
# An approach that calls every video real has the best FNR, so a mark there would mislead.
UNMARKED = ("fnr", "fpr")
COMPARED_ON = "used to compare recipes"
# Whether a database was trained on -> heading of its columns, in their order.
GROUPS = {False: "Not trained on", True: "Trained on"}


@dataclass(frozen=True)
class Column:
    """A database.

    Attributes:
        name: of it.
        seen: whether it was trained on, at least partly.
        about: what its figures count.
        note: what else a reader must know of it; or empty.
    """

    name: str
    seen: bool
    about: str
    note: str = ""


@dataclass(frozen=True)
class Cell:
    """A figure.

    Attributes:
        text: percent; a dash if there is nothing to count.
        interval: its confidence interval; empty if there is none.
        step: its colour, 0 (worst) to `STEPS` - 1; None if there is no figure.
        mark: `BEST`, `TIE` (not significantly different from the best), `UNTESTED` (no p-value), or
            empty: significantly worse, or nothing of this measure was tested.
        seeds: the range over several training seeds; empty for one seed.
    """

    text: str
    interval: str
    step: int | None
    mark: str
    seeds: str


@dataclass(frozen=True)
class Matrix:
    """One measure of every approach on every database.

    Attributes:
        measure: of `RANGES`.
        columns: databases that were not trained on first.
        rows: approach -> a cell per column.
    """

    measure: str
    columns: Sequence[Column]
    rows: Mapping[str, Sequence[Cell]]


def matrices(run: Run) -> list[Matrix]:
    """Return the matrix of each measure of `RANGES`; none if there is nothing to show."""
    columns = _columns(run)
    rivals = {column.name: better.rivals(run.figures, column.name) for column in columns}
    names = dict.fromkeys(str(name) for rows in rivals.values() for name in rows["approach"])
    if not names:
        return []
    return [_matrix(run, measure, columns, rivals, list(names)) for measure in RANGES]


def _columns(run: Run) -> list[Column]:
    """Return the databases in the order of the tables, but those not trained on first.

    They show best how good an approach is, and a narrow screen shows the first columns only.
    """
    seen, others = results.parted(run.figures, run.training, run.families)
    trained = summary.trained_on([*seen, *others], run.training, run.families)
    columns = []
    for name in (*others, *seen):
        rows = better.rivals(run.figures, name)
        if rows.empty:
            continue
        row = rows.iloc[0]
        about = [f"{row['n_real']} real, {row['n_fake']} fake"]
        if percent(row["coverage"]) != "100.00":
            about.append(f"coverage {percent(row['coverage'])} %")
        if trained[name] == "partly":
            about.append("partly trained on")
        members = run.families.get(name, [name])
        note = COMPARED_ON if set(members) & set(run.compared_on) else ""
        columns.append(Column(name, name in seen, "; ".join(about), note))
    return columns


def _matrix(
    run: Run,
    measure: str,
    columns: Sequence[Column],
    rivals: Mapping[str, pd.DataFrame],
    names: Sequence[str],
) -> Matrix:
    cells: dict[str, list[Cell]] = {name: [] for name in names}
    for column in columns:
        rows = rivals[column.name].set_index("approach")
        marks = _marks(run, measure, column.name)
        for name in names:
            row = rows.loc[name] if name in rows.index else None
            cells[name].append(_cell(row, measure, marks.get(name, "")))
    return Matrix(measure, columns, cells)


def _marks(run: Run, measure: str, database: str) -> dict[str, str]:
    if measure in UNMARKED:
        return {}
    if measure not in better.KINDS:  # its differences were not tested
        first = better.best_of(better.rivals(run.figures, database), measure)
        return dict.fromkeys(first, BEST)
    found = better.verdict(run.figures, run.differences, database, measure)
    marks = dict.fromkeys(found.not_worse, TIE) | dict.fromkeys(found.best, BEST)
    # without any test a mark on every cell would tell nothing
    return marks | dict.fromkeys(found.untested if len(run.differences) else (), UNTESTED)


def _cell(row: pd.Series | None, measure: str, mark: str) -> Cell:
    value = float("nan") if row is None else float(row[measure])
    if row is None or isnan(value):
        return Cell(NOTHING, "", None, "", "")
    ends = (float(row.get(f"{measure}_ci_{end}", float("nan"))) for end in ("low", "high"))
    low, high = (percent(float(row[f"{measure}_{end}"])) for end in ("low", "high"))
    seeds = f"{low} to {high} over {row['seeds']} seeds" if row["seeds"] > 1 else ""
    return Cell(percent(value), bracketed(*ends).strip(" []"), step(value, measure), mark, seeds)


def step(value: float, measure: str) -> int:
    """Return the colour of a figure; figures beyond `RANGES` have the first or the last one."""
    worst, best = RANGES[measure]
    share = (value - worst) / (best - worst)
    return min(max(int(share * STEPS + 1e-9), 0), STEPS - 1)
