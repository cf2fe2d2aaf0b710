"""How heads are trained."""

from typing import Annotated, ClassVar, Literal

from pydantic import AfterValidator, Field

from deepfake_attribution.params.load import Section

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
        batch_size: crops per step.
        optimiser: ``adam`` or ``adamw``.
        learning_rate: the highest, where the schedule changes it.
        schedule: ``constant``, or ``one_cycle``: up over the first quarter of the steps, then down
            to nothing along a cosine (Smith and Topin, arXiv 1708.07120).
        weight_decay: of the optimiser.
        flip: mirror every other crop, at random.
    """

    section: ClassVar[str] = "train"
    seeds: Annotated[list[TrainSeed], Field(min_length=1), AfterValidator(_different)]
    epochs: int = Field(ge=1)
    batch_size: int = Field(ge=2)
    optimiser: Literal["adam", "adamw"]
    learning_rate: float = Field(gt=0, allow_inf_nan=False)
    schedule: Literal["constant", "one_cycle"]
    weight_decay: float = Field(ge=0, allow_inf_nan=False)
    flip: bool
