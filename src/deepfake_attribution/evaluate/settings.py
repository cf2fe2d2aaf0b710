"""Rows of the result tables, and the threshold: ``databases``, ``evaluate``."""

from typing import Annotated, ClassVar, Literal

from pydantic import AfterValidator, Field

from deepfake_attribution.core.params import Section
from deepfake_attribution.core.settings import DatasetName

# The databases of `published.COLUMNS`. They are repeated here because importing them would make
# `evaluate` depend on figures that it does not read; a test checks that the two are equal.
Column = Literal[
    "Celeb-DF",
    "FaceForensics++",
    "DeeperForensics",
    "HifiFace",
    "DF-Mobio",
    "Google",
    "DeepfakeTIMIT",
]

# How scores become likelihood ratios (`likelihood.settings`).
CalibrationChoice = Literal["auto", "logistic", "isotonic"]


def _different(columns: dict[str, Column]) -> dict[str, Column]:
    rows: dict[str, str] = {}
    for row, column in columns.items():
        if column in rows:
            raise ValueError(f"{rows[column]} and {row} are both compared with {column}: keep one")
        rows[column] = row
    return columns


class Databases(Section):
    """``databases``: rows of the result tables. Each dataset with test videos has its own row.

    Attributes:
        reals_from: dataset with fakes only -> the dataset whose reals it is tested with (HifiFace
            and DeeperForensics use those of FaceForensics++).
        families: name of a further row -> the datasets that it joins; shared reals count once.
        published: name of a row, a dataset or a family -> the database of the paper whose
            published figures the report prints next to it; changes the report only.
        compared_on: datasets not trained on, by whose results recipes or settings were chosen. The
            report marks them, because their figures are not of untouched videos; changes the
            report only.
    """

    section: ClassVar[str] = "databases"
    reals_from: dict[DatasetName, DatasetName]
    families: dict[str, list[DatasetName]]
    published: Annotated[dict[str, Column], AfterValidator(_different)]
    compared_on: list[DatasetName]


class Evaluate(Section):
    """Where the threshold comes from, and whether a second one is shown.

    Attributes:
        fpr: share of the pooled validation fakes that may pass as real.
        threshold_scores: which validation scores of a fitted classifier set the threshold:
            ``in_sample`` (scores of the rows that it was fitted on: optimistic) or
            ``out_of_fold`` (each row scored by a classifier that was not fitted on its video).
        threshold_crops: which validation crops set the threshold: the original crops (``clean``, as
            in the paper), or their degraded copies (``degraded``, needs ``embed.degraded_chance``).
            Everything else uses the clean ones.
        adapted_threshold: ``ends``: figures at a second threshold, too, which is moved by the
            scores of each database's videos, without their labels (`further_thresholds.adapt`).
            ``none``: no such figures.
        calibration: how the step ``likelihood`` makes likelihood ratios of scores; ``auto``: the
            way with the lower cross-validated Cllr on the validation videos. Nothing else reads it.
        evidence_maps: real test videos of each drawn dataset, at least, that get an evidence map,
            as do all fakes made from them; 0: none. The step ``evidence_maps`` alone reads it.
        grad_cam: whether these have maps by Grad-CAM, too; needs captum. The same step reads it.
        robustness: test videos of each dataset and class that are damaged and scored again; 0:
            none. The step ``robustness`` alone reads it.
    """

    section: ClassVar[str] = "evaluate"

    fpr: float = Field(gt=0, lt=1)
    threshold_scores: Literal["in_sample", "out_of_fold"]
    threshold_crops: Literal["clean", "degraded"]
    adapted_threshold: Literal["none", "ends"]
    calibration: CalibrationChoice
    evidence_maps: int = Field(ge=0)
    grad_cam: bool
    robustness: int = Field(ge=0)

    @property
    def adapts(self) -> bool:
        """Whether there is an adapted threshold."""
        return self.adapted_threshold == "ends"
