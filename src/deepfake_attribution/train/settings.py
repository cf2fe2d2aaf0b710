"""How heads are trained: section ``train``."""

from typing import Literal

from pydantic import ConfigDict, Field

from deepfake_attribution.core.settings import TrainingSeeds
from deepfake_attribution.heads.settings import Epochs, Rate, Sampling


class Train(TrainingSeeds):
    """``train``: the loop that all heads share.

    A head's own section may override ``sampling``, ``epochs``, ``batch_size`` and
    ``learning_rate`` (`heads.settings.HeadSection`).

    Attributes:
        seeds: see `TrainingSeeds`.
        epochs: passes over the training crops; the epoch of the lowest validation loss is kept.
        batch_size: crops per step, of all processes together.
        sampling: ``shuffled``: each crop once per epoch; ``balanced``: half of each batch is real,
            the other half is spread evenly over the attacks; ``paired``: as ``balanced``, and each
            fake comes with a real crop of the video that it was made from, if that is trained on.
        self_blended: train on one more class, real faces blended with themselves
            (`self_blending`).
        optimiser: ``adam`` or ``adamw``.
        learning_rate: the highest, where the schedule changes it.
        backbone_rate: the backbone's learning rate, as a share of the new head's layers' one.
        freeze: weights of the backbone that keep their values: ``none``; ``first_third``: those of
            its first third; ``all_but_head``: all; ``all_but_norm``: all but its normalisation
            layers (`freezing`).
        schedule: ``constant``; ``one_cycle``: up over the first quarter of the steps, then down
            to nothing along a cosine (Smith and Topin, arXiv 1708.07120); ``cosine``: up over the
            share ``warmup`` of the steps, then down to nothing along a cosine.
        warmup: share of the steps; of ``cosine`` only.
        weight_decay: of the optimiser.
        averaging: of the weights: what is validated and kept is their exponential moving average
            with this decay per step; 0: the weights themselves.
        flip: mirror half of the crops, at random.
        threads: of a training process on a CPU; 0: one per core. Another number rounds sums
            differently and gives slightly different weights. It is no limit on a GPU.
    """

    model_config = ConfigDict(extra="forbid")
    epochs: Epochs
    batch_size: int = Field(ge=2)
    sampling: Sampling
    self_blended: bool
    optimiser: Literal["adam", "adamw"]
    learning_rate: Rate
    backbone_rate: Rate
    freeze: Literal["none", "first_third", "all_but_head", "all_but_norm"]
    schedule: Literal["constant", "one_cycle", "cosine"]
    warmup: float = Field(ge=0, lt=1)
    weight_decay: float = Field(ge=0, allow_inf_nan=False)
    averaging: float = Field(ge=0, lt=1)
    flip: bool
    threads: int = Field(ge=0)
