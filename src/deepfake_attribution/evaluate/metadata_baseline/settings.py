"""Settings of the metadata baseline (no pixels), under ``metadata_baseline``."""

import math
from typing import ClassVar

from pydantic import Field

from deepfake_attribution.core.params import Section


class MetadataBaseline(Section):
    """A logistic regression on metadata of the videos, without pixels.

    Attributes:
        C: inverse penalty, on standardised facts.
        max_iter: iterations at most.
    """

    section: ClassVar[str] = "metadata_baseline"

    C: float = Field(gt=0, lt=math.inf)
    max_iter: int = Field(ge=1)
