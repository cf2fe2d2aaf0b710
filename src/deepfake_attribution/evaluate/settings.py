"""Rows of the result tables, and the threshold: ``databases``, ``evaluate``."""

from typing import Annotated, Any, ClassVar, Literal

from pydantic import BeforeValidator, Field

from deepfake_attribution.core.params import Section
from deepfake_attribution.core.settings import DatasetName

# How scores become likelihood ratios (`likelihood.settings`).
CalibrationChoice = Literal["auto", "logistic", "isotonic"]


def _by_protocol(value: Any) -> Any:
    """Check the form of `Databases.published`, which had no protocols once."""
    if isinstance(value, dict):
        for name, rows in value.items():
            if not isinstance(rows, dict):
                raise ValueError(
                    "expected the name of a file of protocols/ and, below it, its databases with "
                    f"our rows, such as icassp2022: {{{rows}: {name}}}"
                )
    return value


class Databases(Section):
    """``databases``: rows of the result tables. Each dataset with test videos has its own row.

    Attributes:
        reals_from: dataset with fakes only -> the dataset whose reals it is tested with (HifiFace
            and DeeperForensics use those of FaceForensics++).
        families: name of a further row -> the datasets that it joins; shared reals count once.
        published: name of a file of ``protocols/`` -> a database of that file -> name of our row, a
            dataset or a family, next to which the report prints its published figures; changes
            the report only.
        compared_on: datasets not trained on, by whose results recipes or settings were chosen. The
            report marks them, because their figures are not of untouched videos; changes the
            report only.
    """

    section: ClassVar[str] = "databases"
    reals_from: dict[DatasetName, DatasetName]
    families: dict[str, list[DatasetName]]
    published: Annotated[dict[str, dict[str, str]], BeforeValidator(_by_protocol)]
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
