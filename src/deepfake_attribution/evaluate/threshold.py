"""The threshold of an approach: the score above which 10 % of the validation fakes pass as real.

``evaluate.fpr`` sets the share. `further_thresholds` has those that validation does not set.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from deepfake_attribution.core import metrics
from deepfake_attribution.core.errors import UserError
from deepfake_attribution.core.video import REAL
from deepfake_attribution.evaluate.scoring import (
    DEGRADED,
    DEGRADED_OUT_OF_FOLD,
    OUT_OF_FOLD,
    SCORE,
    without_number,
)
from deepfake_attribution.evaluate.settings import Evaluate

# (use degraded copies, use out-of-fold scores) -> column of the scores.
SET_ON = {
    (False, False): SCORE,
    (False, True): OUT_OF_FOLD,
    (True, False): DEGRADED,
    (True, True): DEGRADED_OUT_OF_FOLD,
}


@dataclass(frozen=True)
class Threshold:
    """The threshold of one approach at one level.

    Attributes:
        value: a score above it is called real.
        scores: ``in_sample`` or ``out_of_fold`` for a fitted classifier, as the settings say;
            ``held_out`` for an approach that was not fitted on validation videos. The prefix
            ``degraded_`` means that they are scores of degraded copies of the crops.
        n_fake: validation fakes that it was set on.
        k_pass: how many of them pass as real.
    """

    value: float
    scores: str
    n_fake: int
    k_pass: int


def threshold(
    table: pd.DataFrame, training: Sequence[str], settings: Evaluate, approach: str
) -> Threshold:
    """Return the threshold of one approach from its validation rows.

    Args:
        table: the approach's scores per video or per frame; videos without a score are ignored.
        training: datasets whose validation rows are pooled.
        settings: share of fakes that may pass, and which scores of which crops are used.
        approach: its name, for the message.

    Raises:
        UserError: there is no validation fake with a score.
    """
    validation = table["dataset"].isin(training) & (table["split"] == "val")
    fakes = table[validation & (table["attack"] != REAL)]
    if len(fakes) and without_number(fakes) and not np.isfinite(fakes[SCORE]).any():
        raise UserError(
            f"{approach}: no score of a validation fake of {', '.join(training)} is a number: its "
            "training diverged; look at its curve, then lower train.learning_rate or the head's own"
        )
    fakes = fakes[np.isfinite(fakes[SCORE])]
    if not len(fakes):
        raise UserError(
            f"{approach}: no validation fake of {', '.join(training)} has a face, so there is no "
            "threshold; look at the crops of these datasets"
        )
    fitted = OUT_OF_FOLD in fakes and bool(fakes[OUT_OF_FOLD].notna().any())
    degraded = settings.threshold_crops == "degraded"
    column = SET_ON[degraded, fitted and settings.threshold_scores == "out_of_fold"]
    scores = fakes[column].to_numpy(dtype=np.float64)
    label = settings.threshold_scores if fitted else "held_out"
    value = metrics.threshold_at_fpr(scores, settings.fpr)
    return Threshold(
        value=value,
        scores=f"degraded_{label}" if degraded else label,
        n_fake=len(scores),
        k_pass=int((scores > value).sum()),
    )
