"""The predicted class of each test video, a row per video; ``dvc plots`` counts them."""

import numpy as np
import pandas as pd

from deepfake_attribution.core.video import REAL
from deepfake_attribution.evaluate.protocol import Protocol
from deepfake_attribution.evaluate.scoring import PREDICTED, SCORE

FAKE = "fake"  # Binary's name for every attack


def confusion_rows(videos: pd.DataFrame, protocol: Protocol, threshold: float) -> pd.DataFrame:
    """Return ``actual`` and ``predicted`` of the pooled test videos of the databases trained on.

    For an approach that predicts no class, it is real or fake by the threshold. Videos without a
    face are left out. Rows are sorted, so that two experiments differ in few lines.

    Args:
        videos: one approach's scores per video, from `scoring.video_scores`.
        protocol: which videos are counted where.
        threshold: a score above it is called real.
    """
    members = [name for name in protocol.training if name in protocol.databases]
    pooled = protocol.select(videos, members)
    pooled = pooled[pooled[SCORE].notna()]
    if pooled[PREDICTED].notna().any():
        named = pooled[pooled[PREDICTED].notna()]
        actual, predicted = named["attack"], named[PREDICTED]
    else:
        actual = pd.Series(np.where(pooled["attack"] == REAL, REAL, FAKE))
        predicted = pd.Series(np.where(pooled[SCORE] > threshold, REAL, FAKE))
    rows = pd.DataFrame({"actual": actual.astype(str), "predicted": predicted.astype(str)})
    return rows.sort_values(["actual", "predicted"], ignore_index=True)
