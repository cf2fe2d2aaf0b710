"""Settings of the uncertainty of all results: section ``uncertainty``."""

from typing import ClassVar

from pydantic import Field

from deepfake_attribution.core.params import Section

MOST = 100_000  # draws


class Uncertainty(Section):
    """Intervals and comparisons from resampled source videos.

    Attributes:
        draws: how many at least. The stage makes more where no difference between any two
            approaches could be significant with these (`significance.enough`).
        level: confidence level: percent of the draws inside an interval.
    """

    section: ClassVar[str] = "uncertainty"
    draws: int = Field(ge=100, le=MOST)
    level: float = Field(ge=50, le=99.9)
