"""The network under every head."""

from typing import ClassVar, Self

from pydantic import Field, model_validator

from deepfake_attribution.params.load import Section


class Backbone(Section):
    """``backbone``: a model of timm.

    Attributes:
        name: timm's name of the model (``timm.list_models()``).
        weights: ``imagenet`` (timm downloads them), ``none`` (from scratch), or the path of a
            .safetensors file of this model.
        input_size: pixels per side that crops are scaled to.
        embedding: length of TripletLoss's and ArcFaceMod's embedding.
        channels_last: keep weights with the channels innermost; quicker for most models on a CPU,
            and on a GPU with mixed precision. Results differ by rounding only.
    """

    section: ClassVar[str] = "backbone"
    name: str = Field(min_length=1)
    weights: str = Field(min_length=1)
    input_size: int = Field(ge=32, le=1024)
    embedding: int = Field(ge=2, le=4096)
    channels_last: bool

    @model_validator(mode="after")
    def _does_not_crash(self) -> Self:
        # Their re-parameterised convolutions corrupt memory in this layout (torch 2.15, CPU).
        if self.channels_last and self.name.startswith(("repvgg", "mobileone")):
            raise ValueError(f"channels_last: set it to false for {self.name}, which it crashes")
        return self
