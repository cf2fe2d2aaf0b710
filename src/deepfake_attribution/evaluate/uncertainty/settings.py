"""Settings of the uncertainty of all results: section ``uncertainty``."""

from typing import ClassVar

from pydantic import Field

from deepfake_attribution.core.params import Section


class Uncertainty(Section):
    """Intervals and comparisons from resampled source videos.

    Attributes:
        draws: how many. The smallest p of a difference is 2 / (draws + 1), and is multiplied by the
            number of pairs of approaches (28 of eight): with 1,000 draws none could be below 0.05.
        level: confidence level: percent of the draws inside an interval.
    """

    section: ClassVar[str] = "uncertainty"
    draws: int = Field(ge=100, le=100_000)
    level: float = Field(ge=50, le=99.9)
