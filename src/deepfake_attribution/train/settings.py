"""How heads are trained: section ``train``."""

from typing import Literal

from pydantic import ConfigDict, Field

from deepfake_attribution.core.settings import TrainingSeeds


class Train(TrainingSeeds):
    """``train``: the loop that all heads share.

    Attributes:
        seeds: see `TrainingSeeds`.
        epochs: passes over the training crops; the epoch of the lowest validation loss is kept.
        batch_size: crops per step, of all processes together; losses with a ``batch_size``
            of their own may use another (``triplet.batch_size``, ``loss.batch_size``).
        sampling: ``shuffled``: each crop once per epoch; ``balanced``: half of each batch is real,
            the other half is spread evenly over the attacks; ``paired``: as ``balanced``, and each
            fake comes with a real crop of the video that it was made from, if that is trained on.
        self_blended: train on one more class, real faces blended with themselves
            (`self_blending`).
        optimiser: ``adam`` or ``adamw``.
        learning_rate: the highest, where the schedule changes it.
        schedule: ``constant``; ``one_cycle``: up over the first quarter of the steps, then down
            to nothing along a cosine (Smith and Topin, arXiv 1708.07120); ``cosine``: up over the
            share ``warmup`` of the steps, then down to nothing along a cosine.
        warmup: share of the steps; of ``cosine`` only.
        weight_decay: of the optimiser.
        averaging: of the weights: what is validated and kept is their exponential moving average
            with this decay per step; 0: the weights themselves.
        flip: mirror half of the crops, at random.
    """

    model_config = ConfigDict(extra="forbid")
    epochs: int = Field(ge=1)
    batch_size: int = Field(ge=2)
    sampling: Literal["shuffled", "balanced", "paired"]
    self_blended: bool
    optimiser: Literal["adam", "adamw"]
    learning_rate: float = Field(gt=0, allow_inf_nan=False)
    schedule: Literal["constant", "one_cycle", "cosine"]
    warmup: float = Field(ge=0, lt=1)
    weight_decay: float = Field(ge=0, allow_inf_nan=False)
    averaging: float = Field(ge=0, lt=1)
    flip: bool
