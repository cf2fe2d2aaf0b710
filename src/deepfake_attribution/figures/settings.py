"""Settings of the maps of embeddings, under ``maps``."""

from typing import ClassVar, Literal

from pydantic import Field

from deepfake_attribution.core.params import Section


class Maps(Section):
    """t-SNE maps of the test crops.

    Attributes:
        max_points: maximum number of crops on one map; whole videos are left out to respect it.
        perplexity: roughly the number of neighbours that a crop is kept close to; it must be below
            a third of the crops, so it is lowered for maps with few crops.
        classifier: its predictions colour the maps of TripletLoss and ArcFaceMod.
    """

    section: ClassVar[str] = "maps"
    max_points: int = Field(ge=100)
    perplexity: float = Field(ge=2, le=1000)
    classifier: Literal["nn", "lr", "svm"]
