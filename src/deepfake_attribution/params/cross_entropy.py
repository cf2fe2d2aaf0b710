"""Settings of the classification losses of Binary and Attribution, under ``cross_entropy``."""

from typing import ClassVar

from pydantic import Field

from deepfake_attribution.params.load import Section


class CrossEntropy(Section):
    """Label smoothing: the share of the target that is spread evenly over all classes."""

    section: ClassVar[str] = "cross_entropy"

    label_smoothing: float = Field(ge=0, lt=1)
