"""Settings of ArcFaceMod, under ``loss``: the name that the margins are tuned by."""

import math
from typing import ClassVar

from pydantic import Field

from deepfake_attribution.params.load import Section
from deepfake_attribution.params.own_batch import OwnBatch


class Loss(Section):
    """Angular margins in radians, per kind of class, and the scale of the cosines.

    Up to pi / 2 a margin keeps the loss falling as the angle shrinks (see `losses.arcface_mod`).
    ``batch_size``: crops per step of this head; 0: ``train.batch_size``.
    """

    section: ClassVar[str] = "loss"

    margin_real: float = Field(ge=0, le=math.pi / 2)
    margin_fake: float = Field(ge=0, le=math.pi / 2)
    scale: float = Field(gt=0, allow_inf_nan=False)
    batch_size: OwnBatch
