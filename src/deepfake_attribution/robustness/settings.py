"""What the step reads of the section ``evaluate``."""

from typing import ClassVar

from pydantic import ConfigDict, Field

from deepfake_attribution.core.params import Section


class Robustness(Section):
    """``evaluate.robustness``; the other keys are in `evaluate.settings.Evaluate`.

    Attributes:
        robustness: test videos of each dataset and class that are damaged. 0: none, and the stage
            costs nothing.
    """

    model_config = ConfigDict(extra="ignore")
    section: ClassVar[str] = "evaluate"
    robustness: int = Field(ge=0)
