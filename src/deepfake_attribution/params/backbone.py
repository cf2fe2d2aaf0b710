"""The network under every head."""

from typing import ClassVar

from pydantic import Field

from deepfake_attribution.params.load import Section


class Backbone(Section):
    """``backbone``: a model of timm.

    Attributes:
        name: timm's name of the model (``timm.list_models()``).
        weights: ``imagenet`` (timm downloads them), ``none`` (from scratch), or the path of a
            .safetensors file of this model.
        input_size: pixels per side that crops are scaled to.
        embedding: length of TripletLoss's and ArcFaceMod's embedding.
    """

    section: ClassVar[str] = "backbone"
    name: str = Field(min_length=1)
    weights: str = Field(min_length=1)
    input_size: int = Field(ge=32, le=1024)
    embedding: int = Field(ge=2, le=4096)
