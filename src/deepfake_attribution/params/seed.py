"""The one seed of everything random."""

from typing import Annotated, ClassVar

from pydantic import Field

from deepfake_attribution.params.load import RootSection


class Seed(RootSection[Annotated[int, Field(ge=0, lt=2**31)]]):
    """``seed``: renderings, weights at the start, order of the batches, samples."""

    section: ClassVar[str] = "seed"
