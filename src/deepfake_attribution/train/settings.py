"""How heads are trained: ``heads``, ``train`` and a section for each loss."""

import math
from typing import Annotated, ClassVar, Literal

from pydantic import AfterValidator, Field

from deepfake_attribution.core.params import Section, Strict


class _CrossEntropyHead(Strict):
    loss: Literal["cross_entropy"]


class _TripletHead(Strict):
    loss: Literal["triplet"]


class _ArcFaceHead(Strict):
    loss: Literal["loss"]


class Heads(Section):
    """``heads``: DVC makes one ``train`` stage of each, which depends on its loss's section."""

    section: ClassVar[str] = "heads"
    binary: _CrossEntropyHead
    attribution: _CrossEntropyHead
    triplet: _TripletHead
    arcface: _ArcFaceHead


TrainSeed = Annotated[int, Field(ge=0, lt=2**31)]


def _different(seeds: list[int]) -> list[int]:
    for seed in seeds:
        if seeds.count(seed) > 1:
            raise ValueError(f"{seed} is named twice: its results would count twice")
    return seeds


class Train(Section):
    """``train``: the loop that all heads share.

    Attributes:
        seeds: each head is trained once per seed: weights at the start, order of the batches,
            mirrorings. Curves for ``dvc plots`` and pictures are of the first.
        epochs: passes over the training crops; the epoch of the lowest validation loss is kept.
        batch_size: crops per step, of all processes together; TripletLoss and ArcFaceMod may have
            one of their own (``triplet.batch_size``, ``loss.batch_size``).
        sampling: ``shuffled``: each crop once per epoch; ``balanced``: half of each batch is real,
            the other half is spread evenly over the attacks; ``paired``: so too, and each fake
            stands beside a real crop of the video that it was made from, where that is trained on.
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
        flip: mirror every other crop, at random.
    """

    section: ClassVar[str] = "train"
    seeds: Annotated[list[TrainSeed], Field(min_length=1), AfterValidator(_different)]
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


def _more_than_one(size: int) -> int:
    if size == 1:
        raise ValueError("batch normalisation needs 2 crops at least; 0 is train.batch_size")
    return size


OwnBatch = Annotated[int, Field(ge=0), AfterValidator(_more_than_one)]  # 0: train.batch_size


class CrossEntropy(Section):
    """Label smoothing: the share of the target that is spread evenly over all classes."""

    section: ClassVar[str] = "cross_entropy"

    label_smoothing: float = Field(ge=0, lt=1)


class Triplet(Section):
    """Margin between squared distances of unit vectors, which lie between 0 and 4.

    ``batch_size``: crops per step of this head, among which triplets are mined; 0:
    ``train.batch_size``. Accumulated gradients would not give more triplets.
    """

    section: ClassVar[str] = "triplet"

    margin: float = Field(gt=0, le=4)
    batch_size: OwnBatch


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
