"""How training crops are degraded, under ``augment``."""

from typing import Annotated, ClassVar

from pydantic import AfterValidator, Field

from deepfake_attribution.params.load import Section

SEEDS = 2**31  # what happens to a crop is drawn from a number from 1 to this
Quality = Annotated[int, Field(ge=1, le=100)]


def _rising(qualities: list[int]) -> list[int]:
    if qualities[0] > qualities[1]:
        raise ValueError("give the lower quality first")
    return qualities


class Augment(Section):
    """``augment``: what happens to crops on their way into a training, and how strongly at most.

    Attributes:
        chance: of each of the steps below, for each crop and epoch; 0: crops stay as they are.
        jpeg: lowest and highest quality of a second compression.
        downscale: smallest factor by which a crop is scaled down, and up again.
        blur: largest standard deviation of a Gaussian, as a share of the crop's side.
        brightness, contrast: largest change, as a share of what is there.
        hue: largest turn of the colour circle; 0.5 is half of it.
        erasing: largest share of the crop's area that is painted over.
    """

    section: ClassVar[str] = "augment"
    chance: float = Field(ge=0, le=1)
    jpeg: Annotated[list[Quality], Field(min_length=2, max_length=2), AfterValidator(_rising)]
    downscale: float = Field(gt=0, le=1)
    blur: float = Field(ge=0, le=0.1)
    brightness: float = Field(ge=0, lt=1)
    contrast: float = Field(ge=0, lt=1)
    hue: float = Field(ge=0, le=0.5)
    erasing: float = Field(ge=0, lt=1)
