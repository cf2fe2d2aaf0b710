"""Settings of the triplet loss, under ``triplet``."""

from typing import ClassVar

from pydantic import Field

from deepfake_attribution.params.load import Section
from deepfake_attribution.params.own_batch import OwnBatch


class Triplet(Section):
    """Margin between squared distances of unit vectors, which lie between 0 and 4.

    ``batch_size``: crops per step of this head, among which triplets are mined; 0:
    ``train.batch_size``. Accumulated gradients would not give more triplets.
    """

    section: ClassVar[str] = "triplet"

    margin: float = Field(gt=0, le=4)
    batch_size: OwnBatch
