"""What can be told of videos without a pixel: a section."""

from collections.abc import Sequence

import pandas as pd

from deepfake_attribution.evaluate.metadata_baseline.baseline import VARIANTS
from deepfake_attribution.report import results
from deepfake_attribution.report.cells import NOTHING, percent, ranged
from deepfake_attribution.report.content import Part, Section, Table

NO_PIXELS = tuple(VARIANTS)

FACTS = (
    "A logistic regression that never sees a picture. NoPixels-File knows width, height, frame "
    "rate and length. NoPixels-All knows these, bytes per pixel of the stored frame, bytes of the "
    "crop, size and place of the face's box, how many faces were seen, how sure the detector was "
    "and in how many frames. Fitted on the training videos, with a threshold like any approach's. "
    "The bytes of a picture say how busy it is, so that NoPixels-All is not blind to an attack "
    "that smooths."
)
MEANING = (
    "Where such a row is high (far above 50), reals and fakes of that database differ in how they "
    "were filmed, cut or stored: other approaches may have learned the same, and only what they "
    "gain beyond this row speaks for them. Near 50, plain facts of the files do not explain their "
    "figures; a cue in the pixels still may."
)
UNSEEN_CODEC = "The codec and the bit rate of the videos' own files are not among the facts."


def section(facts: pd.DataFrame, figures: pd.DataFrame) -> Section:
    """Return the section.

    Args:
        facts: what each fact tells by itself, of the stage ``cues``.
        figures: `results.over_seeds`.
    """
    shown = [Table("Video level, AUC in percent", baseline(figures))]
    title = "Each fact alone, on the test videos of the databases trained on"
    shown.append(Table(title, alone(facts), folded=True))
    text = [FACTS, MEANING, UNSEEN_CODEC]
    return Section("What no pixel tells", "cues", text, [Part("", shown)])


def baseline(figures: pd.DataFrame, names: Sequence[str] = NO_PIXELS) -> pd.DataFrame:
    """Return the AUC of the rows without pixels on every database, and the highest of all others.

    Args:
        figures: `results.over_seeds`.
        names: of the approaches without pixels.
    """
    rows = results.pooled(figures)
    lines = []
    for database, own in rows.groupby("database", sort=False):
        blind, others = own[own["approach"].isin(names)], own[~own["approach"].isin(names)]
        if blind.empty:
            continue
        line = {"database": database} | dict.fromkeys(names, NOTHING)
        line |= {row["approach"]: ranged(row, "auc") for _, row in blind.iterrows()}
        line["highest of the others"] = NOTHING
        if others["auc"].notna().any():
            best = others.loc[others["auc"].idxmax()]
            line["highest of the others"] = f"{percent(best['auc'])} ({best['approach']})"
        lines.append(line | results.context(blind.iloc[0]))
    return pd.DataFrame(lines)


def alone(facts: pd.DataFrame) -> pd.DataFrame:
    """Return the table of single facts for people."""
    return pd.DataFrame(
        {
            "fact": row["fact"].replace("_", " "),
            "mean of reals": f"{row['real']:.4g}",
            "mean of fakes": f"{row['fake']:.4g}",
            "AUC of the fact, or of its opposite": percent(row["auc"]),
            "real videos": row["n_real"],
            "fake videos": row["n_fake"],
        }
        for row in facts.to_dict("records")
    )
