"""The network under every head."""

from typing import Annotated, Any, ClassVar, Literal

from pydantic import Field, PlainValidator

from deepfake_attribution.params.load import Section

SMALLEST, LARGEST = 32, 1024


def _pixels(value: Any) -> int | str:
    """Return ``value`` if it is allowed; the messages of a union would speak of one branch."""
    if value == "auto" or (type(value) is int and SMALLEST <= value <= LARGEST):
        return value
    raise ValueError(f"expected auto, or a whole number from {SMALLEST} to {LARGEST}")


class Backbone(Section):
    """``backbone``: a model of timm.

    Attributes:
        name: timm's name of the model (``timm.list_models()``).
        weights: ``imagenet`` (timm downloads them), ``none`` (from scratch), or the path of a
            .safetensors file of this model.
        input_size: pixels per side that crops are scaled to; ``auto``: what timm says that the
            model was made for.
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
