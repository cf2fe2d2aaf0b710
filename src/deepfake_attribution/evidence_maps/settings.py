"""What the step reads of the section ``evaluate``."""

from importlib.util import find_spec
from typing import ClassVar

from pydantic import ConfigDict, Field

from deepfake_attribution.core.errors import UserError
from deepfake_attribution.core.params import Section


class EvidenceMaps(Section):
    """``evaluate.evidence_maps``; the other keys are in `evaluate.settings.Evaluate`.

    Attributes:
        evidence_maps: real test videos of each drawn dataset, at least; they and all fakes made
            from them have a map of one frame. 0: none, and the stage costs nothing.
        grad_cam: maps by Grad-CAM, too, where it is defined.
    """

    model_config = ConfigDict(extra="ignore")
    section: ClassVar[str] = "evaluate"
    evidence_maps: int = Field(ge=0)
    grad_cam: bool

    def check_installed(self) -> None:
        """Check that what the settings need is installed.

        Raises:
            UserError: it is not.
        """
        if self.grad_cam and self.evidence_maps and find_spec("captum") is None:
            raise UserError(
                "evaluate.grad_cam: captum is not installed: `pip install -e '.[cam]'`, or set it "
                "to false"
            )
