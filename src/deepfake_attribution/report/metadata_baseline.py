"""The section on the metadata baseline (no pixels)."""

from collections.abc import Sequence

import pandas as pd

from deepfake_attribution.evaluate.metadata_baseline.baseline import VARIANTS
from deepfake_attribution.report import results
from deepfake_attribution.report.cells import NOTHING, percent, ranged
from deepfake_attribution.report.content import Part, Section, Table

NO_PIXELS = tuple(VARIANTS)

FACTS = (
    "A logistic regression on metadata; it never sees a picture. NoPixels-File uses width, height, "
    "frame rate and length. NoPixels-All also uses bytes per pixel of the stored frame and bytes "
    "of the crop. From the detector it uses size and position of the face's box, the number of "
    "faces, the score, and the share of frames with a face. It is fitted on the training videos "
    "and has a threshold like every approach. The bytes of a picture depend on how much detail it "
    "has, so NoPixels-All can detect an attack that smooths."
)
MEANING = (
    "If such a row is high (far above 50), reals and fakes of that database differ in how they "
    "were filmed, cut or stored. Other approaches may have learned the same difference, so only "
    "what they gain over this row is evidence for them. Near 50, this metadata does not explain "
    "their figures; a bias in the pixels still may."
)
UNSEEN_CODEC = "The codec and the bit rate of the original video files are not used."


def section(facts: pd.DataFrame, figures: pd.DataFrame) -> Section:
    """Return the section.

    Args:
        facts: AUC of each fact by itself, of the stage ``metadata_baseline``.
        figures: `results.over_seeds`.
    """
    shown = [Table("Video level, AUC in percent", baseline(figures))]
    title = "Each fact alone, on the test videos of the databases trained on"
    shown.append(Table(title, alone(facts), folded=True))
    text = [FACTS, MEANING, UNSEEN_CODEC]
    return Section("Metadata baseline (no pixels)", "metadata-baseline", text, [Part("", shown)])


def baseline(figures: pd.DataFrame, names: Sequence[str] = NO_PIXELS) -> pd.DataFrame:
    """Return the AUC of the baseline on every database, and the highest AUC of all others.

    Args:
        figures: `results.over_seeds`.
        names: of the baseline's approaches.
    """
    rows = results.pooled(figures)
    lines = []
    for database, own in rows.groupby("database", sort=False):
        baseline_rows, others = own[own["approach"].isin(names)], own[~own["approach"].isin(names)]
        if baseline_rows.empty:
            continue
        line = {"database": database} | dict.fromkeys(names, NOTHING)
        line |= {row["approach"]: ranged(row, "auc") for _, row in baseline_rows.iterrows()}
        line["highest of the others"] = NOTHING
        if others["auc"].notna().any():
            best = others.loc[others["auc"].idxmax()]
            line["highest of the others"] = f"{percent(best['auc'])} ({best['approach']})"
        lines.append(line | results.context(baseline_rows.iloc[0]))
    return pd.DataFrame(lines)


def alone(facts: pd.DataFrame) -> pd.DataFrame:
    """Return the table of single facts with readable columns."""
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
