"""The section on likelihood ratios: how strong and how well calibrated the evidence is."""

from collections.abc import Collection, Sequence

import pandas as pd

from deepfake_attribution.core.video import REAL
from deepfake_attribution.evaluate.headline import SEEN, UNSEEN
from deepfake_attribution.likelihood.files import Stored
from deepfake_attribution.likelihood.results import VALIDATION
from deepfake_attribution.report.cells import NOTHING, bracketed, percent
from deepfake_attribution.report.content import Part, Section, Table
from deepfake_attribution.report.likelihood_answer import answer

ANCHOR = "likelihood"
PARTS = {  # part -> heading, in the order of the report
    SEEN: "Databases trained on",
    UNSEEN: "Databases never trained on",
    VALIDATION: "The validation videos themselves, cross-validated",
}
TITLES = {
    "cllr": "Cllr",
    "cllr_min": "Cllr-min",
    "cllr_loss": "calibration loss",
    "misleading_real": "reals that look fake, %",
    "misleading_fake": "fakes that look real, %",
}
PERCENT = ("misleading_real", "misleading_fake")
TEXT = (
    "LR = p(score | real) / p(score | fake): how much more often a real video gets such a score "
    "than a fake one. Above 1 (log10 LR above 0) it speaks for real, below for fake. Each approach "
    "is calibrated on the scores of validation videos of the databases trained on, and of no "
    "other video; a fitted classifier's scores are out of fold. Logistic or isotonic calibration: "
    "the one with the lower Cllr in a cross-validation in which all videos of a source are in "
    "one fold. Bounds (ELUB): no LR is beyond what so many videos support.",
    "Cllr: 0 is perfect; 1 is what LR = 1 for every video has, so from 1 on the LRs mislead more "
    "than they tell. Cllr-min: the same after the best recalibration of the tested videos, which "
    "only their ranking limits. The difference is the calibration loss: what is lost because the "
    "calibration does not fit the database.",
    "Video level, test part; in brackets the confidence interval from resampled source videos. "
    "Resampling repeats videos, which makes Cllr-min a little too low and the loss too high in "
    "the draws, so these two intervals lean to that side. With several seeds, a figure is their "
    "mean. An LR holds for videos like those that it was calibrated on.",
)
NO_UNSEEN = "No database was left out of the training, so nothing is known about others."


def section(
    results: pd.DataFrame,
    calibrations: Sequence[Stored],
    families: Collection[str] = (),
    compared_on: Collection[str] = (),
) -> Section:
    """Return the section.

    Args:
        results: `likelihood.files.read_results`.
        calibrations: of all heads.
        families, compared_on: names of rows, as in `content.Run`.
    """
    parts = []
    for part, heading in PARTS.items():
        own = results[results["part"] == part]
        if len(own):
            parts.append(Part(heading, [Table("", table(own))], _notes(own)))
        elif part == UNSEEN:
            parts.append(Part(heading, [], [NO_UNSEEN]))
    parts.append(Part("Calibrations", [Table("", fitted(calibrations))], _missing(calibrations)))
    found = answer(results, families, compared_on)
    return Section("Likelihood ratios", ANCHOR, list(TEXT), parts, found)


def table(results: pd.DataFrame) -> pd.DataFrame:
    """Return a row per database and approach, a column per measure; all of a database together.

    Args:
        results: of one part.
    """
    lines = []
    places = {name: place for place, name in enumerate(results["database"].unique())}
    results = results.sort_values("database", key=lambda names: names.map(places), kind="stable")
    for (database, approach), own in results.groupby(["database", "approach"], sort=False):
        first = own.iloc[0]
        line = {"database": database, "approach": approach}
        by_measure = own.set_index("measure")
        for measure, title in TITLES.items():
            line[title] = figure(by_measure.loc[measure], measure)
        lines.append(line | {"real videos": first["n_real"], "fake videos": first["n_fake"]})
    return pd.DataFrame(lines)


def figure(row: pd.Series, measure: str) -> str:
    """Return a figure with its interval, if it has one."""
    if pd.isna(row["value"]):
        return NOTHING
    if measure in PERCENT:
        return percent(row["value"]) + bracketed(row["low"], row["high"])
    return f"{row['value']:.3f}" + bracketed(row["low"], row["high"], least=2)


def fitted(calibrations: Sequence[Stored]) -> pd.DataFrame:
    """Return a row per calibration: how it was fitted, on what, and its bounds."""
    lines = []
    for one in calibrations:
        found = one.calibration
        line: dict[str, object] = {"approach": one.approach, "seed": one.seed}
        if found is None:
            empty = dict.fromkeys(("calibration", "log10 LR from", "to", "fakes of"), NOTHING)
            lines.append(line | empty | {"real videos": NOTHING, "fake videos": NOTHING})
            continue
        attacks = [f"{name} {count}" for name, count in found.videos.items() if name != REAL]
        costs = ", ".join(f"{kind} {cost:.3f}" for kind, cost in found.cllr.items())
        lines.append(
            line
            | {"calibration": found.kind, "log10 LR from": f"{found.lower:.2f}"}
            | {"to": f"{found.upper:+.2f}", "fakes of": ", ".join(attacks)}
            | {"real videos": found.n_real, "fake videos": found.n_fake}
            | {"cross-validated Cllr": costs, "of": ", ".join(found.databases)}
        )
    return pd.DataFrame(lines).fillna(NOTHING)


def _notes(results: pd.DataFrame) -> list[str]:
    """Return a sentence for each reason for a missing figure or interval."""
    noted = results[(results["note"] != "") & (results["measure"] == "cllr")]
    return [
        f"{note}: {', '.join(own['approach'].drop_duplicates())} "
        f"({', '.join(own['database'].drop_duplicates())})."
        for note, own in noted.groupby("note", sort=False)
    ]


def _missing(calibrations: Sequence[Stored]) -> list[str]:
    return [
        f"{one.approach}, seed {one.seed}: no calibration: {one.reason}."
        for one in calibrations
        if one.calibration is None
    ]
