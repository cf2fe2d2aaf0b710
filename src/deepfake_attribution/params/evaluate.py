"""Settings of the evaluation, under ``evaluate``."""

from typing import ClassVar, Literal

from pydantic import Field

from deepfake_attribution.params.load import Section


class Evaluate(Section):
    """Where the threshold comes from.

    Attributes:
        fpr: share of the pooled validation fakes that may pass as real.
        threshold_scores: which validation scores of a fitted classifier set the threshold:
            ``in_sample`` (scores of the rows that it was fitted on, the paper's way) or
            ``out_of_fold`` (each row scored by a classifier that did not see its video).
        threshold_crops: which validation crops set the threshold: as they are (``clean``, the
            paper's way), or their degraded copies (``degraded``, needs ``embed.degraded_chance``).
            Everything else rests on the clean ones.
    """

    section: ClassVar[str] = "evaluate"

    fpr: float = Field(gt=0, lt=1)
    threshold_scores: Literal["in_sample", "out_of_fold"]
    threshold_crops: Literal["clean", "degraded"]
