"""Settings of the baseline that sees no pixel, under ``cues``."""

import math
from typing import ClassVar

from pydantic import Field

from deepfake_attribution.core.params import Section


class Cues(Section):
    """A logistic regression on what is known of a file without looking at its pictures.

    Attributes:
        C: inverse penalty, on standardised facts.
        max_iter: iterations at most.
    """

    section: ClassVar[str] = "cues"

    C: float = Field(gt=0, lt=math.inf)
    max_iter: int = Field(ge=1)
