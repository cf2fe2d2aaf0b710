"""Settings of the maps of embeddings, under ``maps``."""

from typing import ClassVar, Literal

from pydantic import Field

from deepfake_attribution.core.params import Section


class Maps(Section):
    """t-SNE maps of the test crops.

    Attributes:
        max_points: crops on one map at most; beyond it whole videos are left out.
        perplexity: how many neighbours a crop is kept near to, roughly; it must be below a third
            of the crops, so it is lowered where a map has few.
        classifier: whose predictions colour the maps of TripletLoss and ArcFaceMod.
    """

    section: ClassVar[str] = "maps"
    max_points: int = Field(ge=100)
    perplexity: float = Field(ge=2, le=1000)
    classifier: Literal["nn", "lr", "svm"]
