"""Settings of the doubt about figures, under ``doubt``."""

from typing import ClassVar

from pydantic import Field

from deepfake_attribution.core.params import Section


class Doubt(Section):
    """Intervals and comparisons from resampled source videos.

    Attributes:
        draws: how many. The smallest p of a difference is 2 / (draws + 1), and is multiplied by the
            number of pairs of approaches (28 of eight): with 1,000 draws none could be below 0.05.
        level: percent of the draws that an interval holds.
    """

    section: ClassVar[str] = "doubt"
    draws: int = Field(ge=100, le=100_000)
    level: float = Field(ge=50, le=99.9)
