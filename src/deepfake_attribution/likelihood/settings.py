"""What the step reads of the sections ``evaluate`` and ``classifiers``."""

from typing import ClassVar

from pydantic import ConfigDict, Field

from deepfake_attribution.core.params import Section
from deepfake_attribution.evaluate.settings import CalibrationChoice


class Likelihood(Section):
    """``evaluate.calibration``; the other keys are in `evaluate.settings.Evaluate`.

    Attributes:
        calibration: how scores become likelihood ratios: ``logistic``, ``isotonic``, or ``auto``:
            the one with the lower cross-validated Cllr on the validation videos.
    """

    model_config = ConfigDict(extra="ignore")
    section: ClassVar[str] = "evaluate"
    calibration: CalibrationChoice


class Folds(Section):
    """``classifiers.folds``; the other keys are in `classify.settings.Classifiers`.

    Attributes:
        folds: parts of the cross-validation, at most.
    """

    model_config = ConfigDict(extra="ignore")
    section: ClassVar[str] = "classifiers"
    folds: int = Field(ge=2)
