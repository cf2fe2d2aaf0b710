"""Results of damaged videos, as the stage writes them."""

import numpy as np
import pandas as pd

from deepfake_attribution.robustness import results
from deepfake_attribution.robustness.damage import DAMAGES

APPROACHES = ("Binary", "ArcFaceMod-NN")
ROWS = {"a": "seen", "b": "seen", "new": "unseen", results.POOLED: "seen", "family": "unseen"}


def row(approach: str, database: str, kind: str, step: int, strength: float) -> dict:
    fall = 4.0 * step if kind == "crf" and approach == "Binary" else 0.0
    known: dict = {"approach": approach, "database": database, "part": ROWS[database]}
    known |= {"joined": database in (results.POOLED, "family"), "kind": kind, "step": step}
    known |= {"strength": strength, "threshold": 0.5, "n_real": 12, "n_fake": 24, "n_lost": 0}
    known |= {"sources_real": 12, "sources_fake": 12, "psnr": 40.0 - step if step else np.inf}
    for measure, value in (("auc", 90 - fall), ("fnr", 10 + fall), ("fpr", 9.0)):
        change = fall if measure == "fnr" else -fall if measure == "auc" else 0.0
        known |= {measure: value, f"{measure}_low": value - 5, f"{measure}_high": value + 5}
        known |= {f"{measure}_change": change, f"{measure}_change_low": change - 3}
        known |= {f"{measure}_change_high": change + 3}
    return known | {"confidence": 95.0, "note": ""}


def table() -> pd.DataFrame:
    """Return results in which only H.264 changes Binary."""
    steps = [("none", 0, 0.0)]
    steps += [
        (one.kind, place, each)
        for one in DAMAGES
        for place, each in enumerate(one.strengths, start=1)
    ]
    rows = [
        row(approach, database, *step)
        for database in ROWS
        for approach in APPROACHES
        for step in steps
    ]
    return pd.DataFrame(rows, columns=results.COLUMNS)
