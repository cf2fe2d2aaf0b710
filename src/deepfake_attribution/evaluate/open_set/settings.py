"""Settings of the open-set score, under ``open_set``."""

from typing import ClassVar

from pydantic import Field

from deepfake_attribution.core.params import Section


class OpenSet(Section):
    """The out-of-distribution score of a crop: its distance to the k-th nearest validation crop.

    Attributes:
        neighbours: k; more than the crops of two videos, so that a single odd video cannot make
            its surroundings known, and fewer than the validation crops of the smallest class.
        known_share: share of the validation videos that are not too far from the others' crops to
            be known; it sets the limit of the verdict "not known".
    """

    section: ClassVar[str] = "open_set"

    neighbours: int = Field(ge=1)
    known_share: float = Field(gt=0, lt=1)
