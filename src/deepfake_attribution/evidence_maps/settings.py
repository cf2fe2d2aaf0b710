"""What the step reads of the section ``evaluate``."""

from typing import ClassVar

from pydantic import ConfigDict, Field

from deepfake_attribution.core.params import Section


class EvidenceMaps(Section):
    """``evaluate.evidence_maps``; the other keys are in `evaluate.settings.Evaluate`.

    Attributes:
        evidence_maps: real test videos of each drawn dataset, at least; they and all fakes made
            from them have a map of one frame. 0: none, and the stage costs nothing.
    """

    model_config = ConfigDict(extra="ignore")
    section: ClassVar[str] = "evaluate"
    evidence_maps: int = Field(ge=0)
