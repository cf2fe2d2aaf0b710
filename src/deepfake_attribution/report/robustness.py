"""The section on robustness: what compression, size, blur, noise and darkness do to the figures."""

from collections.abc import Sequence

import pandas as pd

from deepfake_attribution.report import answers
from deepfake_attribution.report.cells import NOTHING, bracketed, percent
from deepfake_attribution.report.content import Part, Section, Table
from deepfake_attribution.robustness.damage import DAMAGES, NONE, STEPS
from deepfake_attribution.robustness.results import POOLED, SEEN, UNSEEN

ANCHOR = "robustness"
TITLES = {"auc": "AUC", "fnr": "Reals called fake (FNR)", "fpr": "Fakes called real (FPR)"}
TEXT = (
    "The same test videos, scored again after damage. H.264: the whole video is encoded again. "
    "Smaller video: its frames are made smaller. JPEG, blur, noise, darker: of the crops. The "
    "frames and the boxes of the faces stay the same; faces are not searched again. The threshold "
    "stays the one of validation.",
    "Video level, percent, first training seed; in brackets the confidence interval from resampled "
    "source videos. The changes to the untouched videos, and their intervals, are in "
    "robustness.csv. PSNR: of the damaged crops against the untouched ones, in dB.",
)


def section(results: pd.DataFrame) -> Section:
    """Return the section.

    Args:
        results: `robustness.files.read_results`; at least one row.
    """
    parts = []
    for database in shown(results):
        own = results[results["database"] == database]
        tables = [
            Table(title, table(own, measure), folded=True, paged=measure != "auc")
            for measure, title in TITLES.items()
        ]
        parts.append(Part(database, tables, notes(own)))
    return Section("Damaged videos", ANCHOR, list(TEXT), parts, answer(results))


def shown(results: pd.DataFrame) -> list[str]:
    """Return the rows to show: those trained on together, if there are several, and all others."""
    names = list(results["database"].unique())
    return [name for name in names if name == POOLED] + [name for name in names if name != POOLED]


def alone(results: pd.DataFrame) -> list[str]:
    """Return the rows that show each video once: those trained on together, then each other one."""
    rows = results.drop_duplicates("database")
    own = rows[~rows["joined"].astype(bool)]
    seen, others = (list(own.loc[own["part"] == part, "database"]) for part in (SEEN, UNSEEN))
    return [*([POOLED] if POOLED in set(rows["database"]) else seen), *others]


def table(results: pd.DataFrame, measure: str) -> pd.DataFrame:
    """Return a measure of one database: a row per kind and strength, a column per approach.

    Args:
        results: of one database.
        measure: of `TITLES`.
    """
    lines = []
    approaches = list(results["approach"].unique())
    for (kind, step), rows in results.groupby(["kind", "step"], sort=False):
        line = {"damage": named(str(kind), int(step))}
        cells = {
            row["approach"]: percent(row[measure])
            + bracketed(row[f"{measure}_low"], row[f"{measure}_high"])
            for _, row in rows.iterrows()
        }
        line |= {name: cells[name] for name in approaches}
        first = rows.iloc[0]
        line["PSNR, dB"] = NOTHING if kind == NONE else f"{first['psnr']:.1f}"
        line |= {"real videos": first["n_real"], "fake videos": first["n_fake"]}
        lines.append(line)
    return pd.DataFrame(lines)


def named(kind: str, step: int) -> str:
    """Return a kind with its strength, such as ``H.264, CRF 38``."""
    for one in DAMAGES:
        if one.kind == kind:
            return f"{one.title}, {one.axis} {one.shown[step - 1]}"
    return "untouched"


def answer(results: pd.DataFrame) -> str:
    """Return for how many approaches each kind lowers AUC, at its strongest step."""
    sentences, most = [], results["approach"].nunique()
    for database in alone(results):
        own = results[(results["database"] == database) & (results["step"] == STEPS)]
        own = own[own["auc_change_low"].notna()]
        found = []
        for one in DAMAGES:
            rows = own[own["kind"] == one.kind]
            if len(rows):
                lower = int((rows["auc_change_high"] < 0).sum())
                found.append(f"{one.title} {lower} ({rows['auc_change'].median():+.0f})")
        if found:
            sentences.append(f"{database}: {', '.join(found)}")
    if not sentences:
        return ""
    return (
        f"How many of the {most} approaches have a lower AUC after the strongest damage (interval "
        "of the change below 0), and the median change in percentage points: "
        f"{'; '.join(sentences)}."
    )


def notes(results: pd.DataFrame) -> Sequence[str]:
    """Return a sentence for videos that could not be damaged, and for missing intervals."""
    found = []
    lost = results[results["n_lost"] > 0]
    if len(lost):
        kinds = dict.fromkeys(
            f"{named(row['kind'], row['step'])} ({row['n_lost']})"
            for _, row in lost[lost["approach"] == lost["approach"].iloc[0]].iterrows()
        )
        found.append(
            f"Not counted, because the damaged video has no score: {answers.joined_names(kinds)}."
        )
    noted = results[results["note"].str.startswith("no interval")]
    for note, own in noted.groupby("note", sort=False):
        text = f"{str(note)[0].upper()}{str(note)[1:]}"
        if len(own) == len(results):
            found.append(f"{text}.")
            continue
        names = dict.fromkeys(named(row["kind"], row["step"]) for _, row in own.iterrows())
        found.append(f"{text} (AUC): {answers.joined_names(names)}.")
    return found
