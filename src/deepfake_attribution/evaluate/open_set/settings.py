"""Settings of the open-set score, under ``unknown``."""

from typing import ClassVar

from pydantic import Field

from deepfake_attribution.core.params import Section


class Unknown(Section):
    """How unlike everything seen a crop is: its distance to the k-th nearest validation crop.

    Attributes:
        neighbours: k; more than the crops of two videos, so that one odd video makes nothing
            known, and fewer than the validation crops of the smallest class.
    """

    section: ClassVar[str] = "unknown"

    neighbours: int = Field(ge=1)
